import { randomBytes } from 'node:crypto';

/** A new organization identifier: 96 random bits (C4), in hexadecimal because people type it. */
export const newIdentifier = (): string => randomBytes(12).toString('hex');
