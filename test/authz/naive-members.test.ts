import { describe, expect, it } from 'vitest';
import { leaveOrganization, removeMember, type TeamMember, updateMember } from '../kit/naive-members.ts';
import { organizationRoles } from '../kit/world.ts';

// The reference of M1 to M5 judges the API; here it is held against outcomes that were counted and written by hand.

const AT = new Date('2030-01-01T00:00:00Z');

const member = (id: string, details: Partial<TeamMember> = {}): TeamMember => ({
  ...{ id, organization: 'Acme', role: 'ADMIN', label: null, active: true, expiresAt: null },
  ...{ systemRole: 'USER', suspended: false },
  ...details,
});

/** How often each of some outcomes is there. */
function counted(verdicts: readonly { code: string; rule?: unknown }[]): Record<string, number> {
  const names = verdicts.map(({ code, rule = '' }) => `${code} ${rule}`.trim());
  return Object.fromEntries(
    [...new Set(names)].map((name) => [name, names.filter((one) => one === name).length]),
  );
}

describe('the reference of updateMember', () => {
  it('M2: gives each outcome of 432 rows of others as often as the model does', () => {
    const verdicts = organizationRoles.flatMap((actor) =>
      organizationRoles.flatMap((from) =>
        organizationRoles.flatMap((role) =>
          ['Acme', 'Borealis'].map((organization) => {
            const target = member('target', { role: from, label: 'A guest', organization });
            const team = [member('actor', { role: actor }), target, member('admin')];
            return updateMember(team, 'actor', 'target', { role }, AT);
          }),
        ),
      ),
    );
    expect(counted(verdicts)).toEqual({
      // An ADMIN all; a MODERATOR between the five that are not ADMIN.
      OK: 36 + 25,
      'ROLE_NOT_ASSIGNABLE M2': 5,
      'FORBIDDEN M2': 6,
      // Both asset managers and a MEMBER.
      'FORBIDDEN section 6': 3 * 36,
      // An EXTERNAL sees nobody, and nobody sees beyond the organization.
      NOT_FOUND: 36 + 216,
    });
  });

  it.each([
    // An ADMIN all, a MODERATOR what they are already; four roles may not update at all.
    { others: [member('admin')], outcomes: { OK: 7, 'FORBIDDEN M2': 5, 'FORBIDDEN section 6': 24 } },
    { others: [], outcomes: { OK: 2, 'LAST_ADMIN M3': 5, 'FORBIDDEN M2': 5, 'FORBIDDEN section 6': 24 } },
  ])('M2, M3: gives each outcome of 36 rows of oneself, beside $others.length ADMINs', (row) => {
    const verdicts = organizationRoles.flatMap((from) =>
      organizationRoles.map((role) => {
        const self = member('self', { role: from, label: 'A guest' });
        return updateMember([self, ...row.others], 'self', 'self', { role }, AT);
      }),
    );
    expect(counted(verdicts)).toEqual(row.outcomes);
  });

  it('M5: asks for a label only where the outcome is EXTERNAL', () => {
    const team = [member('actor'), member('target', { role: 'MEMBER' })];
    const code = (change: object) => updateMember(team, 'actor', 'target', change, AT).code;
    expect(code({ role: 'EXTERNAL' })).toBe('LABEL_REQUIRED');
    expect(code({ role: 'EXTERNAL', label: 'A guest' })).toBe('OK');
    expect(code({ role: 'MODERATOR' })).toBe('OK');
  });

  it('M2: lets nobody change their own pause or expiry', () => {
    const team = [member('self'), member('admin')];
    const code = (change: object) => updateMember(team, 'self', 'self', change, AT).code;
    expect(code({ active: false })).toBe('FORBIDDEN');
    expect(code({ expiresAt: '2031-01-01T00:00:00.000Z' })).toBe('FORBIDDEN');
    expect(code({ active: true, expiresAt: null, label: 'Boss' })).toBe('OK');
  });

  it('M2: lets an ADMIN who does not last step down only while another is live', () => {
    const expiring = { expiresAt: '2031-01-01T00:00:00.000Z' };
    const code = (...others: TeamMember[]) =>
      updateMember([member('self', expiring), ...others], 'self', 'self', { role: 'MEMBER' }, AT).code;
    expect(code()).toBe('LAST_ADMIN');
    expect(code(member('other', { active: false }))).toBe('LAST_ADMIN');
    expect(code(member('other', { expiresAt: AT.toISOString() }))).toBe('LAST_ADMIN');
    expect(code(member('other', expiring))).toBe('OK');
    expect(code(member('other'))).toBe('OK');
  });
});

describe('the reference of M3', () => {
  const notLasting: [string, Partial<TeamMember>][] = [
    ['paused', { active: false }],
    ['expiring', { expiresAt: '2031-01-01T00:00:00.000Z' }],
    ['suspended', { suspended: true }],
    ['DEMO', { systemRole: 'DEMO' }],
    ['no ADMIN', { role: 'MODERATOR' }],
  ];

  it.each(notLasting)('does not count a member who is %s', (_, details) => {
    const team = [member('last'), member('other', details)];
    expect(leaveOrganization(team, 'last')).toMatchObject({ code: 'LAST_ADMIN', rule: 'M3' });
    expect(removeMember(team, 'last', 'last', AT).code).toBe('LAST_ADMIN');
    expect(leaveOrganization(team, 'other')).toEqual({ code: 'OK', team: [team[0]] });
  });

  it("does not count another organization's ADMIN, who is the last one there", () => {
    const team = [member('last'), member('other', { organization: 'Borealis' })];
    for (const { id } of team) expect(leaveOrganization(team, id).code).toBe('LAST_ADMIN');
  });

  it('counts every other ADMIN', () => {
    const team = [member('last'), member('other', { systemRole: 'ADMINISTRATOR' })];
    expect(leaveOrganization(team, 'last')).toEqual({ code: 'OK', team: [team[1]] });
    expect(removeMember(team, 'last', 'other', AT)).toEqual({ code: 'OK', team: [team[0]] });
  });

  it('M2: lets a MODERATOR remove all but an ADMIN', () => {
    const code = (role: TeamMember['role']) =>
      removeMember(
        [member('actor', { role: 'MODERATOR' }), member('target', { role })],
        'actor',
        'target',
        AT,
      ).code;
    expect(organizationRoles.map(code)).toEqual(['FORBIDDEN', 'OK', 'OK', 'OK', 'OK', 'OK']);
  });
});
