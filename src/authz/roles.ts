/** The job-role lattice and the role tables of sections 2, 5 and 6: every "who may" is a row here. */
import type { OrganizationAction, ResourceAction } from './actions.ts';
import { ORGANIZATION_ACTIONS, RESOURCE_ACTIONS } from './actions.ts';

export const JOB_ROLES = ['OPERATOR', 'TOM', 'COM', 'VIEWER', 'NONE'] as const;
/** What someone may do on one resource (section 1). */
export type JobRole = (typeof JOB_ROLES)[number];

export const ORGANIZATION_ROLES = [
  'ADMIN',
  'MODERATOR',
  'ASSET_MANAGER_TECHNICAL',
  'ASSET_MANAGER_COMMERCIAL',
  'MEMBER',
  'EXTERNAL',
] as const;
/** A member's default standing in their organization (section 1). */
export type OrganizationRole = (typeof ORGANIZATION_ROLES)[number];

export const SYSTEM_ROLES = ['ADMINISTRATOR', 'USER', 'DEMO'] as const;
/** An account's standing on the platform; set by the operator's command line only (D1). */
export type SystemRole = (typeof SYSTEM_ROLES)[number];

export const PERMISSION_GROUPS = ['FULL_ACCESS', 'REPORTING', 'TIMESERIES'] as const;
/** What an API token reaches of what its owner does (T2). */
export type PermissionGroup = (typeof PERMISSION_GROUPS)[number];

export const PERMISSION_LAYERS = ['API', 'SYSTEM', 'ORGANIZATION', 'JOB'] as const;
/** The layers of section 3, in the order in which a request passes them. */
export type PermissionLayer = (typeof PERMISSION_LAYERS)[number];

/** The lattice of section 2 as sets of bits: a role is at or below another when its bits are among the other's. */
const BITS: Readonly<Record<JobRole, number>> = {
  NONE: 0,
  VIEWER: 1,
  COM: 0b011,
  TOM: 0b101,
  OPERATOR: 0b111,
};
const ROLE_OF_BITS = new Map(JOB_ROLES.map((role) => [BITS[role], role]));

/** The highest role at or below both (section 2): `meet(TOM, COM) = VIEWER`. */
export function meet(a: JobRole, b: JobRole): JobRole {
  if (a === b) return a;
  return ROLE_OF_BITS.get(BITS[a] & BITS[b]) as JobRole;
}

/** Whether `lower` is at or below `upper` (section 2); peers are not below each other. */
export function isAtOrBelow(lower: JobRole, upper: JobRole): boolean {
  return (BITS[lower] & BITS[upper]) === BITS[lower];
}

interface JobRoleRow {
  label: string;
  /** The role's name in external systems: lower case, stable. */
  identifier: string;
  /** Whether a share can carry it: OPERATOR never crosses an organization boundary (P6), NONE only on a park (S1). */
  shareable: boolean;
}

export const JOB_ROLE_ROWS: Readonly<Record<JobRole, JobRoleRow>> = {
  OPERATOR: { label: 'Operator', identifier: 'operator', shareable: false },
  TOM: { label: 'Technical Manager', identifier: 'tom', shareable: true },
  COM: { label: 'Asset Manager', identifier: 'com', shareable: true },
  VIEWER: { label: 'Viewer', identifier: 'viewer', shareable: true },
  NONE: { label: 'None', identifier: 'none', shareable: true },
};

interface ActionRow {
  roles: readonly JobRole[];
  /** Only on resources that the viewer's own organization owns. */
  ownOnly?: true;
}

const READERS = ['VIEWER', 'COM', 'TOM', 'OPERATOR'] as const;
const TECHNICAL = ['TOM', 'OPERATOR'] as const;
const COMMERCIAL = ['COM', 'OPERATOR'] as const;

