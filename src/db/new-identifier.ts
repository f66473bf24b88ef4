import { randomBytes } from 'node:crypto';

/** A new organization identifier: 96 random bits (C4), in hexadecimal because people type it. */
export const newIdentifier = (): string => randomBytes(12).toString('hex');

/** Whether a text can be one. */
export const isIdentifier = (text: string): boolean => /^[0-9a-f]{24}$/.test(text);
