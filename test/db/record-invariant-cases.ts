/** The same as invariant-cases.ts, of API tokens, events, tickets and contracts. */
import { newId } from '../../src/db/new-id.ts';
import { apiTokenScopes, apiTokens } from '../../src/db/schema/api-tokens.ts';
import { contracts } from '../../src/db/schema/contracts.ts';
import { plantEvents } from '../../src/db/schema/plant-events.ts';
import { tickets } from '../../src/db/schema/tickets.ts';
import { hashSecret, newSecret } from '../../src/identity/secret.ts';
import type { InvariantCase, InvariantWorld } from './invariant-cases.ts';

type Write = InvariantCase['refused'];

const AT = new Date('2026-01-01T00:00:00Z');
const LATER = new Date('2026-02-01T00:00:00Z');

/** Stores a token of a member for each part. */
const token =
  (...parts: Partial<typeof apiTokens.$inferInsert>[]): Write =>
  (tx, { owner }) =>
    tx.insert(apiTokens).values(
      parts.map((part) => ({
        ...{ id: newId(), membershipId: owner.members.mona.membershipId, name: 'Nightly', hint: 'pg_abcd' },
        ...{ permissionGroup: 'REPORTING' as const, scoped: true, createdAt: AT },
        tokenHash: hashSecret(newSecret()),
        ...part,
      })),
    );

type Scope = Pick<typeof apiTokenScopes.$inferInsert, 'parkId' | 'portfolioId'>;

/** Stores a token with a scope. */
const scope =
  (of: (world: InvariantWorld) => Scope[]): Write =>
  async (tx, world) => {
    const tokenId = newId();
    await token({ id: tokenId })(tx, world);
    await tx.insert(apiTokenScopes).values(of(world).map((part) => ({ id: newId(), tokenId, ...part })));
  };

const contract =
  (part: Partial<typeof contracts.$inferInsert>): Write =>
  (tx, { owner }) =>
    tx.insert(contracts).values({
      ...{ id: newId(), parkId: owner.parks.n1, title: 'Offtake', counterparty: 'A buyer' },
      ...{ startsOn: AT, createdAt: AT },
      ...part,
    });

const event =
  (message: string): Write =>
  (tx, { owner }) =>
    tx.insert(plantEvents).values({
      ...{ id: newId(), parkId: owner.parks.n1, severity: 'INFO', message, occurredAt: AT, createdAt: AT },
    });

const ticket =
  (part: Partial<typeof tickets.$inferInsert>): Write =>
  (tx, { owner }) =>
    tx.insert(tickets).values({
      ...{ id: newId(), parkId: owner.parks.n1, title: 'Look', body: 'At it' },
      ...{ createdById: owner.members.mona.userId, createdAt: AT },
      ...part,
    });

/** A text of at least one and at most `most` characters. */
const length = (
  constraint: string,
  most: number,
  write: (text: string) => Write,
): readonly InvariantCase[] => [
  { constraint, about: 'nothing', refused: write(''), accepted: write('x') },
  {
    constraint,
    about: `${most + 1} characters`,
    refused: write('x'.repeat(most + 1)),
    accepted: write('🌞'.repeat(most)),
  },
];

const hash = hashSecret(newSecret());

export const RECORD_INVARIANT_CASES: readonly InvariantCase[] = [
  ...length('api_tokens_name_length', 100, (name) => token({ name })),
  {
    constraint: 'api_tokens_token_hash_key',
    about: 'a second token of one secret',
    refused: token({ tokenHash: hash }, { tokenHash: hash }),
    accepted: token({ tokenHash: hash }, {}),
  },
  {
    constraint: 'api_token_scopes_one_resource',
    about: 'a part of a scope that names both a park and a portfolio',
    refused: scope(({ owner }) => [{ parkId: owner.parks.n1, portfolioId: owner.portfolios.north }]),
    accepted: scope(({ owner }) => [{ parkId: owner.parks.n1 }, { portfolioId: owner.portfolios.north }]),
  },
  {
    constraint: 'api_token_scopes_one_resource',
    about: 'a part of a scope that names nothing',
    refused: scope(() => [{}]),
    accepted: scope(({ owner }) => [{ portfolioId: owner.portfolios.north }]),
  },
  {
    constraint: 'api_token_scopes_one_per_park',
    about: 'a park twice in one scope',
    refused: scope(({ owner }) => [{ parkId: owner.parks.n1 }, { parkId: owner.parks.n1 }]),
    accepted: scope(({ owner }) => [{ parkId: owner.parks.n1 }, { parkId: owner.parks.n2 }]),
  },
  {
    constraint: 'api_token_scopes_one_per_portfolio',
    about: 'a portfolio twice in one scope',
    refused: scope(({ owner: { portfolios } }) => [
      { portfolioId: portfolios.north },
      { portfolioId: portfolios.north },
    ]),
    accepted: scope(({ owner: { portfolios } }) => [
      { portfolioId: portfolios.north },
      { portfolioId: portfolios.south },
    ]),
  },
  ...length('contracts_title_length', 200, (title) => contract({ title })),
  ...length('contracts_counterparty_length', 200, (counterparty) => contract({ counterparty })),
  {
    constraint: 'contracts_ends_after_it_starts',
    about: 'a contract about no time',
    refused: contract({ endsOn: AT }),
    accepted: contract({ endsOn: LATER }),
  },
  ...['EURO', 'eur', ''].map((currency) => ({
    constraint: 'contracts_currency',
    about: `the currency “${currency}”`,
    refused: contract({ currency }),
    accepted: contract({ currency: 'EUR' }),
  })),
  {
    constraint: 'contracts_price_has_currency',
    about: 'a price without a currency',
    refused: contract({ pricePerMwh: 50 }),
    accepted: contract({ pricePerMwh: 50, currency: 'EUR' }),
  },
  ...length('plant_events_message_length', 2_000, event),
  ...length('tickets_title_length', 200, (title) => ticket({ title })),
  ...length('tickets_body_length', 10_000, (body) => ticket({ body })),
  {
    constraint: 'tickets_closed',
    about: 'a closed ticket that was never closed',
    refused: ticket({ status: 'CLOSED' }),
    accepted: ticket({ status: 'CLOSED', closedAt: LATER }),
  },
  {
    constraint: 'tickets_closed',
    about: 'an open ticket that was closed',
    refused: ticket({ closedAt: LATER }),
    accepted: ticket({ status: 'OPEN' }),
  },
];
