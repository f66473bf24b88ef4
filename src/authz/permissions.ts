/** Which field needs what: every field of the schema has an entry here, or the gateway does not start. */
import type { OrganizationAction, ResourceAction } from './actions.ts';
import type { Readers } from './readers.ts';
import type { ErrorCode } from './refusal.ts';
import type { Fence } from './rules.ts';

/**
 * A field's fence, whom it is shown to (it is null to others), what the verdict on its resource needs, and the codes it gives
 * beside those of its fence.
 */
export interface FieldPermission {
  readonly fence: Fence;
  readonly shownTo?: Readers;
  readonly needs?: readonly (ResourceAction | OrganizationAction)[];
  readonly codes?: readonly ErrorCode[];
}

const open: FieldPermission = { fence: 'OPEN' };
const parent: FieldPermission = { fence: 'PARENT' };
const page: FieldPermission = { fence: 'PARENT', codes: ['BAD_USER_INPUT'] };
/** Lists of resources: an API token orders and filters by what it reaches alone (T2). */
const resources: FieldPermission = { fence: 'PARENT', codes: ['BAD_USER_INPUT', 'FORBIDDEN'] };
const lookUp: FieldPermission = { fence: 'SIGNED_IN' };
const command = (...needs: (ResourceAction | OrganizationAction)[]): FieldPermission => ({
  fence: 'ACTING',
  needs,
  codes: ['NOT_FOUND', 'BAD_USER_INPUT', 'SERVICE_UNAVAILABLE'],
});

/** What can be done once: it needs that it has not been done yet. */
const changesState = (...needs: ResourceAction[]): FieldPermission => ({
  ...command(...needs),
  codes: ['NOT_FOUND', 'CONFLICT', 'SERVICE_UNAVAILABLE'],
});

const deletes = (...needs: ResourceAction[]): FieldPermission => ({
  ...command(...needs),
  codes: ['NOT_FOUND', 'SERVICE_UNAVAILABLE'],
});

/** What the holder of a link may do, signed in or not. */
const byLink = (...codes: ErrorCode[]): FieldPermission => ({
  fence: 'HOLDER',
  codes: ['NOT_FOUND', 'RATE_LIMITED', ...codes, 'SERVICE_UNAVAILABLE'],
});

/** I3: who could send it; a platform invitation an administrator, who may be no member anywhere. */
const changesInvitation = (...codes: ErrorCode[]): FieldPermission => ({
  fence: 'ACTING',
  codes: ['NOT_FOUND', 'ROLE_NOT_ASSIGNABLE', 'CONFLICT', ...codes, 'SERVICE_UNAVAILABLE'],
});

/** C1, C2: what may be done to a cooperation depends on whether it is pending. */
const changesCooperation = (...codes: ErrorCode[]): FieldPermission => ({
  ...command('COOPERATION_MANAGE'),
  codes: ['NOT_FOUND', 'CONFLICT', ...codes, 'SERVICE_UNAVAILABLE'],
});

/** Fields that anybody may read who reached the object they stand on; some are null but for their readers. */
const fields = (names: string, shownTo?: Readers): Record<string, FieldPermission> =>
  Object.fromEntries(names.split(' ').map((name) => [name, shownTo ? { ...parent, shownTo } : parent]));

const connection = (type: string) => ({
  [`${type}Connection`]: fields('edges nodes pageInfo totalCount'),
  [`${type}Edge`]: fields('cursor node'),
});

