import type { AccessFacts } from '../../authz/facts.ts';
import { accountFact, factsSource, membershipFact } from '../../db/access-facts.ts';
import type { Tx } from '../../db/client.ts';
import { accountsOfUsers } from '../../db/queries/sessions.ts';

/** The facts of some accounts inside a command, by user id: three statements for any number. */
export const factsOfAccounts = async (tx: Tx, ids: readonly string[]): Promise<Map<string, AccessFacts>> => {
  const rows = await accountsOfUsers(tx, ids);
  const members = rows.map(({ user, membership }) => ({
    account: accountFact(user),
    membership: membership && membershipFact(membership),
    token: null,
  }));
  const facts = await factsSource(tx).factsOf(members);
  return new Map(facts.map((each) => [each.account.userId, each]));
};
