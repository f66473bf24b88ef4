/** Prints the coordinates of the contract that the emitted schema does not have yet: what contract/not-built.txt may list. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../src/root.ts';
import { compareContract } from '../test/kit/contract-diff.ts';

const read = (path: string) => readFileSync(join(projectRoot, path), 'utf8');
for (const { kind, coordinate } of compareContract(read('contract/schema.graphql'), read('schema.graphql')))
  if (kind === 'missing') console.log(coordinate);