/** By type and field. */
export const PERMISSIONS: Readonly<Record<string, Readonly<Record<string, FieldPermission>>>> = {
  Query: {
    viewer: open,
    permissionModel: open,
    node: lookUp,
    nodes: { ...lookUp, codes: ['BAD_USER_INPUT'] },
    organization: lookUp,
    portfolio: lookUp,
    park: lookUp,
    invitationByToken: open,
    organizations: { fence: 'ADMINISTRATOR', codes: ['BAD_USER_INPUT'] },
    users: { fence: 'ADMINISTRATOR', codes: ['BAD_USER_INPUT'] },
  },
  Mutation: {
    signIn: { fence: 'OPEN', codes: ['UNAUTHENTICATED', 'BAD_USER_INPUT', 'RATE_LIMITED'] },
    signOut: { fence: 'SIGNED_IN' },
    revokeSession: { fence: 'ACTING', codes: ['NOT_FOUND'] },
    changePassword: { fence: 'ACTING', codes: ['BAD_USER_INPUT', 'CONFLICT', 'RATE_LIMITED'] },
    createPortfolio: command('PORTFOLIO_CREATE'),
    updatePortfolio: command('RESOURCE_CONFIGURE'),
    deletePortfolio: {
      ...command('RESOURCE_DELETE'),
      codes: ['NOT_FOUND', 'NOT_EMPTY', 'SERVICE_UNAVAILABLE'],
    },
    createPark: command('PARK_CREATE', 'RESOURCE_CONFIGURE'),
    createParks: command('PARK_CREATE', 'RESOURCE_CONFIGURE'),
    updatePark: command('RESOURCE_CONFIGURE'),
    deletePark: { ...command('RESOURCE_DELETE'), codes: ['NOT_FOUND', 'SERVICE_UNAVAILABLE'] },
    createComponent: command('COMPONENT_MANAGE'),
    updateComponent: command('COMPONENT_MANAGE'),
    recordEvent: command('EVENT_MANAGE'),
    acknowledgeEvent: changesState('EVENT_MANAGE'),
    deleteEvent: deletes('EVENT_DELETE'),
    createTicket: command('TICKET_CREATE'),
    closeTicket: changesState('TICKET_CLOSE'),
    reopenTicket: changesState('TICKET_REOPEN'),
    deleteTicket: deletes('TICKET_DELETE'),
    createContract: command('CONTRACT_MANAGE'),
    updateContract: command('CONTRACT_MANAGE'),
    deleteContract: deletes('CONTRACT_MANAGE'),
    register: byLink('BAD_USER_INPUT'),
    verifyEmail: byLink('UNAUTHENTICATED'),
    resendVerification: { fence: 'HOLDER', codes: ['RATE_LIMITED'] },
    requestPasswordReset: { fence: 'HOLDER', codes: ['RATE_LIMITED'] },
    resetPassword: byLink('BAD_USER_INPUT'),
    updateProfile: { fence: 'ACTING', codes: ['BAD_USER_INPUT'] },
    requestEmailChange: { fence: 'ACTING', codes: ['BAD_USER_INPUT', 'RATE_LIMITED', 'CONFLICT'] },
    deleteAccount: {
      fence: 'ACTING',
      codes: ['BAD_USER_INPUT', 'RATE_LIMITED', 'LAST_ADMIN', 'CONFLICT', 'SERVICE_UNAVAILABLE'],
    },
    invitePlatformCustomer: {
      fence: 'ADMINISTRATOR',
      codes: ['BAD_USER_INPUT', 'ALREADY_INVITED', 'RATE_LIMITED'],
    },
    suspendUser: { fence: 'ADMINISTRATOR', codes: ['NOT_FOUND', 'BAD_USER_INPUT', 'SERVICE_UNAVAILABLE'] },
    reinstateUser: { fence: 'ADMINISTRATOR', codes: ['NOT_FOUND', 'SERVICE_UNAVAILABLE'] },
    appointAdmin: { fence: 'ADMINISTRATOR', codes: ['NOT_FOUND', 'SERVICE_UNAVAILABLE'] },
    inviteMember: {
      ...command('MEMBER_INVITE'),
      codes: [
        'NOT_FOUND',
        'BAD_USER_INPUT',
        'ROLE_NOT_ASSIGNABLE',
        'LABEL_REQUIRED',
        'ALREADY_MEMBER',
        'ALREADY_INVITED',
        'EXPIRY_RAISES_ACCESS',
        'RATE_LIMITED',
        'SERVICE_UNAVAILABLE',
      ],
    },
    updateInvitation: {
      ...command('MEMBER_INVITE'),
      codes: [
        'NOT_FOUND',
        'BAD_USER_INPUT',
        'ROLE_NOT_ASSIGNABLE',
        'LABEL_REQUIRED',
        'EXPIRY_RAISES_ACCESS',
        'CONFLICT',
        'SERVICE_UNAVAILABLE',
      ],
    },
    resendInvitation: changesInvitation('ALREADY_MEMBER', 'RATE_LIMITED'),
    revokeInvitation: changesInvitation(),
    acceptInvitation: {
      fence: 'ACTING',
      codes: [
        'NOT_FOUND',
        'BAD_USER_INPUT',
        'ALREADY_IN_ORGANIZATION',
        'SELF_COOPERATION',
        'COOPERATION_EXISTS',
        'RATE_LIMITED',
        'SERVICE_UNAVAILABLE',
      ],
    },
    declineInvitation: byLink(),
    updateOrganization: command('ORGANIZATION_UPDATE'),
    deleteOrganization: {
      ...command('ORGANIZATION_DELETE'),
      codes: ['NOT_FOUND', 'NOT_EMPTY', 'SERVICE_UNAVAILABLE'],
    },
    updateMember: {
      ...command('MEMBER_UPDATE'),
      codes: [
        'NOT_FOUND',
        'BAD_USER_INPUT',
        'ROLE_NOT_ASSIGNABLE',
        'LABEL_REQUIRED',
        'LAST_ADMIN',
        'SERVICE_UNAVAILABLE',
      ],
    },
    removeMember: {
      ...command('MEMBER_REMOVE'),
      codes: ['NOT_FOUND', 'LAST_ADMIN', 'SERVICE_UNAVAILABLE'],
    },
    leaveOrganization: { fence: 'ACTING', codes: ['NOT_FOUND', 'LAST_ADMIN', 'SERVICE_UNAVAILABLE'] },
    grantRole: {
      ...command('GRANT_MANAGE'),
      codes: [
        'NOT_FOUND',
        'BAD_USER_INPUT',
        'SHARE_CAP_EXCEEDED',
        'EXPIRY_RAISES_ACCESS',
        'CONFLICT',
        'SERVICE_UNAVAILABLE',
      ],
    },
    revokeGrant: { ...command('GRANT_MANAGE'), codes: ['NOT_FOUND', 'SERVICE_UNAVAILABLE'] },
    inviteCooperation: {
      ...command('COOPERATION_MANAGE'),
      codes: [
        'NOT_FOUND',
        'BAD_USER_INPUT',
        'SELF_COOPERATION',
        'COOPERATION_EXISTS',
        'ALREADY_INVITED',
        'RATE_LIMITED',
        'SERVICE_UNAVAILABLE',
      ],
    },
    acceptCooperation: changesCooperation(),
    declineCooperation: changesCooperation(),
    updateCooperation: changesCooperation('BAD_USER_INPUT'),
    removeCooperation: {
      ...command('COOPERATION_MANAGE'),
      codes: ['NOT_FOUND', 'SERVICE_UNAVAILABLE'],
    },
    shareResource: {
      ...command('SHARE_MANAGE'),
      codes: ['NOT_FOUND', 'BAD_USER_INPUT', 'EXPIRY_RAISES_ACCESS', 'CONFLICT', 'SERVICE_UNAVAILABLE'],
    },
    revokeShare: { ...command('SHARE_MANAGE'), codes: ['NOT_FOUND', 'SERVICE_UNAVAILABLE'] },
    recordMetrics: command('METRICS_WRITE'),
    // D1: a DEMO account generates reports, too.
    generateReport: { ...command('REPORT_GENERATE'), fence: 'SIGNED_IN' },
    createApiToken: command('API_TOKEN_CREATE'),
    revokeApiToken: { fence: 'ACTING', codes: ['NOT_FOUND', 'SERVICE_UNAVAILABLE'] },
    deleteComponent: deletes('COMPONENT_DELETE'),
  },
  Viewer: {
    ...fields('user membership organization apiToken sessions'),
    parks: resources,
    portfolios: resources,
    apiTokens: page,
  },
  User: {
    ...fields('id name'),
    ...fields('email', 'MEMBER_LIST'),
    ...fields('language', 'ONESELF'),
    ...fields('systemRole suspended createdAt', 'STANDING'),
  },
  Session: fields('id createdAt lastSeenAt expiresAt ipAddress userAgent current'),
  Organization: {
    ...fields('id name viewerRole viewerActions'),
    ...fields('identifier', 'IDENTIFIER'),
    ...fields('contactEmail phone address country registrationNumber taxId createdAt', 'ORGANIZATION'),
    portfolios: resources,
    parks: resources,
    members: { ...page, shownTo: 'ORGANIZATION' },
    team: { ...page, shownTo: 'ORGANIZATION' },
    invitations: { ...page, shownTo: 'INVITATIONS' },
    cooperations: { ...page, shownTo: 'COOPERATIONS' },
    apiTokens: { ...page, shownTo: 'TOKENS' },
  },
  Member: {
    ...fields('id user organization'),
    ...fields('role label status', 'MEMBER_LIST'),
    ...fields('expiresAt joinedAt access', 'MEMBER_DETAILS'),
    grants: { ...page, shownTo: 'MEMBER_DETAILS' },
  },
  Invitation: {
    ...fields('id type email status organization role label language invitedBy sentAt sendCount expiresAt'),
    ...fields('grants'),
    ...fields('cooperation', 'COOPERATIONS'),
  },
  InvitationGrant: fields('resource role expiresAt'),
  InvitationPreview: fields(
    'type email organizationName role language expiresAt needsAccount needsOrganization',
  ),
  Grant: {
    ...fields('id member resource role effectiveRole expiresAt live grantedBy createdAt'),
    ...fields('cooperation', 'COOPERATIONS'),
  },
  Cooperation: {
    ...fields('id initiator partner partnerLabel viewerIsInitiator status purpose'),
    ...fields('expiresAt createdAt acceptedAt'),
    shares: page,
  },
  ApiToken: fields('id name permissionGroup scope hint owner status createdAt expiresAt lastUsedAt'),
  Share: fields('id cooperation resource owner recipient role delegableRoles expiresAt live createdAt'),
  Portfolio: {
    ...fields('id name organization effectiveRole viewerAccess createdAt'),
    parks: resources,
    grants: { ...page, shownTo: 'GRANTS' },
    shares: { ...page, shownTo: 'SHARES' },
  },
  Park: {
    ...fields('id name plantType capacityKw latitude longitude timeZone organization portfolio'),
    ...fields('effectiveRole viewerAccess createdAt'),
    components: page,
    metrics: page,
    events: page,
    tickets: page,
    contracts: { ...page, needs: ['CONTRACT_READ'] },
    grants: { ...page, shownTo: 'GRANTS' },
    shares: { ...page, shownTo: 'SHARES' },
  },
  Component: { ...fields('id park parent name kind serialNumber createdAt'), children: page },
  MetricSeries: { ...fields('metric unit interval aggregate'), points: page },
  MetricPoint: fields('at value'),
  Report: {
    ...fields('id kind from to parks createdAt columns'),
    rows: { fence: 'PARENT', codes: ['OPERATION_TOO_LARGE'] },
    csv: { fence: 'PARENT', codes: ['OPERATION_TOO_LARGE'] },
  },
  PlantEvent: fields('id park component severity message occurredAt acknowledgedAt'),
  Ticket: fields('id park title body status createdBy createdAt closedAt'),
  Contract: fields('id park title counterparty startsOn endsOn pricePerMwh currency'),
  Access: {
    ...fields('jobRole actions can ceiling changesAt trace'),
    ...fields('cooperation', 'COOPERATIONS'),
  },
  AccessStep: { ...fields('layer rule jobRole reason grant'), ...fields('share', 'SHARES') },
  PermissionModel: fields('jobRoles organizationRoles permissionGroups'),
  PermissionGroupRule: fields('group label fields'),
  JobRoleRule: fields('jobRole label identifier actions shareable'),
  OrganizationRoleRule: fields('role label defaultJobRole actions mayInvite mayAssign'),
  PageInfo: fields('hasNextPage hasPreviousPage startCursor endCursor'),
  ...connection('Portfolio'),
  ...connection('Park'),
  ...connection('Component'),
  ...connection('PlantEvent'),
  ...connection('Ticket'),
  ...connection('Contract'),
  ...connection('Member'),
  ...connection('Grant'),
  ...connection('Invitation'),
  ...connection('Cooperation'),
  ...connection('Share'),
  ...connection('ApiToken'),
  ...connection('TeamEntry'),
  ...connection('User'),
  ...connection('Organization'),
  SignInPayload: fields('viewer sessionToken'),
  OkPayload: fields('ok'),
  PortfolioPayload: fields('portfolio'),
  ParkPayload: fields('park'),
  ParksPayload: fields('parks'),
  UpdateParkPayload: fields('park'),
  DeleteResourcePayload: fields('deletedId'),
  ComponentPayload: fields('component'),
  RecordMetricsPayload: fields('recorded'),
  ReportPayload: fields('report'),
  PlantEventPayload: fields('event'),
  TicketPayload: fields('ticket'),
  ContractPayload: fields('contract'),
  OrganizationPayload: fields('organization'),
  MemberPayload: fields('member'),
  RemoveMemberPayload: fields('removedMemberId'),
  LeaveOrganizationPayload: fields('leftOrganizationId'),
  GrantPayload: fields('grant'),
  InvitationPayload: fields('invitation'),
  AcceptInvitationPayload: { ...fields('viewer organization'), ...fields('cooperation', 'COOPERATIONS') },
  RegisterPayload: fields('ok'),
  ProfilePayload: fields('user'),
  UserPayload: fields('user'),
  RevokeGrantPayload: fields('revokedGrantId'),
  CooperationPayload: fields('cooperation'),
  RemoveCooperationPayload: fields('removedCooperationId'),
  SharePayload: fields('share'),
  CreateApiTokenPayload: fields('apiToken secret'),
  ApiTokenPayload: fields('apiToken'),
  RevokeSharePayload: fields('revokedShareId'),
};
