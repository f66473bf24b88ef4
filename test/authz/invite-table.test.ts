import { describe, expect, it } from 'vitest';
import { ORGANIZATION_ROLE_ROWS, ORGANIZATION_ROLES } from '../../src/authz/roles.ts';
import { mayAssign, mayInvite } from '../kit/naive-members.ts';
import { organizationRoles } from '../kit/world.ts';

const sorted = (roles: readonly string[]) => [...roles].sort();
const PAIRS = organizationRoles.flatMap((actor) => organizationRoles.map((role) => ({ actor, role })));

describe("the organization roles' table", () => {
  it('has a row for each of six roles', () => {
    expect(sorted(ORGANIZATION_ROLES)).toEqual(sorted(organizationRoles));
    expect(sorted(Object.keys(ORGANIZATION_ROLE_ROWS))).toEqual(sorted(organizationRoles));
    expect(PAIRS).toHaveLength(36);
  });

  it.each(PAIRS)('M1: whether $actor may invite with $role', ({ actor, role }) => {
    expect(ORGANIZATION_ROLE_ROWS[actor].mayInvite.includes(role)).toBe(mayInvite[actor].includes(role));
  });

  it.each(PAIRS)('M2: whether $actor may assign $role', ({ actor, role }) => {
    expect(ORGANIZATION_ROLE_ROWS[actor].mayAssign.includes(role)).toBe(mayAssign(actor).includes(role));
  });

  it('names no role twice', () => {
    for (const { mayInvite: invite, mayAssign: assign } of Object.values(ORGANIZATION_ROLE_ROWS)) {
      expect(new Set(invite).size).toBe(invite.length);
      expect(new Set(assign).size).toBe(assign.length);
    }
  });
});

describe('M1 in its own words', () => {
  it('lets an ADMIN invite with any role, a MODERATOR with any but ADMIN', () => {
    expect(mayInvite.ADMIN).toEqual(organizationRoles);
    expect(mayInvite.MODERATOR).toEqual(organizationRoles.filter((role) => role !== 'ADMIN'));
  });

  it('keeps asset managers to their own track, and to those below, and others invite nobody', () => {
    const [technical, commercial] = ['ASSET_MANAGER_TECHNICAL', 'ASSET_MANAGER_COMMERCIAL'] as const;
    expect(mayInvite[technical]).not.toContain(commercial);
    expect(mayInvite[commercial]).not.toContain(technical);
    const swapped = mayInvite[technical].map((role) => (role === technical ? commercial : role));
    expect(mayInvite[commercial]).toEqual(swapped);
    expect([...mayInvite.MEMBER, ...mayInvite.EXTERNAL]).toEqual([]);
  });

  it('never lets a role be invited or assigned that its giver could not become (no self-escalation through a second account)', () => {
    for (const actor of organizationRoles.filter((role) => role !== 'ADMIN')) {
      for (const role of mayInvite[actor]) {
        expect(mayInvite[actor]).toEqual(expect.arrayContaining([...mayInvite[role]]));
      }
    }
  });
});
