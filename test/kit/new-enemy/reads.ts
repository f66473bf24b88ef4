/** The ways on which a partner reads a park that is shared with them. */

/** The global ids that are read by. */
export interface EnemyIds {
  readonly owner: string;
  readonly portfolio: string;
  readonly park: string;
  readonly component: string;
}

const PARK = 'id name components(first: 20) { nodes { name children(first: 5) { nodes { name } } } }';
const IN_PORTFOLIO = `${PARK} portfolio { name parks(first: 5) { nodes { name } } }`;

const fieldsFor = ({ owner, portfolio, park, component }: EnemyIds) => ({
  node: `node(id: "${park}") { ... on Park { ${IN_PORTFOLIO} } }`,
  component: `component: node(id: "${component}") { ... on Component { name parent { name } park { name } } }`,
  nodes: `nodes(ids: ["${park}", "${portfolio}", "${component}"]) { ... on Resource { name } ... on Component { name } }`,
  park: `park(id: "${park}") { ${IN_PORTFOLIO} }`,
  parks: `viewer { parks(first: 5) { nodes { ${IN_PORTFOLIO} } totalCount } }`,
  organization: `organization(id: "${owner}") { name portfolios(first: 5) { nodes { name } }
    parks(first: 5) { nodes { ${PARK} } totalCount } }`,
  portfolio: `portfolio(id: "${portfolio}") { name parks(first: 5) { nodes { ${PARK} } totalCount } }`,
  portfolios: `ofPortfolios: viewer { portfolios(first: 5) { nodes { name parks(first: 5) { nodes { ${PARK} } } } } }`,
  grants: 'ofGrants: viewer { membership { grants(first: 5) { nodes { resource { name } } } } }',
  shares: `ofShares: viewer { organization { cooperations(first: 5) {
    nodes { shares(first: 5) { nodes { resource { name } } } } } } }`,
});

/** All of them in one operation, and so on one snapshot. */
export const readingAtOnce = (ids: EnemyIds): string => `{ ${Object.values(fieldsFor(ids)).join('\n')} }`;

/** Each in an operation of its own. */
export const readingsOneByOne = (ids: EnemyIds): readonly string[] =>
  Object.values(fieldsFor(ids)).map((field) => `{ ${field} }`);
