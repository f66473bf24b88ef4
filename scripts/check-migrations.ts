/** Fails when the drizzle schema holds a change without a migration: generates into a copy and sees what comes of it. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { projectRoot } from '../src/root.ts';

const copy = mkdtempSync(join(tmpdir(), 'parkgate-migrations-'));
const migrations = () => readdirSync(copy).filter((name) => name.endsWith('.sql'));

try {
  cpSync(join(projectRoot, 'drizzle'), copy, { recursive: true });
  const known = new Set(migrations());
  const said = execFileSync(
    process.execPath,
    [
      join(projectRoot, 'node_modules/drizzle-kit/bin.cjs'),
      'generate',
      '--dialect=postgresql',
      '--schema=./src/db/schema/*.ts',
      // It takes no absolute path here.
      `--out=${relative(projectRoot, copy)}`,
    ],
    { cwd: projectRoot, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
  );
  // Its exit code tells nothing: it is 0 after a syntax error, too, and where it would ask whether a column was renamed.
  if (!said.includes('No schema changes')) {
    console.error(said);
    for (const name of migrations().filter((one) => !known.has(one)))
      console.error(readFileSync(join(copy, name), 'utf8'));
    console.error('The schema has a change without a migration: run `npm run db:generate`.');
    process.exitCode = 1;
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
