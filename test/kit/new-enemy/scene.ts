/** An owner, its partner and a park between them, as each trial of the new-enemy test begins with them. */
import { and, eq, ne } from 'drizzle-orm';
import type { Database } from '../../../src/db/client.ts';
import { components } from '../../../src/db/schema/components.ts';
import { cooperations } from '../../../src/db/schema/cooperations.ts';
import { grants } from '../../../src/db/schema/grants.ts';
import { parks } from '../../../src/db/schema/parks.ts';
import { portfolios } from '../../../src/db/schema/portfolios.ts';
import { sessions } from '../../../src/db/schema/sessions.ts';
import { shares } from '../../../src/db/schema/shares.ts';
import { hashSecret, newSecret } from '../../../src/identity/secret.ts';
import { globalId } from '../../../src/schema/global-id.ts';
import { GraphQLClient } from '../client.ts';
import {
  buildTenant,
  componentRow,
  cooperationRow,
  grantRow,
  inOneGo,
  sessionRow,
  shareRow,
  type TenantMember,
} from '../rows.ts';
import type { EnemyIds } from './reads.ts';

/** What is shared in a trial: the park itself, its portfolio, or both; and on which of them the member's role is. */
export interface Sharing {
  readonly shared: readonly ('park' | 'portfolio')[];
  readonly delegated: 'park' | 'portfolio';
}

/** Global ids that are new in each trial. */
export interface Bond {
  readonly cooperationId: string;
  readonly shareIds: readonly string[];
}

/** Somebody who is signed in, on each of the processes. */
type Everywhere = readonly [GraphQLClient, GraphQLClient];

/** The places of one lane: its owner's ADMIN olga, its partner's ADMIN anna and their member tom. */
export interface EnemyScene {
  readonly olga: Everywhere;
  readonly anna: Everywhere;
  readonly tom: Everywhere;
  readonly ids: EnemyIds & { readonly elsewhere: string };
  /** Puts everything back, with a new cooperation. */
  restore(sharing: Sharing): Promise<Bond>;
}

/** @param urls where the two processes listen */
export async function makeScene(database: Database, urls: readonly [string, string]): Promise<EnemyScene> {
  const owner = await buildTenant(database, {
    name: 'Owner',
    members: { olga: 'ADMIN' },
    portfolios: { north: ['park'], south: [] },
  });
  const partner = await buildTenant(database, { name: 'Partner', members: { anna: 'ADMIN', tom: 'MEMBER' } });
  const [parkId, portfolioId] = [owner.parks.park, owner.portfolios.north];
  const fixed = componentRow({ parkId });
  await inOneGo(database, (tx) => tx.insert(components).values(fixed));

  const signIn = async ({ userId }: TenantMember): Promise<Everywhere> => {
    const token = newSecret();
    const row = sessionRow({ userId, tokenHash: hashSecret(token), lastSeenAt: new Date() });
    await inOneGo(database, (tx) => tx.insert(sessions).values(row));
    return [new GraphQLClient(urls[0], token), new GraphQLClient(urls[1], token)];
  };

  const restore = async ({ shared, delegated }: Sharing): Promise<Bond> => {
    const cooperation = cooperationRow({ initiatorId: owner.id, partnerId: partner.id });
    const cooperationId = cooperation.id;
    const on = (what: 'park' | 'portfolio') => (what === 'park' ? { parkId } : { portfolioId });
    const sides = { cooperationId, ownerId: owner.id, recipientId: partner.id, role: 'TOM' as const };
    const sharing = shared.map((what) => shareRow({ ...sides, ...on(what) }));
    const { membershipId } = partner.members.tom;
    const grant = grantRow({ membershipId, cooperationId, ...on(delegated), role: 'TOM' });
    await inOneGo(database, async (tx) => {
      // What was shared and delegated goes with it.
      await tx.delete(cooperations).where(eq(cooperations.initiatorId, owner.id));
      await tx.delete(components).where(and(eq(components.parkId, parkId), ne(components.id, fixed.id)));
      await tx.update(components).set({ name: 'Component' }).where(eq(components.id, fixed.id));
      await tx.update(parks).set({ name: 'Park', portfolioId }).where(eq(parks.id, parkId));
      await tx.update(portfolios).set({ name: 'North' }).where(eq(portfolios.id, portfolioId));
      await tx.insert(cooperations).values(cooperation);
      await tx.insert(shares).values(sharing);
      await tx.insert(grants).values(grant);
    });
    return {
      cooperationId: globalId('cooperation', cooperationId),
      shareIds: sharing.map(({ id }) => globalId('share', id)),
    };
  };

  return {
    olga: await signIn(owner.members.olga),
    anna: await signIn(partner.members.anna),
    tom: await signIn(partner.members.tom),
    ids: {
      owner: globalId('organization', owner.id),
      portfolio: globalId('portfolio', portfolioId),
      park: globalId('park', parkId),
      component: globalId('component', fixed.id),
      elsewhere: globalId('portfolio', owner.portfolios.south),
    },
    restore,
  };
}
