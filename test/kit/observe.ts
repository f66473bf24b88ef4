import { expect } from 'vitest';
import type { Database } from '../../src/db/client.ts';
import { mailsOf, type QueuedMail } from './accounts.ts';
import type { GraphQLClient } from './client.ts';
import { type AuditRow, auditTrail, storedState } from './tenant.ts';

/** What requests leave behind in one database. */
export interface Observer {
  /** The records that `work` writes. */
  recorded(work: () => Promise<unknown>): Promise<AuditRow[]>;
  /** The mails that `work` queues. */
  mailed(work: () => Promise<unknown>): Promise<QueuedMail[]>;
  /** Sends what must be refused like `refusal`, and leave nothing. */
  refused(client: GraphQLClient, document: unknown, variables: object, refusal: object): Promise<void>;
  /** Sends what must succeed, and change nothing. */
  unchanged(client: GraphQLClient, document: unknown, variables: object): Promise<void>;
}

export function observe(database: () => Database): Observer {
  const nothingStored = async (work: () => Promise<unknown>) => {
    const before = await storedState(database());
    await work();
    expect(await storedState(database())).toEqual(before);
  };
  return {
    async recorded(work) {
      const start = (await auditTrail(database())).length;
      await work();
      return (await auditTrail(database())).slice(start);
    },
    mailed: (work) => mailsOf(database(), work),
    refused: (client, document, variables, refusal) =>
      nothingStored(async () => {
        const answer = await client.refusal(document as string, variables);
        expect(answer).toMatchObject(refusal);
        expect(answer.message.length).toBeLessThan(300);
      }),
    unchanged: (client, document, variables) =>
      nothingStored(() => client.get(document as string, variables)),
  };
}
