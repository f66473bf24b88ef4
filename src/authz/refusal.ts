/** What is thrown when the answer is no: server/errors.ts alone decides what of it a client sees. */
import type { OrganizationAction, ResourceAction } from './actions.ts';
import type { Access } from './decide.ts';
import type { OrganizationAccess } from './decide-organization.ts';
import type { AccountFact } from './facts.ts';
import { REASONS } from './reasons.ts';
import {
  ACTION_ROWS,
  type JobRole,
  ORGANIZATION_ACTION_ROWS,
  type OrganizationRole,
  type PermissionLayer,
} from './roles.ts';

/** The documented error codes; docs/api.md lists them with their meaning. */
export const ERROR_CODES = {
  UNAUTHENTICATED:
    'There is no live session, or the address and password are not those of an account in good standing.',
  FORBIDDEN: 'The viewer can see it but may not do this; `layer`, `rule`, `required` and `actual` say why.',
  NOT_FOUND: 'It does not exist, or the viewer may not know that it does (V1).',
  BAD_USER_INPUT: 'The input is not acceptable; `field` names the argument or input field.',
  CONFLICT:
    'Another change got in the way, or it is not in the state that this needs: read again, then decide again.',
  NOT_EMPTY: 'What should be deleted still holds something.',
  LAST_ADMIN: 'The organization would be left without an ADMIN who lasts (M3).',
  ROLE_NOT_ASSIGNABLE: "The viewer's organization role may not assign that one (M1, M2).",
  LABEL_REQUIRED: 'An EXTERNAL needs a label (M5).',
  ALREADY_MEMBER: 'The address is that of a member already.',
  ALREADY_INVITED:
    'There is an open invitation for the address already: who sees it sends it again, or revokes it.',
  ALREADY_IN_ORGANIZATION: 'A user is in one organization at most (M4): leave it first, then accept.',
  SELF_COOPERATION: 'An organization can not cooperate with itself (C3, C4).',
  COOPERATION_EXISTS: 'The two organizations cooperate already, or an invitation is open (C1).',
  EXPIRY_RAISES_ACCESS: 'When it lapses, access would rise; say so explicitly if that is meant (G4).',
  SHARE_CAP_EXCEEDED:
    'On a shared resource only VIEWER or exactly the role of the share can be granted (G2).',
  OPERATION_TOO_LARGE: 'The operation could return more nodes, or asks for more, than one operation may.',
  RATE_LIMITED: 'Tried too often; `retryAfterSeconds` says when to try again.',
  SERVICE_UNAVAILABLE: 'The database cannot answer now; try again later.',
  INTERNAL_SERVER_ERROR: 'Something broke here; the log has it under `requestId`.',
} as const;
export type ErrorCode = keyof typeof ERROR_CODES;

/** The details of a refusal, as `extensions` of a GraphQL error. */
export interface RefusalDetails {
  readonly layer?: PermissionLayer;
  readonly rule?: string;
  /** The action that is needed. */
  readonly required?: string;
  /** The role the viewer has. */
  readonly actual?: string;
  /** The roles that would do. */
  readonly allowedRoles?: readonly string[];
  /** The fields that an API token's group does not reach. */
  readonly fields?: readonly string[];
  /** The argument or input field at fault. */
  readonly field?: string;
  /** When it may be tried again. */
  readonly retryAfterSeconds?: number;
  /** What would have been the most. */
  readonly limit?: number;
}

/** A known outcome that is not success; its message is written for the client. */
export class Refusal extends Error {
  readonly code: ErrorCode;
  readonly details: RefusalDetails;
  constructor(code: ErrorCode, message: string, details: RefusalDetails = {}) {
    super(message);
    this.code = code;
    this.details = details;
  }
}

/** V1: said of everything the viewer may not see, whether it exists or not. */
export const notFound = () => new Refusal('NOT_FOUND', 'Not found.');

export const unauthenticated = () =>
  new Refusal('UNAUTHENTICATED', 'Sign in first.', { layer: 'SYSTEM', required: 'SESSION', actual: 'NONE' });

