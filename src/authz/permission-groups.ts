/** T1 and T2 as data: what each permission group of API tokens reaches, by field; all else is denied. Actions: roles.ts. */
import { Refusal } from './refusal.ts';
import { PERMISSION_GROUPS, type PermissionGroup } from './roles.ts';

const fieldsOf = (type: string, names: string): readonly string[] =>
  names.split(' ').map((name) => `${type}.${name}`);

const page = (type: string): readonly string[] => [
  ...fieldsOf(`${type}Connection`, 'edges nodes pageInfo totalCount'),
  ...fieldsOf(`${type}Edge`, 'cursor node'),
];

/** T1: what needs a session, whatever the group. A type without fields here is out as a whole. */
export const SESSION_ONLY: ReadonlySet<string> = new Set([
  // Credentials, sessions, and the account itself.
  ...fieldsOf('Mutation', 'register verifyEmail resendVerification signIn signOut revokeSession'),
  ...fieldsOf('Mutation', 'requestPasswordReset resetPassword changePassword'),
  ...fieldsOf('Mutation', 'updateProfile requestEmailChange deleteAccount'),
  ...fieldsOf('Viewer', 'sessions'),
  // Tokens.
  ...fieldsOf('Mutation', 'createApiToken revokeApiToken'),
  ...fieldsOf('Viewer', 'apiTokens'),
  ...fieldsOf('Organization', 'apiTokens'),
  // What ends one's own membership, and with it every token.
  ...fieldsOf('Mutation', 'leaveOrganization deleteOrganization'),
  // Invitations, and what is accepted or declined.
  ...fieldsOf('Mutation', 'inviteMember updateInvitation resendInvitation revokeInvitation'),
  ...fieldsOf('Mutation', 'acceptInvitation declineInvitation'),
  ...fieldsOf('Mutation', 'inviteCooperation acceptCooperation declineCooperation'),
  ...fieldsOf('Query', 'invitationByToken'),
  // System administration.
  ...fieldsOf('Mutation', 'invitePlatformCustomer suspendUser reinstateUser appointAdmin'),
  ...fieldsOf('Query', 'organizations users'),
]);

/** T2: the identity of resources, and the ways to it. */
const IDENTITY: readonly string[] = [
  ...fieldsOf('Query', 'viewer node nodes park portfolio'),
  ...fieldsOf('Viewer', 'parks portfolios'),
  // What `node` answers to a token is of the types here alone (load-node.ts).
  ...fieldsOf('Node', 'id'),
  ...fieldsOf('Resource', 'id name organization'),
  ...fieldsOf('Park', 'id name organization portfolio'),
  ...fieldsOf('Portfolio', 'id name organization parks'),
  ...fieldsOf('Organization', 'id name'),
  ...fieldsOf('PageInfo', 'hasNextPage hasPreviousPage startCursor endCursor'),
  ...page('Park'),
  ...page('Portfolio'),
];

interface GroupRow {
  readonly label: string;
  /** Null: everything but `SESSION_ONLY`. */
  readonly fields: readonly string[] | null;
}

export const PERMISSION_GROUP_ROWS: Readonly<Record<PermissionGroup, GroupRow>> = {
  FULL_ACCESS: { label: 'Full access', fields: null },
  REPORTING: {
    label: 'Reporting',
    fields: [
      ...IDENTITY,
      ...fieldsOf('Mutation', 'generateReport'),
      ...fieldsOf('ReportPayload', 'report'),
      ...fieldsOf('Report', 'id kind from to parks createdAt columns rows csv'),
    ],
  },
  TIMESERIES: {
    label: 'Time series',
    fields: [
      ...IDENTITY,
      ...fieldsOf('Park', 'metrics'),
      ...fieldsOf('MetricSeries', 'metric unit interval aggregate points'),
      ...fieldsOf('MetricPoint', 'at value'),
    ],
  },
};

const REACHED = Object.fromEntries(
  PERMISSION_GROUPS.map((group) => {
    const { fields } = PERMISSION_GROUP_ROWS[group];
    return [group, fields && new Set(fields)];
  }),
) as unknown as Readonly<Record<PermissionGroup, ReadonlySet<string> | null>>;

/** T1, T2: whether a group reaches a field, named `Type.field`; null is a session, which reaches all. */
export const reaches = (group: PermissionGroup | null, field: string): boolean =>
  group === null || (REACHED[group]?.has(field) ?? !SESSION_ONLY.has(field));

/** T2: an operation that needs anything outside the token's group is refused whole. @throws FORBIDDEN naming the fields */
export function requireReached(group: PermissionGroup | null, fields: readonly string[]): void {
  const outside = fields.filter((field) => !reaches(group, field));
  if (group === null || outside.length === 0) return;
  const rule = outside.some((field) => SESSION_ONLY.has(field)) ? 'T1' : 'T2';
  throw new Refusal(
    'FORBIDDEN',
    `A token of the group ${group} does not reach ${outside.slice(0, 10).join(', ')}.`,
    {
      layer: 'API',
      rule,
      required: rule === 'T1' ? 'SESSION' : 'FULL_ACCESS',
      actual: group,
      fields: outside.slice(0, 100),
    },
  );
}
