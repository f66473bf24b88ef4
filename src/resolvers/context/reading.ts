import DataLoader from 'dataloader';
import type { AccessFacts, Member } from '../../authz/facts.ts';
import { factsLoader } from '../../authz/loaders.ts';
import { unauthenticated } from '../../authz/refusal.ts';
import { factsSource } from '../../db/access-facts.ts';
import type { Tx } from '../../db/client.ts';
import type { Clock } from '../../db/instant.ts';
import { readInstant } from '../../db/queries/sessions.ts';
import type { Viewer } from './viewer.ts';

/** What one snapshot answers: its transaction, its viewer, and the loaders that batch its reads. Never kept across a write. */
export class Reading {
  readonly #loaders = new Map<string, DataLoader<string, unknown>>();
  readonly #said = new Set<string>();
  readonly #facts: DataLoader<Member, AccessFacts, string>;

  constructor(
    readonly tx: Tx,
    readonly viewerOrNobody: Viewer | null,
    private readonly clock: Clock | undefined,
  ) {
    this.#facts = factsLoader(factsSource(tx));
  }

  /** @throws UNAUTHENTICATED for nobody */
  get viewer(): Viewer {
    if (!this.viewerOrNobody) throw unauthenticated();
    return this.viewerOrNobody;
  }

  /** The instant of the request: the one it was authenticated at, or for nobody the database's. */
  async instant(): Promise<Date> {
    return this.viewerOrNobody?.rows.instant ?? readInstant(this.tx, this.clock);
  }

  /** The facts of any member, not the viewer alone: two statements for all who are asked for within one tick. */
  factsOf(member: Member): Promise<AccessFacts> {
    return this.#facts.load(member);
  }

  /** Whether `what` is said for the first time in this operation. */
  saysFirst(what: string): boolean {
    const first = !this.#said.has(what);
    this.#said.add(what);
    return first;
  }

  /** The loader called `name` (with its arguments in the name), made at its first use; `batch` answers for every id asked for. */
  loader<Value>(
    name: string,
    batch: (tx: Tx, ids: readonly string[]) => Promise<ReadonlyMap<string, Value>>,
    missing: (id: string) => Value,
  ): DataLoader<string, Value> {
    const existing = this.#loaders.get(name);
    if (existing) return existing as DataLoader<string, Value>;
    const made = new DataLoader<string, Value>(async (ids) => {
      const found = await batch(this.tx, ids);
      return ids.map((id) => found.get(id) ?? missing(id));
    });
    this.#loaders.set(name, made as DataLoader<string, unknown>);
    return made;
  }
}
