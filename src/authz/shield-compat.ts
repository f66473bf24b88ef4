/** Loads graphql-shield where it can be loaded: both packages as CommonJS, after giving back what Node 23 took away. */
import { createRequire } from 'node:module';
import type * as GraphqlMiddleware from 'graphql-middleware';
import type * as GraphqlShield from 'graphql-shield';

const require = createRequire(import.meta.url);
const util = require('node:util') as { isUndefined?: (value: unknown) => boolean };

// graphql-shield 7.6.5 calls util.isUndefined; without it `chain` and `race` silently deny, and the ESM build does not load.
util.isUndefined ??= (value) => value === undefined;

export const { rule, shield, allow, deny } = require('graphql-shield') as typeof GraphqlShield;
export const { applyMiddleware } = require('graphql-middleware') as typeof GraphqlMiddleware;
