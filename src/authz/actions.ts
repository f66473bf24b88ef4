/** The catalogue of actions: what can be asked for, on one resource (section 5) and in one organization (section 6). */

export const RESOURCE_ACTIONS = [
  'RESOURCE_READ',
  'METRICS_READ',
  'METRICS_WRITE',
  'REPORT_GENERATE',
  'TICKET_CREATE',
  'TICKET_CLOSE',
  'TICKET_REOPEN',
  'TICKET_DELETE',
  'COMPONENT_MANAGE',
  'COMPONENT_DELETE',
  'EVENT_MANAGE',
  'EVENT_DELETE',
  'CONTRACT_READ',
  'CONTRACT_MANAGE',
  'RESOURCE_CONFIGURE',
  'RESOURCE_DELETE',
] as const;
/** An action on one portfolio or park. */
export type ResourceAction = (typeof RESOURCE_ACTIONS)[number];

export const ORGANIZATION_ACTIONS = [
  'ORGANIZATION_UPDATE',
  'ORGANIZATION_DELETE',
  'MEMBER_LIST',
  'MEMBER_INVITE',
  'MEMBER_UPDATE',
  'MEMBER_REMOVE',
  'GRANT_MANAGE',
  'PORTFOLIO_CREATE',
  'PARK_CREATE',
  'COOPERATION_MANAGE',
  'SHARE_MANAGE',
  'AUDIT_READ',
  'API_TOKEN_CREATE',
  'API_TOKEN_REVOKE_ANY',
] as const;
/** An action in one organization as a whole. */
export type OrganizationAction = (typeof ORGANIZATION_ACTIONS)[number];
