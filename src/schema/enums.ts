import { registerEnumType } from 'type-graphql';
import { ORGANIZATION_ACTIONS, RESOURCE_ACTIONS } from '../authz/actions.ts';
import {
  JOB_ROLES,
  ORGANIZATION_ROLES,
  PERMISSION_GROUPS,
  PERMISSION_LAYERS,
  SYSTEM_ROLES,
} from '../authz/roles.ts';

/** Registers a union of strings as a GraphQL enum, each value with its description. */
function enumOf<const Value extends string>(
  name: string,
  description: string,
  values: readonly Value[],
  descriptions: Readonly<Record<Value, string>>,
): Record<Value, Value> {
  const object = Object.fromEntries(values.map((value) => [value, value])) as Record<Value, Value>;
  registerEnumType(object, {
    name,
    description,
    valuesConfig: Object.fromEntries(
      values.map((value) => [value, { description: descriptions[value] }]),
    ) as Record<Value, { description: string }>,
  });
  return object;
}

export const SystemRole = enumOf('SystemRole', "An account's standing on the platform.", SYSTEM_ROLES, {
  ADMINISTRATOR: 'Runs the platform; gives no access to any tenant.',
  USER: 'An ordinary account.',
  DEMO: 'May sign in, read and generate reports, nothing else.',
});

export const OrganizationRole = enumOf(
  'OrganizationRole',
  "A member's default standing in their organization.",
  ORGANIZATION_ROLES,
  {
    ADMIN: 'Everything in the organization; OPERATOR on all it owns.',
    MODERATOR: 'Manages members and resources; OPERATOR on all the organization owns.',
    ASSET_MANAGER_TECHNICAL: 'TOM on all the organization owns.',
    ASSET_MANAGER_COMMERCIAL: 'COM on all the organization owns.',
    MEMBER: 'VIEWER on all the organization owns.',
    EXTERNAL: 'Nothing without a grant.',
  },
);

export const JobRole = enumOf(
  'JobRole',
  'What someone may do on one resource. OPERATOR > TOM > VIEWER > NONE and OPERATOR > COM > VIEWER > NONE.',
  JOB_ROLES,
  {
    OPERATOR: 'Everything; never crosses an organization boundary.',
    TOM: 'Technical manager.',
    COM: 'Asset manager, commercial.',
    VIEWER: 'Reads.',
    NONE: 'Nothing: the resource is hidden.',
  },
);

export const PermissionLayer = enumOf(
  'PermissionLayer',
  'The layers that a request passes, in this order; each can only narrow.',
  PERMISSION_LAYERS,
  {
    API: 'The API token, if the request is made with one.',
    SYSTEM: 'The account.',
    ORGANIZATION: 'The membership, and whose the resource is.',
    JOB: 'The effective job role on the resource.',
  },
);

export const PlantType = enumOf(
  'PlantType',
  'What a park generates or stores with.',
  ['SOLAR', 'WIND', 'BATTERY'],
  {
    SOLAR: 'Photovoltaics or solar heat.',
    WIND: 'Wind turbines.',
    BATTERY: 'Battery storage.',
  },
);

export const Language = enumOf(
  'Language',
  'A language of mails and pages.',
  ['EN', 'DE', 'ES', 'FR', 'PT', 'IT'],
  {
    EN: 'English.',
    DE: 'German.',
    ES: 'Spanish.',
    FR: 'French.',
    PT: 'Portuguese.',
    IT: 'Italian.',
  },
);

