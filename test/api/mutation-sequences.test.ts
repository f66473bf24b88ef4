import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { onPostgres } from '../kit/database.ts';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import { kinds } from '../kit/model/kinds.ts';
import { newTally, player, sequencesOf } from '../kit/model/sequence.ts';

// SEQUENCES plays more of them. A failure names seed, path and replayPath, and all the steps of the shortest sequence that fails: SEED, RUN_PATH
// and REPLAY_PATH play exactly that one again.
const { SEED, RUN_PATH, REPLAY_PATH } = process.env;
const sequences = Number(process.env['SEQUENCES'] || (onPostgres ? 20 : 2));
const seed = Number(SEED || 178);
/** Some of them let time pass; the others are mutations. */
const STEPS = 220;
/** How many shorter sequences are tried when one has failed. */
const SHORTER = 100;

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.close());

/** What must have come to pass, and in how many sequences once, so that they mean something. */
const OFTEN = {
  each: 10,
  outcomes: kinds
    .flatMap((kind) => [`${kind} accepted`, `${kind} refused`])
    // Hardly ever refused to whom these steps choose; denials.test.ts refuses them.
    .filter((outcome) => !['updateOrganization refused', 'updatePark refused'].includes(outcome)),
};
const SELDOM = {
  each: 20,
  outcomes: [
    ...['S2 lowered', 'S2 ended', 'S2 beside a lapsed share', 'S2 above the ceiling by an expiry'],
    ...['NOT_FOUND', 'FORBIDDEN', 'BAD_USER_INPUT', 'CONFLICT', 'NOT_EMPTY', 'LAST_ADMIN', 'LABEL_REQUIRED'],
    ...['ROLE_NOT_ASSIGNABLE', 'ALREADY_MEMBER', 'SELF_COOPERATION', 'COOPERATION_EXISTS'],
    ...['EXPIRY_RAISES_ACCESS', 'SHARE_CAP_EXCEEDED'],
  ],
};

it(`${sequences} random sequences of ${STEPS} steps by random actors keep server and model equal (P1 to P9, P13, M1 to M6, G1 to G4, S1 to S3, C1, C2, C4, I3, D1)`, {
  // Against hanging only.
  timeout: 3_600_000 + sequences * 60_000,
}, async () => {
  const tally = newTally();
  const play = player(() => gateway, tally, SHORTER);
  await fc.assert(fc.asyncProperty(sequencesOf(STEPS, REPLAY_PATH), play), {
    seed,
    ...(RUN_PATH === undefined ? { numRuns: sequences } : { numRuns: 1, path: RUN_PATH }),
  });
  if (RUN_PATH !== undefined) return;
  const missing = [OFTEN, SELDOM].flatMap(({ each, outcomes }) => {
    const least = Math.floor(sequences / each);
    const counted = outcomes.map((outcome) => ({ outcome, count: tally.counts.get(outcome) ?? 0, least }));
    return counted.filter(({ count }) => count < least);
  });
  expect(missing, 'what the sequences must do more often to mean something').toEqual([]);
});
