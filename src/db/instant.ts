import { type SQL, sql } from 'drizzle-orm';
import { users } from './schema/users.ts';

/** Answers the instant in a test; in service the database's clock is the only one. */
export type Clock = () => Date;

/** The database's clock at this moment, cut to milliseconds; or the injected clock's. */
export function instantSql(clock: Clock | undefined): SQL<Date> {
  const instant = clock
    ? sql`${clock().toISOString()}::timestamptz(3)`
    : sql`date_trunc('milliseconds', clock_timestamp())`;
  return (instant as SQL<Date>).mapWith(users.createdAt);
}
