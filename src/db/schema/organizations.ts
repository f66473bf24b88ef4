import { sql } from 'drizzle-orm';
import { boolean, check, index, pgTable, text } from 'drizzle-orm/pg-core';
import { instant, primaryId, sortableText } from './columns.ts';

/** Tenants. A placeholder stands in for a partner invited by e-mail (C3): it owns nothing and nobody is in it. */
export const organizations = pgTable(
  'organizations',
  {
    id: primaryId(),
    /** What a partner enters to invite it (C4): at least 80 random bits. */
    identifier: text('identifier').notNull().unique('organizations_identifier_key'),
    name: text('name').notNull(),
    placeholder: boolean('placeholder').notNull().default(false),
    contactEmail: text('contact_email'),
    phone: text('phone'),
    address: text('address'),
    /** ISO 3166-1 alpha-2. */
    country: text('country'),
    registrationNumber: text('registration_number'),
    taxId: text('tax_id'),
    /** What lists order and search by. */
    nameKey: sortableText('name_key').notNull().generatedAlwaysAs(sql`lower(name)`),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [
    index('organizations_by_name_idx').on(table.nameKey, table.id),
    // A placeholder is labelled with an address, of up to 254 characters.
    check(
      'organizations_name_length',
      sql`char_length(${table.name}) between 1 and case when ${table.placeholder} then 254 else 200 end`,
    ),
  ],
);
