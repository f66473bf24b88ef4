import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { printSchema } from 'graphql';
import { projectRoot } from '../root.ts';
import { buildUnfencedSchema } from '../server/build-schema.ts';

const FILE = join(projectRoot, 'schema.graphql');

const { check } = new Command('schema')
  .description('Writes the schema that the gateway serves to schema.graphql.')
  .option('--check', 'write nothing; fail when the file is not up to date')
  .parse()
  .opts<{ check?: true }>();

const emitted = `# Emitted by \`npm run schema:emit\`: edit src/schema and src/resolvers instead.\n\n${printSchema(buildUnfencedSchema())}\n`;

if (!check) {
  await writeFile(FILE, emitted);
} else if ((await readFile(FILE, 'utf8').catch(() => '')) !== emitted) {
  console.error('schema.graphql is not up to date: run `npm run schema:emit`.');
  process.exitCode = 1;
}