export const ResourceAction = enumOf(
  'ResourceAction',
  'An action on one resource; permissionModel tells which job roles may do it.',
  RESOURCE_ACTIONS,
  {
    RESOURCE_READ: 'Read its identity, components, events and tickets.',
    METRICS_READ: 'Read measurements.',
    METRICS_WRITE: 'Record measurements.',
    REPORT_GENERATE: 'Generate reports.',
    TICKET_CREATE: 'Open a ticket.',
    TICKET_CLOSE: 'Close a ticket.',
    TICKET_REOPEN: 'Reopen a ticket.',
    TICKET_DELETE: 'Delete a ticket.',
    COMPONENT_MANAGE: 'Create and change components.',
    COMPONENT_DELETE: 'Delete components.',
    EVENT_MANAGE: 'Record and acknowledge events.',
    EVENT_DELETE: 'Delete events.',
    CONTRACT_READ: 'Read contracts.',
    CONTRACT_MANAGE: 'Create, change and delete contracts.',
    RESOURCE_CONFIGURE: 'Change name, plant type, capacity, location and portfolio.',
    RESOURCE_DELETE: 'Delete the resource; a portfolio must be empty.',
  },
);

export const OrganizationAction = enumOf(
  'OrganizationAction',
  'An action in an organization as a whole; permissionModel tells which organization roles may do it.',
  ORGANIZATION_ACTIONS,
  {
    ORGANIZATION_UPDATE: "Change the organization's own data.",
    ORGANIZATION_DELETE: 'Delete the organization.',
    MEMBER_LIST: 'List the members.',
    MEMBER_INVITE: 'Invite members.',
    MEMBER_UPDATE: 'Change role, label, pause and expiry of members.',
    MEMBER_REMOVE: 'Remove members.',
    GRANT_MANAGE: 'Give and take job roles on resources.',
    PORTFOLIO_CREATE: 'Create portfolios.',
    PARK_CREATE: 'Create parks.',
    COOPERATION_MANAGE: 'Invite to, accept, change and end cooperations.',
    SHARE_MANAGE: 'Share resources with a partner.',
    AUDIT_READ: 'Read the audit trail.',
    API_TOKEN_CREATE: 'Create API tokens for oneself.',
    API_TOKEN_REVOKE_ANY: "Revoke other members' API tokens.",
  },
);

export const Ownership = enumOf('Ownership', 'Whose a resource is.', ['OWN', 'SHARED'], {
  OWN: "The viewer's organization's.",
  SHARED: "Another organization's, reached through a cooperation.",
});

export const ParkOrderField = enumOf(
  'ParkOrderField',
  'What parks are ordered by.',
  ['NAME', 'CAPACITY', 'CREATED_AT'],
  {
    NAME: 'By name, ignoring case.',
    CAPACITY: 'By installed capacity.',
    CREATED_AT: 'By the instant of creation.',
  },
);

export const PortfolioOrderField = enumOf(
  'PortfolioOrderField',
  'What portfolios are ordered by.',
  ['NAME', 'CREATED_AT'],
  {
    NAME: 'By name, ignoring case.',
    CREATED_AT: 'By the instant of creation.',
  },
);

export const ComponentOrderField = enumOf(
  'ComponentOrderField',
  'What components are ordered by.',
  ['NAME', 'CREATED_AT'],
  {
    NAME: 'By name, ignoring case.',
    CREATED_AT: 'By the instant of creation.',
  },
);

export const EventSeverity = enumOf('EventSeverity', 'How grave an event is.', ['INFO', 'WARNING', 'ERROR'], {
  INFO: 'Worth knowing.',
  WARNING: 'Something may go wrong.',
  ERROR: 'Something went wrong.',
});

export const TicketStatus = enumOf('TicketStatus', 'Whether work is still to be done.', ['OPEN', 'CLOSED'], {
  OPEN: 'To be done, or to be done again.',
  CLOSED: 'Done, or not to be done any more.',
});

export const OrderDirection = enumOf('OrderDirection', 'Which end comes first.', ['ASC', 'DESC'], {
  ASC: 'Smallest, earliest or first in the alphabet first.',
  DESC: 'Largest, latest or last in the alphabet first.',
});

export const MemberStatus = enumOf(
  'MemberStatus',
  'Whether a membership is live.',
  ['ACTIVE', 'PAUSED', 'EXPIRED'],
  {
    ACTIVE: 'Live.',
    PAUSED: 'Blocked until it is resumed; roles and grants are kept.',
    EXPIRED: 'Its expiry has passed.',
  },
);

