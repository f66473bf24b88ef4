/** A list equals the filter of single decisions: `decide` over every resource that the facts name, and over one they do not name. */
import { type Access, decide } from './decide.ts';
import type { AccessFacts, Instant, ResourceRef } from './facts.ts';

/** Ids that differ from the rule around them; an id is in at most one of the two lists. */
export interface Exceptions {
  readonly shown: readonly string[];
  readonly hidden: readonly string[];
}

/**
 * Which resources a list holds, in a form that SQL can filter by without a join. A park is in it when it is in
 * `parks.shown`, or else not in `parks.hidden` and its portfolio is in `parksIn.shown`, or else not in `parksIn.hidden`
 * and it belongs to `everyParkOf`. A portfolio likewise, by `portfolios` and `everyPortfolioOf`.
 */
export interface VisibleSet {
  readonly everyParkOf: string | null;
  readonly everyPortfolioOf: string | null;
  readonly portfolios: Exceptions;
  readonly parksIn: Exceptions;
  readonly parks: Exceptions;
}

/** An id that no row has. */
const UNNAMED = '00000000-0000-0000-0000-000000000000';

/**
 * Folds `decide` into a set. Correct because the outcome for a resource depends only on facts that name it or its
 * portfolio, and else is the same for all resources of one organization (P2, P3, T3).
 * @param accept what a list holds: `visible` for an organization's and a portfolio's, above NONE for a viewer's (P13)
 */
export function visibleSet(
  facts: AccessFacts,
  instant: Instant,
  accept: (access: Access) => boolean,
): VisibleSet {
  const set = {
    portfolios: { shown: [] as string[], hidden: [] as string[] },
    parksIn: { shown: [] as string[], hidden: [] as string[] },
    parks: { shown: [] as string[], hidden: [] as string[] },
  };
  const asks = (ref: ResourceRef) => accept(decide(facts, ref, instant));
  for (const ref of namedResources(facts).values()) {
    const kind = ref.kind === 'PORTFOLIO' ? set.portfolios : set.parks;
    kind[asks(ref) ? 'shown' : 'hidden'].push(ref.id);
    if (ref.kind === 'PORTFOLIO') {
      const unnamedPark: ResourceRef = { ...ref, kind: 'PARK', id: UNNAMED };
      set.parksIn[asks(unnamedPark) ? 'shown' : 'hidden'].push(ref.id);
    }
  }
  const home = facts.membership?.organizationId ?? null;
  const everyOf = (kind: ResourceRef['kind']) =>
    home !== null && asks({ kind, id: UNNAMED, organizationId: home, portfolioId: UNNAMED }) ? home : null;
  return { ...set, everyParkOf: everyOf('PARK'), everyPortfolioOf: everyOf('PORTFOLIO') };
}

/** Every resource that a grant, a share or a token's scope names. */
export function namedResources(facts: AccessFacts): Map<string, ResourceRef> {
  const named = new Map<string, ResourceRef>();
  for (const { resource } of facts.grants) named.set(resource.id, resource);
  for (const { resource } of facts.shares) named.set(resource.id, resource);
  for (const resource of facts.token?.scope ?? []) named.set(resource.id, resource);
  return named;
}
