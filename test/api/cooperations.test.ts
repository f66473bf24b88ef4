/** C1, C2, C4, I3: a cooperation with an organization that is called by its identifier, from the invitation to its end. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newIdentifier } from '../../src/db/new-identifier.ts';
import { changeMember, changeUser, endMember, mailsOf, shownMail } from '../kit/accounts.ts';
import type { GraphQLClient } from '../kit/client.ts';
import { documentOf } from '../kit/cooperation-operations.ts';
import { partnerCases } from '../kit/partner-cases.ts';
import {
  adminsOnly,
  around,
  DEMO_REFUSED,
  LATER,
  NOT_FOUND,
  NOW,
  type Partners,
  startPartners,
  type Tenant,
} from '../kit/partners.ts';

let world: Partners;
let admin: GraphQLClient;
let cases: ReturnType<typeof partnerCases>;
beforeAll(async () => {
  world = await startPartners();
  cases = partnerCases(world);
  admin = await world.as(world.owner.people.ADMIN);
});
beforeEach(() => world.gateway.setClock(NOW));
afterAll(() => world.gateway.close());

describe('inviting by identifier (C1, C4)', () => {
  it('gives either side the same pending cooperation, without a name of the invited, and a record of its own', async () => {
    const { owner, receiver, perform, as } = world;
    const identifier = await cases.identifierOf(receiver);
    const input = { organizationIdentifier: identifier, purpose: ' Wind\r\nand sun ', expiresAt: LATER };
    const { cooperation, records, requestId } = await perform(admin, 'inviteCooperation', input);
    const shown = {
      id: expect.stringMatching(/^cooperation_[0-9a-z]{26}$/),
      initiator: { id: owner.organization.id, name: owner.organization.name },
      ...{ partner: null, partnerLabel: identifier, viewerIsInitiator: true, status: 'PENDING' },
      ...{ purpose: 'Wind\nand sun', expiresAt: LATER, createdAt: NOW, acceptedAt: null },
      shares: { totalCount: 0 },
    };
    expect(cooperation).toEqual(shown);
    const query = documentOf('inviteCooperation').match(/cooperation (\{.*\}) \} \}$/)?.[1];
    const node = await (await as(receiver.people.ADMIN)).get(
      `query ($id: ID!) { node(id: $id) { ... on Cooperation ${query} } }`,
      { id: cooperation.id },
    );
    expect(node).toEqual({ node: { ...shown, viewerIsInitiator: false } });
    const details = { purpose: 'Wind\nand sun', expiresAt: LATER };
    const sent = { partner: receiver, identifier, cooperation, cooperationId: cooperation.id };
    const [ours, theirs] = cases.onBoth(sent, owner.people.ADMIN, requestId, {});
    const initiator = owner.organization.name;
    expect(records).toMatchObject([
      { ...ours, action: 'cooperation.invited', details: { ...details, identifier } },
      { ...theirs, action: 'cooperation.requested', details: { ...details, initiator } },
    ]);
    expect(records[0]?.details).toEqual({ ...details, identifier });
    expect(records[1]?.details).toEqual({ ...details, initiator });
  });

  it('is written to every live ADMIN who could accept, each in their language, without a link', async () => {
    const { story, stored, gateway, owner } = world;
    const partner = world.tenant('Mailed');
    const [german, atNow] = ['German', 'Until later'].map((name, n) =>
      story.member(partner.organization, 'ADMIN', { name, ...(n && { expiresAt: new Date(LATER) }) }),
    ) as [Tenant['people']['ADMIN'], Tenant['people']['ADMIN']];
    story.member(partner.organization, 'ADMIN', { name: 'Paused of Mailed', active: false });
    story.member(partner.organization, 'ADMIN', { name: 'Lapsed of Mailed', expiresAt: new Date(NOW) });
    story.member(partner.organization, 'ADMIN', { name: 'Suspended', suspendedAt: new Date(NOW) });
    await stored();
    await changeUser(gateway.database, german.uuid, { language: 'DE' });
    const input = {
      ...{ organizationIdentifier: await cases.identifierOf(partner), purpose: 'Wind', language: 'FR' },
    };
    const mails = await mailsOf(gateway.database, () => world.perform(admin, 'inviteCooperation', input));
    const expected = [
      [partner.people.ADMIN, 'EN'],
      [german, 'DE'],
      [atNow, 'EN'],
    ] as const;
    expect(mails.map(shownMail)).toEqual(
      expected.map(([{ name, email }, language]) => ({
        ...{ template: 'COOPERATION_REQUESTED', language, recipient: email },
        params: { name, organizationName: owner.organization.name, purpose: 'Wind' },
        ...{ linkKind: null, linkRotation: null },
      })),
    );
    for (const mail of mails) expect(mail.linkId).toBeNull();
  });

  it('takes the identifier as people type it, and nothing but an identifier', async () => {
    const partner = world.tenant();
    await world.stored();
    const theirs = await cases.identifierOf(partner);
    const unknown = [newIdentifier(), partner.organization.id, partner.organization.uuid, `${theirs}0`, ''];
    unknown.push(partner.organization.name, theirs.slice(0, -1), '%', '\ud800', 'x'.repeat(100_000));
    for (const organizationIdentifier of unknown)
      await world.refused(admin, 'inviteCooperation', { organizationIdentifier }, NOT_FOUND);
    const typed = ` ${theirs.toUpperCase()}\n`;
    const { cooperation } = await world.perform(admin, 'inviteCooperation', {
      organizationIdentifier: typed,
    });
    expect(cooperation.partnerLabel).toBe(theirs);
  });

  it('takes an identifier with a NUL for one that nobody has', async () => {
    const input = { organizationIdentifier: 'a\0b' };
    await world.refused(admin, 'inviteCooperation', input, NOT_FOUND);
  });

  it('is refused to oneself, and where the two have a cooperation, whoever began it and whatever its status (C1)', async () => {
    const own = { organizationIdentifier: await cases.identifierOf(world.owner) };
    await world.refused(admin, 'inviteCooperation', own, {
      ...{ code: 'SELF_COOPERATION', layer: 'ORGANIZATION', rule: 'C4', field: 'organizationIdentifier' },
    });
    const { partner, identifier: theirs, cooperationId } = await cases.invited({ expiresAt: LATER });
    const partnerAdmin = await world.as(partner.people.ADMIN);
    const exists = { code: 'COOPERATION_EXISTS', layer: 'ORGANIZATION', rule: 'C1' };
    const refusedBothWays = async () => {
      await world.refused(admin, 'inviteCooperation', { organizationIdentifier: theirs }, exists);
      await world.refused(partnerAdmin, 'inviteCooperation', own, exists);
    };
    await refusedBothWays();
    world.gateway.setClock(LATER);
    expect(await cases.statusTo(admin, cooperationId)).toBe('EXPIRED');
    await refusedBothWays();
    world.gateway.setClock(NOW);
    await world.perform(partnerAdmin, 'acceptCooperation', { cooperationId });
    await refusedBothWays();
    await world.perform(admin, 'updateCooperation', { cooperationId, active: false });
    await refusedBothWays();
    await world.perform(partnerAdmin, 'removeCooperation', { cooperationId });
    await world.perform(partnerAdmin, 'inviteCooperation', own);
  });

  it('is for ADMINs alone: others learn nothing, whomever they name (section 6, D1)', async () => {
    const { owner, outsiders, as, refused, gateway } = world;
    const { ADMIN, DEMO, ...rest } = owner.people;
    const target = world.tenant();
    await world.stored();
    const organizationIdentifier = await cases.identifierOf(target);
    const inputs = [
      { organizationIdentifier },
      { organizationIdentifier: newIdentifier() },
      { organizationIdentifier: await cases.identifierOf(owner) },
      { email: 'somebody@example.net' },
      { email: ADMIN.email },
    ];
    for (const input of inputs) {
      for (const [role, person] of Object.entries(rest) as [keyof typeof rest, typeof ADMIN][]) {
        const refusal = adminsOnly('COOPERATION_MANAGE', role);
        await refused(await as(person), 'inviteCooperation', input, refusal);
      }
      await refused(await as(DEMO), 'inviteCooperation', input, DEMO_REFUSED);
      for (const person of Object.values(outsiders))
        await refused(await as(person), 'inviteCooperation', input, NOT_FOUND);
      await refused(gateway.client(), 'inviteCooperation', input, { code: 'UNAUTHENTICATED' });
    }
    await world.perform(await as(ADMIN), 'inviteCooperation', { organizationIdentifier });
  });
});

describe('accepting (C1, I3)', () => {
  it('is for any ADMIN of the invited, once; then each side sees the other’s name, and both trails tell', async () => {
    const sent = await cases.invited();
    const { cooperationId, partner } = sent;
    const second = world.story.member(partner.organization, 'ADMIN', { name: 'Joined later' });
    await world.stored();
    await cases.refuseOthers('acceptCooperation', { cooperationId }, [world.owner, partner]);
    const initiators = { code: 'FORBIDDEN', layer: 'ORGANIZATION', rule: 'C1', allowedRoles: [] };
    await world.refused(admin, 'acceptCooperation', { cooperationId }, initiators);
    const client = await world.as(second);
    const { cooperation, records, requestId } = await world.perform(client, 'acceptCooperation', {
      cooperationId,
    });
    const { id, name } = partner.organization;
    expect(cooperation).toMatchObject({
      ...{ status: 'ACTIVE', acceptedAt: NOW, partner: { id, name }, partnerLabel: name },
      viewerIsInitiator: false,
    });
    const record = { action: 'cooperation.accepted', details: {} };
    expect(records).toMatchObject(cases.onBoth(sent, second, requestId, record));
    expect(await cases.statusTo(admin, cooperationId)).toBe('ACTIVE');
    const twice = { code: 'CONFLICT', rule: 'C1', required: 'PENDING', actual: 'ACTIVE' };
    await world.refused(client, 'acceptCooperation', { cooperationId }, twice);
    await world.refused(client, 'declineCooperation', { cooperationId }, { ...twice, rule: 'C2' });
  });

  it('ends at the exact instant of its expiry, until the initiator gives it another', async () => {
    const { cooperationId, partner } = await cases.invited({ expiresAt: LATER });
    const client = await world.as(partner.people.ADMIN);
    for (const instant of [around(LATER).at, around(LATER).after]) {
      world.gateway.setClock(instant);
      const refusal = { code: 'CONFLICT', rule: 'C1', required: 'PENDING', actual: 'EXPIRED' };
      await world.refused(client, 'acceptCooperation', { cooperationId }, refusal);
    }
    await world.perform(admin, 'updateCooperation', { cooperationId, expiresAt: null });
    await world.perform(client, 'acceptCooperation', { cooperationId });
    const other = await cases.invited({ expiresAt: '2030-06-01T20:00:00Z' });
    world.gateway.setClock(around('2030-06-01T20:00:00Z').before);
    const theirs = await world.as(other.partner.people.ADMIN);
    const accepted = await world.perform(theirs, 'acceptCooperation', { cooperationId: other.cooperationId });
    expect(accepted.cooperation.status).toBe('ACTIVE');
  });

  it('needs that whoever invited is still a live ADMIN of the initiator (I3)', async () => {
    const { story, owner, gateway } = world;
    const inviter = story.member(owner.organization, 'ADMIN', { name: 'Inviter' });
    await world.stored();
    const { cooperationId, partner } = await cases.invited({}, inviter);
    const client = await world.as(partner.people.ADMIN);
    const good = { role: 'ADMIN', active: true, expiresAt: null } as const;
    // What has become of them is not the invited's to know (V3).
    const left = {
      ...{ code: 'FORBIDDEN', layer: 'ORGANIZATION', rule: 'I3', allowedRoles: [] },
      actual: 'no ADMIN of the initiator',
    };
    const refused = () => world.refused(client, 'acceptCooperation', { cooperationId }, left);
    for (const changes of [{ role: 'MODERATOR' as const }, { active: false }, { expiresAt: new Date(NOW) }]) {
      await changeMember(gateway.database, inviter.uuid, { ...good, ...changes });
      await refused();
    }
    await changeMember(gateway.database, inviter.uuid, good);
    await changeUser(gateway.database, inviter.uuid, { suspendedAt: new Date(NOW) });
    await refused();
    await changeUser(gateway.database, inviter.uuid, { suspendedAt: null, systemRole: 'DEMO' });
    await refused();
    await changeUser(gateway.database, inviter.uuid, { systemRole: 'USER' });
    await world.perform(client, 'acceptCooperation', { cooperationId });
    const another = await cases.invited({}, inviter);
    await endMember(gateway.database, inviter.uuid);
    const input = { cooperationId: another.cooperationId };
    const theirs = await world.as(another.partner.people.ADMIN);
    await world.refused(theirs, 'acceptCooperation', input, left);
    // Whoever is left can take it back and invite anew.
    await world.perform(admin, 'removeCooperation', input);
    const anew = { organizationIdentifier: another.identifier };
    const { cooperation } = await world.perform(admin, 'inviteCooperation', anew);
    await world.perform(theirs, 'acceptCooperation', { cooperationId: cooperation.id });
  });
});

describe('declining (C2)', () => {
  it.each(['pending', 'expired'])('of a %s one nothing is left; it can be proposed again', async (state) => {
    const sent = await cases.invited(state === 'expired' ? { expiresAt: LATER } : {});
    const { cooperationId, partner } = sent;
    if (state === 'expired') world.gateway.setClock(LATER);
    await cases.refuseOthers('declineCooperation', { cooperationId }, [world.owner, partner]);
    const initiators = { code: 'FORBIDDEN', layer: 'ORGANIZATION', rule: 'C2', allowedRoles: [] };
    await world.refused(admin, 'declineCooperation', { cooperationId }, initiators);
    const { ADMIN } = partner.people;
    const client = await world.as(ADMIN);
    const { ok, records, requestId } = await world.perform(client, 'declineCooperation', { cooperationId });
    expect(ok).toBe(true);
    const record = { action: 'cooperation.declined', details: {} };
    expect(records).toMatchObject(cases.onBoth(sent, ADMIN, requestId, record));
    for (const each of [admin, client]) expect(await cases.statusTo(each, cooperationId)).toBeNull();
    await world.refused(client, 'declineCooperation', { cooperationId }, NOT_FOUND);
    await world.refused(client, 'acceptCooperation', { cooperationId }, NOT_FOUND);
    await world.perform(admin, 'inviteCooperation', { organizationIdentifier: sent.identifier });
  });
});