export const InvitationType = enumOf(
  'InvitationType',
  'What accepting an invitation makes.',
  ['PLATFORM', 'ORGANIZATION', 'COOPERATION'],
  {
    PLATFORM: 'A customer: an organization with its first portfolio and its ADMIN.',
    ORGANIZATION: 'A colleague: a member of the organization that invites.',
    COOPERATION: 'A partner: a cooperation with the organization that invites.',
  },
);

export const InvitationStatus = enumOf(
  'InvitationStatus',
  'What became of an invitation.',
  ['PENDING', 'ACCEPTED', 'DECLINED', 'REVOKED', 'EXPIRED'],
  {
    PENDING: 'Its link is good.',
    ACCEPTED: 'Accepted, once.',
    DECLINED: 'Declined by whoever held its link.',
    REVOKED: 'Taken back.',
    EXPIRED: 'Its time is over; it can be sent again, unless the cooperation that it is to has expired.',
  },
);

export const TeamFilter = enumOf(
  'TeamFilter',
  'Which part of a team a list holds.',
  ['INTERNAL', 'EXTERNAL', 'INVITED', 'ALL'],
  {
    INTERNAL: 'Members with every role but EXTERNAL.',
    EXTERNAL: 'Members who are EXTERNAL.',
    INVITED: 'Invitations that are pending or expired.',
    ALL: 'All of these.',
  },
);

export const CooperationStatus = enumOf(
  'CooperationStatus',
  'Whether a cooperation carries its shares.',
  ['PENDING', 'ACTIVE', 'PAUSED', 'EXPIRED'],
  {
    PENDING: 'The partner has not accepted yet; nothing is shared.',
    ACTIVE: 'It carries its shares.',
    PAUSED: 'Blocked by the initiator until it is resumed; shares and delegated grants are kept.',
    EXPIRED: 'Its expiry has passed; pending or not, it carries nothing until the initiator renews it.',
  },
);

export const MetricInterval = enumOf(
  'MetricInterval',
  'How long the time is that one point of a series stands for.',
  ['RAW', 'MINUTE', 'HOUR', 'DAY', 'MONTH'],
  {
    RAW: 'The points as they were recorded.',
    MINUTE: 'A minute.',
    HOUR: 'An hour of UTC.',
    DAY: "A day of the park's time zone; 23 or 25 hours where daylight saving time begins or ends.",
    MONTH: "A month of the park's time zone.",
  },
);

export const MetricAggregate = enumOf(
  'MetricAggregate',
  'What is made of the points of one interval; RAW has no use for it.',
  ['AVG', 'SUM', 'MIN', 'MAX'],
  {
    AVG: 'Their mean.',
    SUM: 'Their sum.',
    MIN: 'The smallest.',
    MAX: 'The largest.',
  },
);

export const ReportKind = enumOf(
  'ReportKind',
  'What the rows of a report are.',
  ['PRODUCTION', 'EVENTS', 'TICKETS'],
  {
    PRODUCTION: 'The sum of the metric energy, for each park and month.',
    EVENTS: 'The events of the parks.',
    TICKETS: 'The tickets of the parks, by when they were created.',
  },
);

export const PermissionGroup = enumOf('PermissionGroup', 'What an API token reaches.', PERMISSION_GROUPS, {
  FULL_ACCESS:
    'Everything its owner can, but for credentials, sessions, tokens, invitations, the raising of roles, ADMINs and the platform.',
  REPORTING: 'Generating and exporting reports, and the identity of resources.',
  TIMESERIES: 'Metrics, and the identity of resources.',
});

export const ApiTokenStatus = enumOf(
  'ApiTokenStatus',
  'Whether an API token works.',
  ['ACTIVE', 'REVOKED', 'EXPIRED', 'SUSPENDED'],
  {
    ACTIVE: 'It works.',
    REVOKED: 'Revoked, for good.',
    EXPIRED: 'Its expiry has passed.',
    SUSPENDED:
      "Its owner's membership is paused or expired, or the account suspended; it works again once they are back.",
  },
);
