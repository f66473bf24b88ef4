import { z } from 'zod';
import { lineOfText } from '../parse-input.ts';

/** The runtime's spelling of a zone's name, or null: offsets such as +01:00 are accepted by Intl, but are no IANA names. */
const canonicalTimeZone = (name: string): string | null => {
  try {
    return /^[A-Za-z]/.test(name)
      ? new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone
      : null;
  } catch {
    return null;
  }
};

/** Accepts the spelling that IANA has; the runtime's own may be an older name of the zone (Asia/Calcutta), which differs in more than case. */
const isTimeZone = (name: string): boolean => {
  const canonical = canonicalTimeZone(name);
  return canonical !== null && (canonical === name || canonical.toLowerCase() !== name.toLowerCase());
};

const degrees = (label: string, limit: number) => {
  const message = `${label} is a number of degrees from -${limit} to ${limit}.`;
  return z.number(message).min(-limit, message).max(limit, message).nullish();
};

const CAPACITY = 'capacityKw is a number of kilowatts from 0 to 1,000,000,000.';

/** The forms of a park's fields, for creating and for changing one. */
export const parkFields = {
  name: lineOfText('name', 200),
  plantType: z.enum(['SOLAR', 'WIND', 'BATTERY'], 'plantType is SOLAR, WIND or BATTERY.'),
  capacityKw: z.number(CAPACITY).min(0, CAPACITY).max(1e9, CAPACITY),
  latitude: degrees('latitude', 90),
  longitude: degrees('longitude', 180),
  timeZone: z.string().refine(isTimeZone, 'timeZone is an IANA time zone name, such as Europe/Berlin.'),
};

/** A new park; also the form of a line of an imported file. */
export const newParkInput = z.object({
  ...parkFields,
  timeZone: parkFields.timeZone.nullish().transform((name) => name ?? 'UTC'),
});

export type NewPark = z.output<typeof newParkInput>;
