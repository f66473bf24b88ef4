import type { PgTable } from 'drizzle-orm/pg-core';
import type { JobRole, OrganizationRole, SystemRole } from '../../src/authz/roles.ts';
import type { Database } from '../../src/db/client.ts';
import { newId } from '../../src/db/new-id.ts';
import { newIdentifier } from '../../src/db/new-identifier.ts';
import { components } from '../../src/db/schema/components.ts';
import { contracts } from '../../src/db/schema/contracts.ts';
import { cooperations } from '../../src/db/schema/cooperations.ts';
import { grants } from '../../src/db/schema/grants.ts';
import { memberships } from '../../src/db/schema/memberships.ts';
import { organizations } from '../../src/db/schema/organizations.ts';
import { parks } from '../../src/db/schema/parks.ts';
import { plantEvents } from '../../src/db/schema/plant-events.ts';
import { portfolios } from '../../src/db/schema/portfolios.ts';
import { shares } from '../../src/db/schema/shares.ts';
import { tickets } from '../../src/db/schema/tickets.ts';
import { users } from '../../src/db/schema/users.ts';
import { globalId, type IdPrefix } from '../../src/schema/global-id.ts';

/** Something with a row of its own: `uuid` in the database, `id` in the API. */
export interface Named {
  readonly uuid: string;
  readonly id: string;
  readonly name: string;
}

export type Organization = Named;

export interface Resource extends Named {
  readonly kind: 'portfolio' | 'park';
  readonly owner: Organization;
}

export interface Park extends Resource {
  readonly portfolio: Resource;
}

export interface Component extends Named {
  readonly park: Park;
}

/** An event, a ticket or a contract of a park. */
export interface ParkRecord extends Omit<Named, 'name'> {
  readonly park: Park;
}

export interface Person extends Named {
  readonly email: string;
  /** Of the membership, if there is one. */
  readonly member: { readonly uuid: string; readonly id: string } | null;
}

export interface Cooperation {
  readonly uuid: string;
  readonly initiator: Organization;
  readonly partner: Organization;
}

interface Expiring {
  readonly expiresAt?: Date;
}

const TABLES = {
  users,
  organizations,
  memberships,
  portfolios,
  parks,
  components,
  plantEvents,
  tickets,
  contracts,
  cooperations,
  shares,
  grants,
} as const;

/** Every row is a second younger than the one before it. */
const BEGINNING = Date.UTC(2025, 0, 1);

/** Tells who is in which organization, what it owns and who reaches it, as rows; `store` inserts what was told since the last time. */
export class Story {
  readonly #told = new Map<string, Record<string, unknown>[]>(Object.keys(TABLES).map((name) => [name, []]));
  #age = 0;

  organization(name: string, details: Partial<typeof organizations.$inferInsert> = {}): Organization {
    return this.#named('organization', 'organizations', name, { identifier: newIdentifier(), ...details });
  }

  /** A person without membership. */
  person(
    name: string,
    account: { systemRole?: SystemRole; suspendedAt?: Date; passwordHash?: string; email?: string } = {},
  ): Person {
    const email = account.email ?? `${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '.')}@example.org`;
    return {
      ...this.#named('user', 'users', name, { verifiedAt: new Date(BEGINNING), ...account, email }),
      email,
      member: null,
    };
  }

