/** The ways in which the owner takes the park back, and those in which a secret gets into it. */
import type { GraphQLClient } from '../client.ts';
import type { EnemyIds } from './reads.ts';
import type { Bond, EnemyScene, Sharing } from './scene.ts';

/** Sends a mutation that has to succeed. */
async function perform(client: GraphQLClient, mutation: string, input: object, payload: string) {
  const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
  const document = `mutation ($input: ${type}!) { ${mutation}(input: $input) { ${payload} } }`;
  return client.get<Record<string, { component?: { id: string } }>, object>(document, { input });
}

const SHARED: readonly Sharing[] = [
  { shared: ['park'], delegated: 'park' },
  { shared: ['portfolio'], delegated: 'portfolio' },
  { shared: ['portfolio'], delegated: 'park' },
  { shared: ['portfolio', 'park'], delegated: 'park' },
];
const IN_PORTFOLIO = SHARED.filter(({ shared }) => shared.includes('portfolio'));

/** How the partner comes to reach the park no longer. */
interface Revocation {
  readonly name: string;
  readonly from: readonly Sharing[];
  /** The portfolio itself goes too. */
  readonly wholly: boolean;
  readonly revoke: (olga: GraphQLClient, bond: Bond, ids: EnemyScene['ids']) => Promise<void>;
}

export const REVOCATIONS: readonly Revocation[] = [
  {
    name: 'the shares revoked',
    from: SHARED,
    wholly: true,
    revoke: async (olga, { shareIds }) => {
      for (const shareId of shareIds) await perform(olga, 'revokeShare', { shareId }, 'revokedShareId');
    },
  },
  {
    name: 'the cooperation paused',
    from: SHARED,
    wholly: true,
    revoke: async (olga, { cooperationId }) => {
      await perform(olga, 'updateCooperation', { cooperationId, active: false }, 'cooperation { id }');
    },
  },
  {
    name: 'the cooperation removed',
    from: SHARED,
    wholly: true,
    revoke: async (olga, { cooperationId }) => {
      await perform(olga, 'removeCooperation', { cooperationId }, 'removedCooperationId');
    },
  },
  {
    name: 'the park shared as NONE',
    from: IN_PORTFOLIO,
    wholly: false,
    revoke: async (olga, { cooperationId }, { park }) => {
      const input = { cooperationId, resourceId: park, role: 'NONE' };
      await perform(olga, 'shareResource', input, 'share { id }');
    },
  },
  {
    name: 'the park moved away',
    from: IN_PORTFOLIO.filter(({ shared }) => !shared.includes('park')),
    wholly: false,
    revoke: async (olga, _bond, { park, elsewhere }) => {
      await perform(olga, 'updatePark', { parkId: park, portfolioId: elsewhere }, 'park { id }');
    },
  },
];

/** How the owner writes a text where the partner used to read; answers the component to look at. */
interface Writing {
  readonly name: string;
  /** Only where the portfolio goes too. */
  readonly onPortfolio?: true;
  readonly write: (olga: GraphQLClient, text: string, ids: EnemyIds) => Promise<string>;
}

export const WRITINGS: readonly Writing[] = [
  {
    name: 'the name of the park',
    write: async (olga, name, { park, component }) => {
      await perform(olga, 'updatePark', { parkId: park, name }, 'park { id }');
      return component;
    },
  },
  {
    name: 'a new component',
    write: async (olga, name, { park }) => {
      const input = { parkId: park, name, kind: 'INVERTER' };
      const { createComponent } = await perform(olga, 'createComponent', input, 'component { id }');
      return createComponent?.component?.id as string;
    },
  },
  {
    name: 'the name of a component',
    write: async (olga, name, { component }) => {
      await perform(olga, 'updateComponent', { componentId: component, name }, 'component { id }');
      return component;
    },
  },
  {
    name: 'the name of the portfolio',
    onPortfolio: true,
    write: async (olga, name, { portfolio, component }) => {
      await perform(olga, 'updatePortfolio', { portfolioId: portfolio, name }, 'portfolio { id }');
      return component;
    },
  },
];
