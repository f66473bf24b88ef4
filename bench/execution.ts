import { sql } from 'drizzle-orm';
import { buildSchema, type ExecutionResult, execute, type GraphQLSchema, parse } from 'graphql';
import type { Database } from '../src/db/client.ts';
import { rowsOf } from '../src/db/rows.ts';
import { readSnapshot } from '../src/db/tx.ts';
import { bySessionToken } from '../src/identity/authenticate.ts';
import { RequestContext } from '../src/resolvers/context/request-context.ts';
import { globalId } from '../src/schema/global-id.ts';
import { buildServedSchema, buildUnfencedSchema } from '../src/server/build-schema.ts';
import { QUERIES, type Tree } from './tree.ts';

/** Median milliseconds of each contender, run in turns so that all meet the same machine. */
export async function sideBySide<Name extends string>(
  contenders: Record<Name, () => Promise<unknown>>,
  { rounds, warmUp }: { rounds: number; warmUp: number },
): Promise<Record<Name, number>> {
  const names = Object.keys(contenders) as Name[];
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = -warmUp; round < rounds; round++) {
    for (const name of names) {
      const start = performance.now();
      await contenders[name]();
      if (round >= 0) times[name].push(performance.now() - start);
    }
  }
  const median = (values: number[]) =>
    [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
  return Object.fromEntries(names.map((name) => [name, median(times[name])])) as Record<Name, number>;
}

/** The tree query in process: as served to the owner and to a partner, without the fence, and as plain graphql-js over the same rows without any role. */
export function executionContenders(database: Database, tree: Tree, query: keyof typeof QUERIES) {
  const document = parse(QUERIES[query]);
  const ours = async (schema: GraphQLSchema, sessionToken = tree.sessionToken) => {
    const request = new RequestContext({
      database,
      sessionToken,
      authenticate: bySessionToken(sessionToken),
      cookie: { set: () => undefined, clear: () => undefined },
      origin: { requestId: 'bench', ipAddress: null, userAgent: null },
    });
    const contextValue = { request };
    const variableValues = { id: tree.organizationId };
    try {
      return succeeded(await execute({ schema, document, contextValue, variableValues }));
    } finally {
      await request.close();
    }
  };
  const [served, unfenced] = [buildServedSchema(), buildUnfencedSchema()];
  return {
    served: () => ours(served),
    "partner's ADMIN": () => ours(served, tree.partner.adminToken),
    'delegated member': () => ours(served, tree.partner.memberToken),
    'without the fence': () => ours(unfenced),
    'plain graphql-js': async () => {
      const rootValue = await readSnapshot(database, (tx) => plainRoot(tx, tree, query));
      return succeeded(
        await execute({
          schema: PLAIN_SCHEMA,
          document,
          rootValue,
          variableValues: { id: tree.organizationId },
        }),
      );
    },
  };
}

function succeeded(result: ExecutionResult): ExecutionResult {
  if (result.errors) throw result.errors[0];
  return result;
}

const PLAIN_SCHEMA = buildSchema(`
  type Query { organization(id: ID!): Organization }
  type Organization { name: String! portfolios(first: Int): Portfolios parks(first: Int): Parks }
  type Portfolios { nodes: [Portfolio!]! }
  type Portfolio { id: ID! name: String! parks(first: Int): Parks }
  type Parks { nodes: [Park!]! }
  type Park { id: ID! name: String! capacityKw: Float! effectiveRole: String! portfolio: Portfolio }`);

interface PlainRow {
  id: string;
  name: string;
  capacity_kw: number;
  portfolio_id: string;
  portfolio_name: string;
}

/** The same rows by one plain statement, with the same ids, and a constant in the place of the role. */
async function plainRoot(
  tx: Parameters<Parameters<typeof readSnapshot>[1]>[0],
  { organizationUuid }: Tree,
  query: keyof typeof QUERIES,
) {
  const rows = rowsOf<PlainRow>(
    await tx.execute(sql`select p.id, p.name, p.capacity_kw, p.portfolio_id, f.name as portfolio_name
      from parks p join portfolios f on f.id = p.portfolio_id where p.organization_id = ${organizationUuid}::uuid
      order by p.name_key, p.id`),
  );
  const parks = rows.map((row) => ({
    id: globalId('park', row.id),
    name: row.name,
    capacityKw: row.capacity_kw,
    effectiveRole: 'OPERATOR',
    portfolio: { id: globalId('portfolio', row.portfolio_id), name: row.portfolio_name },
  }));
  const byPortfolio = Map.groupBy(parks, (park) => park.portfolio.id);
  const portfolios = [...byPortfolio].map(([id, nodes]) => ({
    id,
    name: nodes[0]?.portfolio.name,
    parks: { nodes },
  }));
  return {
    organization: {
      name: 'Bench',
      ...(query === 'flat' ? { parks: { nodes: parks } } : { portfolios: { nodes: portfolios } }),
    },
  };
}
