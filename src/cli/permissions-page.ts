import { ORGANIZATION_ACTIONS, RESOURCE_ACTIONS } from '../authz/actions.ts';
import { PERMISSION_GROUP_ROWS, SESSION_ONLY } from '../authz/permission-groups.ts';
import { type FieldPermission, PERMISSIONS } from '../authz/permissions.ts';
import { READERS } from '../authz/readers.ts';
import { REASONS } from '../authz/reasons.ts';
import {
  ACTION_ROWS,
  ACTIONS_ON_RESOURCES,
  JOB_ROLE_ROWS,
  JOB_ROLES,
  meet,
  ORGANIZATION_ACTION_ROWS,
  ORGANIZATION_ROLE_ROWS,
  ORGANIZATION_ROLES,
  PERMISSION_GROUPS,
  SESSION_ONLY_ACTIONS,
  TOKEN_ACTIONS,
} from '../authz/roles.ts';
import { FENCES } from '../authz/rules.ts';

type Row = readonly string[];

/**
 * docs/permissions.md: the tables that decide, as Markdown. The numbers of rules are those of the permission model
 * (P1 to P13, M1, M2, D1; sections 2, 5 and 6).
 */
export const permissionsPage = (): string =>
  `${[INTRODUCTION, ...SECTIONS.map(([title, text, lines]) => [`## ${title}`, '', text, '', ...lines].join('\n'))].join('\n\n')}\n`;

const INTRODUCTION = `<!-- Emitted by \`npm run docs:emit\`: edit the tables in src/authz instead. -->

# Who may do what

Emitted from the tables that the gateway decides by. They are also served: \`permissionModel\` answers the roles, and the
description of each field in \`schema.graphql\` tells who may use it. Rules are cited by their number in the permission model.`;

const table = (header: Row, rows: readonly Row[]): string[] =>
  [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);

const code = (text: string) => `\`${text}\``;
const codes = (texts: Row) => texts.map(code).join(', ');
const tick = (is: boolean | undefined) => (is ? '✓' : '');

const jobRoles = table(
  [
    'job role',
    'for people',
    'in external systems',
    'a share can carry it',
    ...JOB_ROLES.map((role) => `with ${role}`),
  ],
  JOB_ROLES.map((role) => {
    const { label, identifier, shareable } = JOB_ROLE_ROWS[role];
    return [
      code(role),
      label,
      code(identifier),
      tick(shareable),
      ...JOB_ROLES.map((other) => meet(role, other)),
    ];
  }),
);

const READING_ROLES = JOB_ROLES.filter((role) => role !== 'NONE').reverse();

const resourceActions = table(
  ['action', ...READING_ROLES, 'own resources only'],
  RESOURCE_ACTIONS.map((action) => {
    const { roles, ownOnly } = ACTION_ROWS[action];
    return [code(action), ...READING_ROLES.map((role) => tick(roles.includes(role))), tick(ownOnly)];
  }),
);

const organizationRoles = table(
  ['organization role', 'for people', 'default job role'],
  ORGANIZATION_ROLES.map((role) => {
    const { label, defaultJobRole } = ORGANIZATION_ROLE_ROWS[role];
    return [code(role), label, code(defaultJobRole)];
  }),
);

const organizationActions = table(
  ['action', ...ORGANIZATION_ROLES, 'stays with a DEMO account'],
  ORGANIZATION_ACTIONS.map((action) => {
    const { roles, reads } = ORGANIZATION_ACTION_ROWS[action];
    return [code(action), ...ORGANIZATION_ROLES.map((role) => tick(roles.includes(role))), tick(reads)];
  }),
);

const assignments = table(
  ['who acts', ...ORGANIZATION_ROLES],
  ORGANIZATION_ROLES.map((actor) => {
    const { mayInvite, mayAssign } = ORGANIZATION_ROLE_ROWS[actor];
    const cell = (role: (typeof ORGANIZATION_ROLES)[number]) =>
      [mayInvite.includes(role) && 'invite', mayAssign.includes(role) && 'assign'].filter(Boolean).join(', ');
    return [code(actor), ...ORGANIZATION_ROLES.map(cell)];
  }),
);

const tokenGroups = table(
  ['group', 'for people', 'what it keeps of actions on a resource', 'fields'],
  PERMISSION_GROUPS.map((group) => {
    const { label, fields } = PERMISSION_GROUP_ROWS[group];
    const kept = TOKEN_ACTIONS[group];
    return [
      code(group),
      label,
      kept ? codes(kept) : 'all',
      fields ? codes(fields) : `all but ${codes([...SESSION_ONLY])}`,
    ];
  }),
);

const reasons = table(
  ['reason', 'layer', 'rule', 'sentence'],
  Object.entries(REASONS).map(([reason, { layer, rule, text }]) => [code(reason), layer, rule, text]),
);

const fences = table(
  ['fence', 'lets through', 'its codes'],
  Object.entries(FENCES).map(([fence, row]) => [code(fence), row.who, codes(row.codes)]),
);

const readers = table(
  ['readers', 'who that is'],
  Object.entries(READERS).map(([name, who]) => [code(name), who]),
);

const fields = table(
  ['type', 'fields', 'fence', 'shown to', 'needs', 'codes beside those of the fence'],
  Object.entries(PERMISSIONS).flatMap(([type, permissions]) => {
    const groups = Map.groupBy(Object.keys(permissions), (field) =>
      permissionCells(permissions[field]).join(' | '),
    );
    return [...groups].map(([cells, names]) => [code(type), codes(names), cells]);
  }),
);

function permissionCells(permission: FieldPermission | undefined): Row {
  const { fence = '', shownTo, needs = [], codes: own = [] } = permission ?? {};
  const everyCode = [...(needs.length > 0 ? ['FORBIDDEN'] : []), ...own];
  return [code(fence), shownTo ? code(shownTo) : '', codes(needs), codes(everyCode)];
}

const SECTIONS: readonly (readonly [title: string, text: string, lines: string[]])[] = [
  [
    'Job roles',
    'What someone may do on one portfolio or park (section 2). The last columns are `meet`: the highest role at or below both.',
    jobRoles,
  ],
  [
    'Actions on a resource',
    'Section 5. Moving a park to another portfolio needs more than `RESOURCE_CONFIGURE`: organization role `ADMIN`, or `MODERATOR`\nas `OPERATOR` on the park and both portfolios while neither portfolio is shared (`src/authz/move.ts`).',
    resourceActions,
  ],
  ['Organization roles', "A member's default standing (section 2).", organizationRoles],
  [
    'Actions in an organization',
    'Section 6, in the own organization, while the membership is live.',
    organizationActions,
  ],
  [
    'Invitations and changes of role',
    'With which roles one may invite (M1), and between which one may move a member (M2: both the old and the new role must be marked).',
    assignments,
  ],
  [
    'API tokens',
    `What an API token reaches, never more than its owner (T1, T2). No token has ${codes(SESSION_ONLY_ACTIONS)}; a scoped one has no organization-wide action but, on resources in its scope, ${codes(ACTIONS_ON_RESOURCES)} (T3).`,
    tokenGroups,
  ],
  ['Reasons', 'What `viewerAccess.trace` can say.', reasons],
  [
    'Fences',
    'What keeps a field closed to whole classes of viewers, before any resource is looked at (graphql-shield).',
    fences,
  ],
  [
    'Readers',
    'To whom a field is shown that is null to everybody else (section 6, V3; `src/authz/sight.ts`).',
    readers,
  ],
  [
    'Fields',
    'Every field that is served. `needs` is decided on the one resource or organization, inside the transaction of the command.',
    fields,
  ],
];
