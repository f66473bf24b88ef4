import { readInstant } from '../../db/queries/sessions.ts';
import { liveAccountLink } from '../../resolvers/accounts/account-link.ts';
import type { PageRequest } from './page.ts';

/** The link of an account behind a secret, if it is good, and whose it is; uses nothing up, and counts as little as a preview. */
export const accountLinkBehind = (
  { context }: PageRequest,
  token: string,
  kinds: Parameters<typeof liveAccountLink>[2],
) => context.readOnce(async (tx, clock) => liveAccountLink(tx, token, kinds, await readInstant(tx, clock)));
