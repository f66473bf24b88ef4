import { findPackageJSON } from 'node:module';
import { dirname } from 'node:path';

/** Absolute path of the directory that holds package.json, the same from `src` and from the compiled `dist`. */
export const projectRoot = dirname(findPackageJSON('..', import.meta.url) ?? process.cwd());
