import { getOperationAST, Kind, parse } from 'graphql';
import { PERMISSIONS } from '../../src/authz/permissions.ts';
import { codesOf } from '../../src/server/describe-permissions.ts';

/** The errors of an answer, as far as they are looked at. */
type Errors = readonly {
  readonly path?: readonly (string | number)[];
  readonly extensions: { readonly code: string };
}[];

/** What the documentation says of every field at once. */
const ANYWHERE = ['SERVICE_UNAVAILABLE', 'INTERNAL_SERVER_ERROR'];

/**
 * Every error that a root field gives is one of the codes that its description lists: looked at in every answer that a test gets, so that
 * a command whose new refusal is not listed fails wherever it is refused.
 * @throws Error naming field and code
 */
export function requireListedCodes(query: string, errors: Errors): void {
  const ofRootFields = errors.filter(({ path }) => path?.length === 1);
  if (ofRootFields.length === 0) return;
  const operation = getOperationAST(parse(query));
  const root = operation?.operation === 'mutation' ? 'Mutation' : 'Query';
  for (const { path, extensions } of ofRootFields) {
    const selection = operation?.selectionSet.selections.find(
      (each) => each.kind === Kind.FIELD && (each.alias ?? each.name).value === path?.[0],
    );
    const field = selection?.kind === Kind.FIELD ? selection.name.value : '';
    const permission = PERMISSIONS[root]?.[field];
    if (!permission || [...codesOf(permission), ...ANYWHERE].includes(extensions.code)) continue;
    throw new Error(`${root}.${field} gives ${extensions.code}, which authz/permissions.ts does not list`);
  }
}
