import { hash, verify } from '@node-rs/argon2';
import { dictionary } from '@zxcvbn-ts/language-common';

/** OWASP's first recommendation for Argon2id: 19 MiB, two passes, one lane. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export const PASSWORD_MIN_LENGTH = 12;
/** In bytes of UTF-8. */
export const PASSWORD_MAX_BYTES = 1_024;

/** Why a new password is not acceptable, as a sentence; null when it is. Checked before any hashing. */
export function passwordFault(password: string): string | null {
  if ([...password].length < PASSWORD_MIN_LENGTH)
    return `A password has at least ${PASSWORD_MIN_LENGTH} characters.`;
  if (!isHashable(password))
    return `A password has at most ${PASSWORD_MAX_BYTES} bytes of well-formed text without NUL.`;
  return isCommon(password) ? 'This password is a common one: it would be guessed first.' : null;
}

/** The passwords that are tried first, as zxcvbn's list has them; of the 50,000 those that are long enough to be given here. */
const COMMON = new Set(
  dictionary['passwords-common'].filter(
    (password: string | number) => String(password).length >= PASSWORD_MIN_LENGTH,
  ),
);

const isCommon = (password: string): boolean => COMMON.has(password.toLowerCase());

/** Whether a password may be given to the hash at all: bounded, no NUL, no lone surrogates. */
const isHashable = (password: string) =>
  Buffer.byteLength(password) <= PASSWORD_MAX_BYTES && !password.includes('\0') && password.isWellFormed();

/** Hashes a password with Argon2id, as a PHC string. Never called inside a transaction. */
export const hashPassword = (password: string): Promise<string> => hash(password, COST);

/** A hash that no password has, so that an unknown account costs the same work as a wrong password. */
const UNKNOWN = hashPassword(crypto.randomUUID());

/** Whether `password` is the one behind `passwordHash`; null (no account, no password) does the same work and is false. */
export async function verifyPassword(passwordHash: string | null, password: string): Promise<boolean> {
  const matches = await verify(passwordHash ?? (await UNKNOWN), isHashable(password) ? password : '');
  return matches && passwordHash !== null && isHashable(password);
}