  /** A person of an organization. */
  member(
    organization: Organization,
    role: OrganizationRole,
    details: Parameters<Story['person']>[1] & { name?: string; active?: boolean } & Expiring = {},
  ): Person & { readonly member: object } {
    const { name = `${organization.name} ${role}`, active = true, expiresAt, ...account } = details;
    const person = this.person(name, account);
    const label = role === 'EXTERNAL' ? 'A supplier' : null;
    const uuid = this.#row('memberships', {
      userId: person.uuid,
      organizationId: organization.uuid,
      role,
      label,
      active,
      expiresAt,
    });
    return { ...person, member: { uuid, id: globalId('member', uuid) } };
  }

  portfolio(owner: Organization, name: string): Resource {
    const named = this.#named('portfolio', 'portfolios', name, { organizationId: owner.uuid });
    return { ...named, kind: 'portfolio', owner };
  }

  park(portfolio: Resource, name: string, details: Partial<typeof parks.$inferInsert> = {}): Park {
    const { owner } = portfolio;
    const row = {
      organizationId: owner.uuid,
      portfolioId: portfolio.uuid,
      plantType: 'WIND',
      capacityKw: 1_000,
    };
    const named = this.#named('park', 'parks', name, { ...row, timeZone: 'Europe/Berlin', ...details });
    return { ...named, kind: 'park', owner, portfolio };
  }

  component(park: Park, name: string, parent?: Component): Component {
    const row = { parkId: park.uuid, parentId: parent?.uuid ?? null, kind: 'inverter' };
    return { ...this.#named('component', 'components', name, row), park };
  }

  /** A warning that nobody has acknowledged, unless `details` say otherwise. */
  event(
    park: Park,
    message: string,
    { component, ...details }: { component?: Component } & Partial<typeof plantEvents.$inferInsert> = {},
  ): ParkRecord {
    const occurredAt = new Date(BEGINNING + 1_000 * this.#age);
    const row = { severity: 'WARNING', message, occurredAt, componentId: component?.uuid ?? null };
    return this.#record('event', 'plantEvents', park, { ...row, ...details });
  }

  /** An open one, unless `details` say otherwise. */
  ticket(
    park: Park,
    author: Person,
    title: string,
    details: Partial<typeof tickets.$inferInsert> = {},
  ): ParkRecord {
    const row = { title, body: `${title}, at length`, createdById: author.uuid };
    return this.#record('ticket', 'tickets', park, { ...row, ...details });
  }

  contract(park: Park, title: string, details: Partial<typeof contracts.$inferInsert> = {}): ParkRecord {
    const startsOn = new Date(BEGINNING + 1_000 * this.#age);
    const row = { title, counterparty: 'A buyer', startsOn, pricePerMwh: 61.5, currency: 'EUR' };
    return this.#record('contract', 'contracts', park, { ...row, ...details });
  }

  /** An accepted one, unless `acceptedAt` says otherwise. */
  cooperation(
    initiator: Organization,
    partner: Organization,
    details: Partial<typeof cooperations.$inferInsert> = {},
  ): Cooperation {
    const ends = { initiatorId: initiator.uuid, partnerId: partner.uuid, acceptedAt: new Date(BEGINNING) };
    return { uuid: this.#row('cooperations', { ...ends, ...details }), initiator, partner };
  }

  /** Shares a resource with the other side of a cooperation than its owner's. */
  share(cooperation: Cooperation, resource: Resource, role: JobRole, details: Expiring = {}): string {
    const { initiator, partner } = cooperation;
    const recipient = resource.owner.uuid === initiator.uuid ? partner : initiator;
    const between = {
      cooperationId: cooperation.uuid,
      ownerId: resource.owner.uuid,
      recipientId: recipient.uuid,
    };
    return this.#row('shares', { ...between, ...on(resource), role, ...details });
  }

  /** A grant; a delegated one names the cooperation. */
  grant(
    person: Person,
    resource: Resource,
    role: JobRole,
    details: { cooperation?: Cooperation } & Expiring = {},
  ): string {
    const { cooperation, expiresAt } = details;
    const row = { membershipId: person.member?.uuid, ...on(resource), role, expiresAt };
    return this.#row('grants', { ...row, cooperationId: cooperation?.uuid ?? null });
  }

  async store(database: Database): Promise<void> {
    await database.transaction('command', async (tx) => {
      for (const [name, table] of Object.entries(TABLES)) {
        const rows = this.#told.get(name)?.splice(0) ?? [];
        for (let start = 0; start < rows.length; start += 1_000) {
          await tx.insert(table as PgTable).values(rows.slice(start, start + 1_000));
        }
      }
    });
  }

  #row(table: keyof typeof TABLES, row: Record<string, unknown>): string {
    const id = newId();
    const at = new Date(BEGINNING + 1_000 * this.#age++);
    this.#told
      .get(table)
      ?.push({ id, ...(table === 'memberships' ? { joinedAt: at } : { createdAt: at }), ...row });
    return id;
  }

  #record(
    prefix: IdPrefix,
    table: keyof typeof TABLES,
    park: Park,
    row: Record<string, unknown>,
  ): ParkRecord {
    const uuid = this.#row(table, { parkId: park.uuid, ...row });
    return { uuid, id: globalId(prefix, uuid), park };
  }

  #named(prefix: IdPrefix, table: keyof typeof TABLES, name: string, row: Record<string, unknown>): Named {
    const uuid = this.#row(table, { name, ...row });
    return { uuid, id: globalId(prefix, uuid), name };
  }
}

const on = ({ kind, uuid }: Resource) => (kind === 'park' ? { parkId: uuid } : { portfolioId: uuid });
