/** The secrets of API tokens: a prefix that scanners find, 256 random bits, and a checksum that a mistyped one fails. */
import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const PREFIX = 'parkgate_';
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** Base-62 digits of 256 bits, and of 32. */
const BODY_LENGTH = 43;
const CHECKSUM_LENGTH = 6;
/** How much of a secret is shown later, to recognise it by: the prefix and 24 of its bits. */
const HINT_LENGTH = PREFIX.length + 4;

/** What a secret looks like. */
const FORM = new RegExp(`^${PREFIX}[0-9A-Za-z]{${BODY_LENGTH + CHECKSUM_LENGTH}}$`);

function base62(value: bigint, length: number): string {
  let digits = '';
  for (let rest = value; digits.length < length; rest /= 62n) digits = DIGITS[Number(rest % 62n)] + digits;
  return digits;
}

const checksumOf = (body: string): string => base62(BigInt(crc32(body)), CHECKSUM_LENGTH);

/** A new secret; shown once, only its hash is stored. */
export function newApiSecret(): string {
  const body = base62(BigInt(`0x${randomBytes(32).toString('hex')}`), BODY_LENGTH);
  return `${PREFIX}${body}${checksumOf(body)}`;
}

/** What is kept of a secret to recognise it by. */
export const hintOf = (secret: string): string => secret.slice(0, HINT_LENGTH);

/** Whether a bearer token means to be an API token. */
export const claimsApiToken = (bearer: string): boolean => bearer.startsWith(PREFIX);

/** Whether a secret can be one of ours, without a look at the database. */
export function isApiSecret(secret: string): boolean {
  if (!FORM.test(secret)) return false;
  const body = secret.slice(PREFIX.length, -CHECKSUM_LENGTH);
  return secret.slice(-CHECKSUM_LENGTH) === checksumOf(body);
}
