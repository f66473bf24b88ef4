/** Who is shown what else is null (section 6, V3): names for the readers that `sight.ts` decides on, for the descriptions of fields. */
import {
  COOPERATING_ROLES,
  DELEGATING_ROLES,
  MEMBER_DETAIL_ROLES,
  ORGANIZATION_ACTION_ROWS,
  TOKEN_OVERSEEING_ROLES,
} from './roles.ts';

const list = (roles: readonly string[]) => roles.join(', ');

export const READERS = {
  /** `organization.read`. */
  ORGANIZATION: 'every live member of the organization',
  MEMBER_LIST: `${list(ORGANIZATION_ACTION_ROWS.MEMBER_LIST.roles)} of the organization, and the person themselves`,
  MEMBER_DETAILS: `${list(MEMBER_DETAIL_ROLES)} of the organization, and the person themselves`,
  ONESELF: 'the person themselves alone',
  STANDING: 'the person themselves, and system administrators in their lists',
  IDENTIFIER: 'every live member of the organization, and system administrators in their lists',
  INVITATIONS: `${list(MEMBER_DETAIL_ROLES)} of the organization; an asset manager those whose role they may invite with`,
  GRANTS: `${list(MEMBER_DETAIL_ROLES)} of the owner; on a shared resource ${list(DELEGATING_ROLES)} of the receiving organization, of its own members`,
  COOPERATIONS: `${list(COOPERATING_ROLES)} of either side`,
  SHARES: `${list(COOPERATING_ROLES)} of the owner; of the receiving organization what it is given`,
  TOKENS: `${list(TOKEN_OVERSEEING_ROLES)} of the organization`,
} as const satisfies Record<string, string>;

export type Readers = keyof typeof READERS;