/** Bad input names its field. */
export const badInput = (field: string, message: string) => new Refusal('BAD_USER_INPUT', message, { field });

/** One answer whichever limit was met. */
export const rateLimited = (retryAfterSeconds: number) =>
  new Refusal('RATE_LIMITED', 'Too many attempts: try again later.', { retryAfterSeconds });

/**
 * Passes when `access` allows `action`; NOT_FOUND for what is not visible (V1), else FORBIDDEN with layer and rule.
 * @param place where, in the message: of several resources the one that is refused
 */
export function requireAction(access: Access, action: ResourceAction, place = 'here'): void {
  if (!access.visible) throw notFound();
  if (access.actions.includes(action)) return;
  const row = ACTION_ROWS[action];
  const last = access.trace.at(-1);
  const crossing = !access.own && row.ownOnly === true;
  const reason = REASONS[last?.reason ?? 'NO_MEMBERSHIP'];
  throw new Refusal('FORBIDDEN', `This needs ${action}, which ${access.jobRole} does not allow ${place}.`, {
    layer: crossing ? 'ORGANIZATION' : isDemo(access) ? 'SYSTEM' : reason.layer,
    rule: crossing ? 'section 5' : isDemo(access) ? 'D1' : reason.rule,
    required: action,
    actual: access.jobRole,
    allowedRoles: crossing ? [] : (row.roles satisfies readonly JobRole[]),
  });
}

/** A DEMO account is refused by the system layer, whatever its job role would be (D1). */
const isDemo = (access: Access): boolean => access.trace.some((step) => step.reason === 'DEMO_ACCOUNT');

/** Passes when the organization role allows `action`; NOT_FOUND for an organization that is not the viewer's (V1). */
export function requireOrganizationAction(access: OrganizationAccess, action: OrganizationAction): void {
  requireAmong(access, access.actions, action);
}

/** The same for what is done to one resource, which the caller has found visible: in the scope of a scoped token (T3). */
export function requireOnResources(access: OrganizationAccess, action: OrganizationAction): void {
  requireAmong(access, access.onResources, action);
}

function requireAmong(
  access: OrganizationAccess,
  allowed: readonly OrganizationAction[],
  action: OrganizationAction,
): void {
  if (access.role === null) throw notFound();
  if (allowed.includes(action)) return;
  const allowedRoles: readonly OrganizationRole[] = ORGANIZATION_ACTION_ROWS[action].roles;
  // What the role would not allow either is the organization's to refuse.
  const narrowed = allowedRoles.includes(access.role)
    ? access.narrowedBy && REASONS[access.narrowedBy]
    : null;
  throw new Refusal('FORBIDDEN', `This needs ${action}, which ${access.role} does not allow here.`, {
    layer: narrowed ? narrowed.layer : 'ORGANIZATION',
    rule: narrowed ? narrowed.rule : 'section 6',
    required: action,
    actual: access.role,
    allowedRoles,
  });
}

/** Section 6: platform operations need a system ADMINISTRATOR. @throws FORBIDDEN */
export function requireAdministrator(account: AccountFact): void {
  if (account.systemRole === 'ADMINISTRATOR') return;
  throw new Refusal('FORBIDDEN', 'This is for system administrators.', {
    layer: 'SYSTEM',
    rule: 'section 6',
    required: 'ADMINISTRATOR',
    actual: account.systemRole,
    allowedRoles: ['ADMINISTRATOR'],
  });
}

/** What is said of a link that was used, has expired, was revoked or sent again, and of one that never was: one answer. */
export const deadLink = () => new Refusal('NOT_FOUND', 'This link is not valid, or not any more.');

/** D1: a DEMO account signs in and out, reads and generates reports, nothing else. */
export function requireFullAccount(account: AccountFact, required: string): void {
  if (account.systemRole !== 'DEMO') return;
  throw new Refusal('FORBIDDEN', 'A demo account is read-only.', {
    layer: 'SYSTEM',
    rule: 'D1',
    required,
    actual: 'DEMO',
    allowedRoles: ['USER', 'ADMINISTRATOR'],
  });
}
