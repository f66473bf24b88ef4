import type { GraphQLClient } from './client.ts';
import type { PartnerMutation, ShownCooperation } from './cooperation-operations.ts';
import { adminsOnly, DEMO_REFUSED, NOT_FOUND, type Partners, type Tenant } from './partners.ts';
import type { Person } from './story.ts';

/** A cooperation that was proposed to a tenant of its own. */
export interface Sent {
  readonly partner: Tenant;
  readonly identifier: string;
  readonly cooperation: ShownCooperation;
  readonly cooperationId: string;
}

/** What tests of cooperations do again and again in one world of partners. */
export function partnerCases(world: Partners) {
  /** What an ADMIN tells another organization to be called by. */
  const identifierOf = async ({ people }: Tenant): Promise<string> => {
    const query = '{ viewer { organization { identifier } } }';
    const { viewer } = await (await world.as(people.ADMIN)).get<
      { viewer: { organization: { identifier: string } } },
      object
    >(query);
    return viewer.organization.identifier;
  };
  /** An invitation by the owner's ADMIN, or another's, to a new organization. */
  const invited = async (rest: object = {}, by: Person = world.owner.people.ADMIN): Promise<Sent> => {
    const partner = world.tenant();
    await world.stored();
    const identifier = await identifierOf(partner);
    const input = { organizationIdentifier: identifier, ...rest };
    const { cooperation } = await world.perform(await world.as(by), 'inviteCooperation', input);
    return { partner, identifier, cooperation, cooperationId: cooperation.id };
  };
  return {
    identifierOf,
    invited,
    /** The same, accepted. */
    accepted: async (rest: object = {}): Promise<Sent> => {
      const sent = await invited(rest);
      const { cooperationId } = sent;
      await world.perform(await world.as(sent.partner.people.ADMIN), 'acceptCooperation', { cooperationId });
      return sent;
    },
    /** Its status, or null for who can't see it. */
    statusTo: async (client: GraphQLClient, id: string): Promise<string | null> => {
      const query = 'query ($id: ID!) { node(id: $id) { ... on Cooperation { status } } }';
      const { node } = await client.get<{ node: { status: string } | null }, object>(query, { id });
      return node?.status ?? null;
    },
    /** Section 6, D1, V1: what everybody but an ADMIN of `sides` is told, whatever there is. */
    refuseOthers: async (name: PartnerMutation, input: object, sides: readonly Tenant[]): Promise<void> => {
      const action = /share/i.test(name) ? 'SHARE_MANAGE' : 'COOPERATION_MANAGE';
      for (const { people } of [...sides, world.third]) {
        const { ADMIN, DEMO, ...rest } = people;
        for (const [role, person] of Object.entries(rest) as [keyof typeof rest, Person][])
          await world.refused(await world.as(person), name, input, adminsOnly(action, role));
        await world.refused(await world.as(DEMO), name, input, DEMO_REFUSED);
      }
      for (const person of [world.third.people.ADMIN, ...Object.values(world.outsiders)])
        await world.refused(await world.as(person), name, input, NOT_FOUND);
      await world.refused(world.gateway.client(), name, input, { code: 'UNAUTHENTICATED' });
    },
    /** A record on the trails of both sides, as whoever acted left it (A1). */
    onBoth: (sent: Sent, actor: Person, requestId: string | null, record: object): object[] =>
      [world.owner, sent.partner].map(({ organization }) => ({
        organizationId: organization.uuid,
        subjectId: sent.cooperationId,
        ...{ actorUserId: actor.uuid, actorName: actor.name, requestId, ipAddress: '127.0.0.1' },
        ...record,
      })),
  };
}
