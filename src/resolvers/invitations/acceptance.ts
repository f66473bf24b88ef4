import { badInput } from '../../authz/refusal.ts';
import type { AccountRows } from '../../db/queries/sessions.ts';

/** Whoever accepts: an account whose address is verified, with its membership if it has one. */
export type Acceptor = Pick<AccountRows, 'user' | 'membership'>;

/** Where an acceptance leads. */
export interface Accepted {
  readonly organizationId: string;
  readonly cooperationId: string | null;
}

/** Said where an invitation makes an organization and nothing describes it. */
export const organizationMissing = () =>
  badInput('organization', 'organization is given: the invitation makes a new one.');
