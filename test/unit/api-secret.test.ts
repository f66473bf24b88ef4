import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { claimsApiToken, hintOf, isApiSecret, newApiSecret } from '../../src/identity/api-tokens.ts';
import { newSecret } from '../../src/identity/secret.ts';

const CHARACTERS = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'];

describe('the secret of an API token', () => {
  it('has a prefix that scanners find, 43 digits of 256 bits and 6 of a checksum', () => {
    const secrets = Array.from({ length: 500 }, newApiSecret);
    for (const secret of secrets) {
      expect(secret).toMatch(/^parkgate_[0-9A-Za-z]{49}$/);
      expect(isApiSecret(secret)).toBe(true);
      expect(claimsApiToken(secret)).toBe(true);
    }
    expect(new Set(secrets).size).toBe(secrets.length);
    expect(claimsApiToken(newSecret())).toBe(false);
  });

  it('fails its checksum with any one character changed, two of them swapped, one lost or one more', () => {
    const position = fc.nat({ max: 48 });
    fc.assert(
      fc.property(
        fc.constant(null).map(newApiSecret),
        position,
        fc.constantFrom(...CHARACTERS),
        (secret, at, other) => {
          const characters = [...secret];
          const place = 'parkgate_'.length + at;
          const changed = characters.with(place, other).join('');
          expect(isApiSecret(changed)).toBe(changed === secret);
          const next = Math.min(place + 1, characters.length - 1);
          const swapped = characters
            .with(place, characters[next] as string)
            .with(next, characters[place] as string)
            .join('');
          expect(isApiSecret(swapped)).toBe(swapped === secret);
          expect(isApiSecret(characters.toSpliced(place, 1).join(''))).toBe(false);
          expect(isApiSecret(characters.toSpliced(place, 0, other).join(''))).toBe(false);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('is known later by the prefix and four characters', () => {
    const secret = newApiSecret();
    expect(hintOf(secret)).toBe(secret.slice(0, 13));
  });
});
