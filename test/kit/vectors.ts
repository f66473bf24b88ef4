import { resolve } from 'node:path';
import { readWorlds, type World } from './world.ts';

/** The worlds that the vector tests judge: those of test/vectors, or of another file of that format by the environment's VECTORS. */
export const vectorWorlds = (): World[] =>
  readWorlds(
    process.env['VECTORS']
      ? resolve(process.env['VECTORS'])
      : new URL('../vectors/effective-role.json', import.meta.url),
  );
