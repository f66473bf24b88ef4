import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { projectRoot } from '../root.ts';
import { permissionsPage } from './permissions-page.ts';

const FILE = join(projectRoot, 'docs/permissions.md');

const { check } = new Command('permissions')
  .description('Writes the permission tables to docs/permissions.md.')
  .option('--check', 'write nothing; fail when the file is not up to date')
  .parse()
  .opts<{ check?: true }>();

const emitted = permissionsPage();

if (!check) {
  await writeFile(FILE, emitted);
} else if ((await readFile(FILE, 'utf8').catch(() => '')) !== emitted) {
  console.error('docs/permissions.md is not up to date: run `npm run docs:emit`.');
  process.exitCode = 1;
}
