import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const shared = {
  setupFiles: ['test/kit/setup.ts'],
  // A limit against hanging only: no test may depend on how fast a machine is.
  testTimeout: 300_000,
  hookTimeout: 300_000,
};

export default defineConfig(({ mode }) => ({
  // type-graphql and graphql-shield load graphql as CommonJS; vite alone would give the sources its ESM twin, and the two don't mix.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    // By default one core is left idle, which is half of a small machine; each worker may hold a PGlite or a pool of connections.
    maxWorkers: Math.min(availableParallelism(), 4),
    // Browser tests need a browser, which npm does not bring along: they are run by themselves.
    projects:
      mode === 'browser'
        ? [
            {
              extends: true,
              test: {
                ...shared,
                name: 'browser',
                include: ['test/browser/**/*.test.ts'],
                env: { TEST_DATABASE: 'pglite' },
                globalSetup: ['test/kit/global-pglite.ts'],
              },
            },
          ]
        : [
            {
              extends: true,
              test: { ...shared, name: 'unit', include: ['test/{unit,authz}/**/*.test.ts'] },
            },
            {
              extends: true,
              test: {
                ...shared,
                name: 'pglite',
                include: ['test/{db,api}/**/*.test.ts'],
                env: { TEST_DATABASE: 'pglite' },
                globalSetup: ['test/kit/global-pglite.ts'],
              },
            },
            {
              extends: true,
              test: {
                ...shared,
                name: 'postgres',
                include: ['test/{db,api,races}/**/*.test.ts'],
                env: { TEST_DATABASE: 'postgres' },
                globalSetup: ['test/kit/global-postgres.ts'],
              },
            },
          ],
  },
}));