/** Section 5: which job roles may do an action on a resource. */
export const ACTION_ROWS: Readonly<Record<ResourceAction, ActionRow>> = {
  RESOURCE_READ: { roles: READERS },
  METRICS_READ: { roles: READERS },
  METRICS_WRITE: { roles: TECHNICAL, ownOnly: true },
  REPORT_GENERATE: { roles: READERS },
  TICKET_CREATE: { roles: ['COM', 'TOM', 'OPERATOR'] },
  TICKET_CLOSE: { roles: TECHNICAL },
  TICKET_REOPEN: { roles: TECHNICAL },
  TICKET_DELETE: { roles: TECHNICAL },
  COMPONENT_MANAGE: { roles: TECHNICAL },
  COMPONENT_DELETE: { roles: TECHNICAL },
  EVENT_MANAGE: { roles: TECHNICAL },
  EVENT_DELETE: { roles: TECHNICAL },
  CONTRACT_READ: { roles: COMMERCIAL },
  CONTRACT_MANAGE: { roles: COMMERCIAL },
  RESOURCE_CONFIGURE: { roles: ['COM', 'TOM', 'OPERATOR'], ownOnly: true },
  RESOURCE_DELETE: { roles: ['OPERATOR'], ownOnly: true },
};

const actionsWhere = (role: JobRole, own: boolean): readonly ResourceAction[] =>
  RESOURCE_ACTIONS.filter((action) => {
    const row = ACTION_ROWS[action];
    return row.roles.includes(role) && (own || !row.ownOnly);
  });

const actionsTable = (own: boolean) =>
  Object.fromEntries(JOB_ROLES.map((role) => [role, actionsWhere(role, own)])) as Readonly<
    Record<JobRole, readonly ResourceAction[]>
  >;

/** Section 5 turned round: what a job role may do, on the organization's own resources and on shared ones. */
export const JOB_ROLE_ACTIONS = { own: actionsTable(true), shared: actionsTable(false) } as const;

interface OrganizationRoleRow {
  label: string;
  /** Section 2: the job role on everything the organization owns. */
  defaultJobRole: JobRole;
  /** M1: with which roles this role may invite. */
  mayInvite: readonly OrganizationRole[];
  /** M2: between which roles this role may move a member. */
  mayAssign: readonly OrganizationRole[];
}

const ALL_BUT_ADMIN = ORGANIZATION_ROLES.filter((role) => role !== 'ADMIN');

export const ORGANIZATION_ROLE_ROWS: Readonly<Record<OrganizationRole, OrganizationRoleRow>> = {
  ADMIN: {
    label: 'Admin',
    defaultJobRole: 'OPERATOR',
    mayInvite: ORGANIZATION_ROLES,
    mayAssign: ORGANIZATION_ROLES,
  },
  MODERATOR: {
    label: 'Moderator',
    defaultJobRole: 'OPERATOR',
    mayInvite: ALL_BUT_ADMIN,
    mayAssign: ALL_BUT_ADMIN,
  },
  ASSET_MANAGER_TECHNICAL: {
    label: 'Technical Asset Manager',
    defaultJobRole: 'TOM',
    mayInvite: ['ASSET_MANAGER_TECHNICAL', 'MEMBER', 'EXTERNAL'],
    mayAssign: [],
  },
  ASSET_MANAGER_COMMERCIAL: {
    label: 'Commercial Asset Manager',
    defaultJobRole: 'COM',
    mayInvite: ['ASSET_MANAGER_COMMERCIAL', 'MEMBER', 'EXTERNAL'],
    mayAssign: [],
  },
  MEMBER: { label: 'Member', defaultJobRole: 'VIEWER', mayInvite: [], mayAssign: [] },
  EXTERNAL: { label: 'External', defaultJobRole: 'NONE', mayInvite: [], mayAssign: [] },
};

interface OrganizationActionRow {
  roles: readonly OrganizationRole[];
  /** A reading action stays with a DEMO account (D1). */
  reads?: true;
}

const ADMIN_ONLY = ['ADMIN'] as const;
const LEADERS = ['ADMIN', 'MODERATOR'] as const;
const MANAGERS = ['ADMIN', 'MODERATOR', 'ASSET_MANAGER_TECHNICAL', 'ASSET_MANAGER_COMMERCIAL'] as const;

