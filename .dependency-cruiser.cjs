/**
 * Who may import whom: each room of src lists the only places its imports may go to, apart from packages and src/root.ts.
 * A room without a row here may import nothing of ours.
 */
const rooms = {
  authz: [],
  schema: ['authz/(roles|actions)\\.ts'],
  db: ['authz/'],
  identity: ['db/'],
  resolvers: ['schema/', 'authz/', 'db/', 'identity/'],
  server: ['.*'],
  cli: ['.*'],
  demo: ['.*'],
};

const directions = Object.entries(rooms).map(([room, allowed]) => ({
  name: `${room}-imports`,
  comment: `src/${room} may import only from itself, src/root.ts, and: ${allowed.join(', ') || 'nothing of ours'}.`,
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: {
    path: '^(src|bench|test|scripts)/',
    pathNot: [`^src/${room}/`, '^src/root\\.ts$', ...allowed.map((place) => `^src/${place}`)],
  },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...directions,
    {
      name: 'known-rooms',
      comment: 'A new room of src needs a row in the table of this file.',
      severity: 'error',
      from: { path: '^src/', pathNot: `^src/(main\\.ts|root\\.ts|(${Object.keys(rooms).join('|')})/)` },
      to: {},
    },
    {
      name: 'nobody-imports-main',
      comment: 'main.ts starts and stops; nothing else.',
      severity: 'error',
      from: {},
      to: { path: '^src/main\\.ts$' },
    },
    {
      name: 'no-circular',
      comment: 'A cycle has no order in which to read it.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'shield-packages',
      comment: 'graphql-shield is the fence of src/authz only; shield-compat.ts is what makes it load.',
      severity: 'error',
      from: { pathNot: '^src/authz/(rules|permissions|shield-compat)\\.ts$' },
      to: { path: ['(^|node_modules/)graphql-shield', '(^|node_modules/)graphql-middleware'] },
    },
    {
      name: 'shield-compat',
      comment:
        'The fence is built in src/authz and hung up in build-schema.ts; nobody else needs its packages.',
      severity: 'error',
      from: { pathNot: '^src/(authz/(rules|permissions)|server/build-schema)\\.ts$' },
      to: { path: '^src/authz/shield-compat\\.ts$' },
    },
    {
      name: 'product-imports-product',
      comment: 'What is shipped needs neither the tests nor the bench.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(bench|test|scripts)/' },
    },
    {
      name: 'no-orphans',
      comment: 'A module that nobody imports and that imports nothing is dead, or its import is broken.',
      severity: 'error',
      from: { orphan: true },
      to: {},
    },
    {
      name: 'not-to-unresolvable',
      comment:
        'An import that leads nowhere; a rule cannot judge it. (The exception is a package of types alone.)',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^@graphql-typed-document-node/core$' },
    },
  ],
  options: {
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|test/kit/generated)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json'],
    },
  },
};
