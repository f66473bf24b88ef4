import type { GraphQLClient } from './client.ts';

/** A list of the schema: whose it is, which, and its arguments beside the page. */
export interface ListRequest {
  readonly parent: {
    readonly field: 'viewer' | 'organization' | 'portfolio';
    readonly id?: string | undefined;
  };
  readonly field: 'parks' | 'portfolios';
  readonly filter?: object | null;
  readonly orderBy?: { readonly field: string; readonly direction: string } | null;
}

/** The arguments that say which page. */
export interface PageArguments {
  readonly first?: number;
  readonly last?: number;
  readonly after?: string | null;
  readonly before?: string | null;
}

export interface Page {
  readonly totalCount: number;
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
  readonly edges: readonly { readonly cursor: string; readonly node: { readonly id: string } }[];
  readonly nodes: readonly { readonly id: string; readonly effectiveRole: string }[];
}

const PAGE = `{
  totalCount
  pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  edges { cursor node { id } }
  nodes { id effectiveRole }
}`;

/** One page of each of some lists, all in one operation; null where the viewer has no such parent. */
export async function fetchPages(
  client: GraphQLClient,
  asks: readonly { readonly list: ListRequest; readonly page: PageArguments }[],
): Promise<(Page | null)[]> {
  const types = { parks: 'Park', portfolios: 'Portfolio' } as const;
  const variables: Record<string, unknown> = {};
  const declarations: string[] = [];
  const fields = asks.map(({ list: { parent, field, filter, orderBy }, page }, index) => {
    const given = Object.entries({ filter, orderBy, ...page }).filter(([, value]) => value !== undefined);
    const type = {
      filter: `${types[field]}Filter`,
      orderBy: `${types[field]}Order`,
      first: 'Int',
      last: 'Int',
    };
    const args = given.map(([name, value]) => {
      variables[`${name}${index}`] = value;
      declarations.push(`$${name}${index}: ${type[name as keyof typeof type] ?? 'String'}`);
      return `${name}: $${name}${index}`;
    });
    const owner = parent.id === undefined ? parent.field : `${parent.field}(id: "${parent.id}")`;
    return `list${index}: ${owner} { page: ${field}${args.length > 0 ? `(${args.join(', ')})` : ''} ${PAGE} }`;
  });
  const head = declarations.length > 0 ? `query (${declarations.join(', ')})` : 'query';
  const answer = await client.get<Record<string, { page: Page } | null>, typeof variables>(
    `${head} { ${fields.join('\n')} }`,
    variables,
  );
  return asks.map((_, index) => answer[`list${index}`]?.page ?? null);
}

/** Paging through a list to its end: `size` at a time, from the start or from the end. */
export interface Walk {
  readonly list: ListRequest;
  readonly size: number;
  readonly backward: boolean;
}

/** More pages than any list of a test has. */
const ENDLESS = 500;

/** Takes all walks together, step by step, one operation a step. Answers each walk's pages as they came; null without a parent. */
export async function walkLists(client: GraphQLClient, walks: readonly Walk[]): Promise<(Page[] | null)[]> {
  const walked = walks.map((walk) => ({
    walk,
    pages: [] as Page[],
    cursor: null as string | null,
    exists: true,
  }));
  let going = walked;
  for (let step = 0; going.length > 0; step++) {
    if (step === ENDLESS) throw new Error(`this list does not end: ${JSON.stringify(going[0]?.walk)}`);
    const pages = await fetchPages(
      client,
      going.map(({ walk: { list, size, backward }, cursor }) => ({
        list,
        page: backward ? { last: size, before: cursor } : { first: size, after: cursor },
      })),
    );
    going = going.filter((each, index) => {
      const page = pages[index];
      each.exists = page != null;
      if (!page) return false;
      each.pages.push(page);
      const { hasNextPage, hasPreviousPage, startCursor, endCursor } = page.pageInfo;
      each.cursor = each.walk.backward ? startCursor : endCursor;
      return each.walk.backward ? hasPreviousPage : hasNextPage;
    });
  }
  return walked.map(({ exists, pages }) => (exists ? pages : null));
}