/** Section 6: which organization roles may do an organization-wide action. */
export const ORGANIZATION_ACTION_ROWS: Readonly<Record<OrganizationAction, OrganizationActionRow>> = {
  ORGANIZATION_UPDATE: { roles: ADMIN_ONLY },
  ORGANIZATION_DELETE: { roles: ADMIN_ONLY },
  MEMBER_LIST: { roles: [...MANAGERS, 'MEMBER'], reads: true },
  MEMBER_INVITE: { roles: MANAGERS },
  MEMBER_UPDATE: { roles: LEADERS },
  MEMBER_REMOVE: { roles: LEADERS },
  GRANT_MANAGE: { roles: LEADERS },
  PORTFOLIO_CREATE: { roles: MANAGERS },
  PARK_CREATE: { roles: MANAGERS },
  COOPERATION_MANAGE: { roles: ADMIN_ONLY },
  SHARE_MANAGE: { roles: ADMIN_ONLY },
  AUDIT_READ: { roles: ADMIN_ONLY, reads: true },
  API_TOKEN_CREATE: { roles: ORGANIZATION_ROLES },
  API_TOKEN_REVOKE_ANY: { roles: ADMIN_ONLY },
};

/** Section 6: who sees a member's expiry, grants, access and reach beside what MEMBER_LIST shows, and grants on own resources. */
export const MEMBER_DETAIL_ROLES: readonly OrganizationRole[] = LEADERS;

/** Section 6: who gives, sees and takes grants on resources that are shared with the organization. */
export const DELEGATING_ROLES: readonly OrganizationRole[] = ADMIN_ONLY;

/** Section 6: who takes part in cooperations, and sees them, their shares and the invitations to them. */
export const COOPERATING_ROLES: readonly OrganizationRole[] = ADMIN_ONLY;

/** Section 6: who sees and revokes other members' API tokens. */
export const TOKEN_OVERSEEING_ROLES: readonly OrganizationRole[] = ADMIN_ONLY;

/** M2 turned round: the roles that may assign `role`. */
export const rolesAssigning = (role: OrganizationRole): readonly OrganizationRole[] =>
  ORGANIZATION_ROLES.filter((each) => ORGANIZATION_ROLE_ROWS[each].mayAssign.includes(role));

/** G2: what may be delegated under a ceiling. */
export const delegableRoles = (ceiling: JobRole): readonly JobRole[] =>
  JOB_ROLES.filter(
    (role) => role !== 'NONE' && (role === 'VIEWER' || role === ceiling) && ceiling !== 'NONE',
  );

/** Section 6 turned round: what an organization role may do in its organization. */
export const ORGANIZATION_ROLE_ACTIONS = Object.fromEntries(
  ORGANIZATION_ROLES.map((role) => [
    role,
    ORGANIZATION_ACTIONS.filter((action) => ORGANIZATION_ACTION_ROWS[action].roles.includes(role)),
  ]),
) as unknown as Readonly<Record<OrganizationRole, readonly OrganizationAction[]>>;

/** T2: which actions on a resource an API token of a group keeps of its owner's; null keeps all. */
export const TOKEN_ACTIONS: Readonly<Record<PermissionGroup, readonly ResourceAction[] | null>> = {
  FULL_ACCESS: null,
  REPORTING: ['REPORT_GENERATE'],
  TIMESERIES: ['METRICS_READ'],
};

/** T1: of its owner's organization-wide actions a token has none that invites or is about tokens. */
export const SESSION_ONLY_ACTIONS: readonly OrganizationAction[] = [
  'MEMBER_INVITE',
  'API_TOKEN_CREATE',
  'API_TOKEN_REVOKE_ANY',
];

/** T3: the organization-wide actions that are about resources: a scoped token has them on resources in its scope. */
export const ACTIONS_ON_RESOURCES: readonly OrganizationAction[] = ['GRANT_MANAGE', 'SHARE_MANAGE'];
