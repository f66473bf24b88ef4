import { type DocumentNode, Kind, parse, visit } from 'graphql';
import { reaches } from '../authz/permission-groups.ts';
import { type FieldPermission, PERMISSIONS } from '../authz/permissions.ts';
import { READERS } from '../authz/readers.ts';
import { ACTION_ROWS, ORGANIZATION_ACTION_ROWS } from '../authz/roles.ts';
import { FENCES } from '../authz/rules.ts';

/** Adds to each field's description who may use it and which codes it gives, from the permission tables. */
export function describePermissions(typeDefs: string | DocumentNode): DocumentNode {
  let type = '';
  return visit(typeof typeDefs === 'string' ? parse(typeDefs) : typeDefs, {
    ObjectTypeDefinition: (node) => {
      type = node.name.value;
    },
    // The fields of an interface have no fence: graphql-shield looks at objects alone.
    InterfaceTypeDefinition: () => {
      type = '';
    },
    FieldDefinition: (node) => {
      const permission = PERMISSIONS[type]?.[node.name.value];
      const text = permission && sentence(permission, `${type}.${node.name.value}`);
      if (!text) return undefined;
      const value = [node.description?.value, text].filter(Boolean).join('\n\n');
      return { ...node, description: { kind: Kind.STRING, value, block: true } };
    },
  });
}

/**
 * The codes that a field gives, beside SERVICE_UNAVAILABLE and INTERNAL_SERVER_ERROR, which everything gives.
 * @internal tests compare every error that they meet with it
 */
export const codesOf = ({ fence, needs = [], codes = [] }: FieldPermission): readonly string[] => [
  ...new Set([...FENCES[fence].codes, ...(needs.length > 0 ? ['FORBIDDEN'] : []), ...codes]),
];

function sentence(permission: FieldPermission, coordinate: string): string | null {
  const { fence, shownTo, needs = [] } = permission;
  const everyCode = codesOf(permission);
  const sessionOnly = !reaches('FULL_ACCESS', coordinate);
  if (fence === 'PARENT' && !shownTo && !sessionOnly && needs.length + everyCode.length === 0) return null;
  const who = fence === 'PARENT' ? [] : [`For ${FENCES[fence].who}.`];
  return [
    ...who,
    ...(shownTo ? [`Shown to ${READERS[shownTo]}; null to others.`] : []),
    ...needs.map((action) => `Needs ${action}: ${rolesFor(action)}.`),
    ...(sessionOnly ? ['No API token reaches it.'] : []),
    ...(everyCode.length > 0 ? [`Errors: ${everyCode.join(', ')}.`] : []),
  ].join(' ');
}

function rolesFor(action: NonNullable<FieldPermission['needs']>[number]): string {
  if (!(action in ACTION_ROWS)) {
    return ORGANIZATION_ACTION_ROWS[action as keyof typeof ORGANIZATION_ACTION_ROWS].roles.join(', ');
  }
  const { roles, ownOnly } = ACTION_ROWS[action as keyof typeof ACTION_ROWS];
  return roles.join(', ') + (ownOnly ? ', on own resources only' : '');
}
