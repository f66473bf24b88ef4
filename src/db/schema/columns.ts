import { customType, pgEnum, timestamp, uuid } from 'drizzle-orm/pg-core';
import { JOB_ROLES, ORGANIZATION_ROLES, PERMISSION_GROUPS, SYSTEM_ROLES } from '../../authz/roles.ts';

/** Milliseconds, because a JavaScript Date has no more: finer instants would make keyset cursors skip rows. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' });

/** Primary keys are UUIDv7, made by the gateway; the API shows them as TypeIDs. */
export const primaryId = () => uuid('id').primaryKey();

/** SHA-256 of a secret. */
export const digest = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => 'bytea' });

/** Text that orders by code point on every server, so that a cursor means the same everywhere. */
export const sortableText = customType<{ data: string }>({ dataType: () => 'text collate "C"' });

export const jobRole = pgEnum('job_role', JOB_ROLES);
export const organizationRole = pgEnum('organization_role', ORGANIZATION_ROLES);
export const systemRole = pgEnum('system_role', SYSTEM_ROLES);
export const plantType = pgEnum('plant_type', ['SOLAR', 'WIND', 'BATTERY']);
export const language = pgEnum('language', ['EN', 'DE', 'ES', 'FR', 'PT', 'IT']);
export const invitationType = pgEnum('invitation_type', ['PLATFORM', 'ORGANIZATION', 'COOPERATION']);
export const invitationStatus = pgEnum('invitation_status', ['PENDING', 'ACCEPTED', 'DECLINED', 'REVOKED']);
export const accountLinkKind = pgEnum('account_link_kind', [
  'VERIFICATION',
  'EMAIL_CHANGE',
  'PASSWORD_RESET',
]);
/** What a mail's link leads to: an invitation, or a link of an account. */
export const linkKind = pgEnum('link_kind', ['INVITATION', 'VERIFICATION', 'EMAIL_CHANGE', 'PASSWORD_RESET']);
export const mailTemplate = pgEnum('mail_template', [
  'PLATFORM_INVITATION',
  'ORGANIZATION_INVITATION',
  'COOPERATION_INVITATION',
  'VERIFICATION',
  'ALREADY_REGISTERED',
  'EMAIL_CHANGE',
  'EMAIL_CHANGED',
  'PASSWORD_RESET',
  'PASSWORD_CHANGED',
  'MEMBER_REMOVED',
  'COOPERATION_REQUESTED',
]);
/** SUPERSEDED: its link was sent again meanwhile. FAILED: refused for good, or tried too often. */
export const mailStatus = pgEnum('mail_status', ['QUEUED', 'SENT', 'SUPERSEDED', 'FAILED']);
export const eventSeverity = pgEnum('event_severity', ['INFO', 'WARNING', 'ERROR']);
export const ticketStatus = pgEnum('ticket_status', ['OPEN', 'CLOSED']);
export const reportKind = pgEnum('report_kind', ['PRODUCTION', 'EVENTS', 'TICKETS']);
export const permissionGroup = pgEnum('permission_group', PERMISSION_GROUPS);
