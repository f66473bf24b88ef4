import { createHash, randomBytes } from 'node:crypto';

/** A new opaque secret of 256 random bits, base64url. It is shown once; only its hash is stored. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

/** SHA-256 of a secret: with 256 random bits in it, no slower hash is needed. */
export const hashSecret = (secret: string): Uint8Array =>
  new Uint8Array(createHash('sha256').update(secret).digest());
