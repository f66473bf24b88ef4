import { z } from 'zod';
import { badInput } from '../../authz/refusal.ts';
import type { MetricInterval } from '../../db/metric-store.ts';

/** How many points one series may give. */
export const MAX_POINTS = 50_000;

const DAY_MS = 86_400_000;
/** What a RAW series may span: its points can't be counted before they are read. */
const MAX_RAW_DAYS = 3_660;

/** The shortest that an interval can be. */
const WIDTHS: Readonly<Record<Exclude<MetricInterval, 'RAW'>, number>> = {
  MINUTE: 60_000,
  HOUR: 3_600_000,
  DAY: DAY_MS,
  MONTH: 28 * DAY_MS,
};

const FIRST = new Date('1900-01-01T00:00:00Z');
const LAST = new Date('9999-12-31T23:59:59.999Z');
const WHEN = 'lies in the years 1900 to 9999.';

/** An instant of something measured or reported: the beginning of its month still has four digits of a year. */
export const instantOf = (label: string) =>
  z.date().min(FIRST, `${label} ${WHEN}`).max(LAST, `${label} ${WHEN}`);

/** The two ends of a time that is asked about. */
export const timeFields = { from: instantOf('from'), to: instantOf('to') };

/** @throws BAD_USER_INPUT unless `to` lies after `from` */
export function requireOrder({ from, to }: { readonly from: Date; readonly to: Date }): void {
  if (from >= to) throw badInput('to', 'to lies after from.');
}

/**
 * @throws BAD_USER_INPUT for a time that is empty or too long for its interval: known before anything is read
 */
export function requireRange(from: Date, to: Date, interval: MetricInterval): void {
  requireOrder({ from, to });
  const span = to.getTime() - from.getTime();
  if (interval === 'RAW') {
    if (span <= MAX_RAW_DAYS * DAY_MS) return;
    throw badInput('to', `RAW points are given for at most ${MAX_RAW_DAYS} days: ask for an interval.`);
  }
  const intervals = Math.ceil(span / WIDTHS[interval]);
  if (intervals > MAX_POINTS) throw tooManyPoints(`from and to are ${intervals} intervals apart`);
}

/** How many points a series has at most, for an operation's size; none for a time that is refused. */
export function pointsAtMost(from: unknown, to: unknown, interval: unknown): number {
  const span = Date.parse(String(to)) - Date.parse(String(from));
  if (!(span > 0)) return 0;
  const width = Object.hasOwn(WIDTHS, String(interval)) && WIDTHS[interval as keyof typeof WIDTHS];
  return width ? Math.min(MAX_POINTS, Math.ceil(span / width) + 1) : MAX_POINTS;
}

export const tooManyPoints = (why: string) =>
  badInput(
    'interval',
    `A series has at most ${MAX_POINTS} points; ${why}. Ask for less, or for a longer interval.`,
  );
