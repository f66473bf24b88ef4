import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import lockfile from 'proper-lockfile';
import { projectRoot } from '../../src/root.ts';

/**
 * Builds what `npm start` runs, whatever was built before: a test that starts the real process does not test an old one. Tests that do so
 * at the same time build one after the other, and what is built already is not written again.
 */
export async function buildGateway(): Promise<void> {
  const compiler = join(projectRoot, 'node_modules/typescript/bin/tsc');
  const release = await lockfile.lock(projectRoot, {
    lockfilePath: join(projectRoot, 'node_modules/.build-gateway.lock'),
    stale: 60_000,
    retries: { forever: true, minTimeout: 100, maxTimeout: 500 },
  });
  try {
    await promisify(execFile)(process.execPath, [compiler, '-p', 'tsconfig.build.json'], {
      cwd: projectRoot,
    });
  } finally {
    await release();
  }
}
