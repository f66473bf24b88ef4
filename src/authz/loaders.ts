/** Facts are loaded in bulk: one loader a request, its key the member (and token) whose facts they are. */
import DataLoader from 'dataloader';
import type { AccessFacts, FactsSource, Member } from './facts.ts';

/** A loader of facts for any number of members in a constant number of statements; cleared by making a new one after every write. */
export function factsLoader(source: FactsSource): DataLoader<Member, AccessFacts, string> {
  return new DataLoader((members) => source.factsOf(members).then((facts) => [...facts]), {
    cacheKeyFn: ({ account, membership, token }) => `${account.userId} ${membership?.id} ${token?.id}`,
  });
}
