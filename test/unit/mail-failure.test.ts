import { describe, expect, it } from 'vitest';
import { deliveryFailure } from '../../src/identity/mail/delivery-failure.ts';

const SECRET = 'q3X-0pY_mJ8kZ4vT1rB6nW9sD2fG5hL7cA3xE8uI0oP';
const refusal = (command: string, responseCode: number, message = 'refused') =>
  Object.assign(new Error(message), {
    code: 'EENVELOPE',
    command,
    responseCode,
    permanent: responseCode >= 500 && responseCode !== 503,
  });

describe('a refusal', () => {
  it.each([
    ['RCPT TO', 550, true],
    ['DATA', 554, true],
    ['RCPT TO', 451, false],
    ['DATA', 452, false],
    ['MAIL FROM', 530, false],
    ['AUTH PLAIN', 535, false],
    ['CONN', 554, false],
  ])('of %s with %i is for good: %s', (command, code, permanent) => {
    expect(deliveryFailure(refusal(command, code), null)).toMatchObject({
      permanent,
      code: `EENVELOPE ${code}`,
    });
  });

  it('is told without the secret, whole or in part, and without line breaks', () => {
    const said = `550 spam:\r\n\0<https://gateway.example/verify?token=${SECRET}> ${SECRET.slice(4, 24)} x${SECRET}x`;
    const { reason } = deliveryFailure(refusal('DATA', 550, said), SECRET);
    expect(reason).toBe('550 spam: <https://gateway.example/verify?token=…> … …');
  });

  it('is cut', () => {
    const { reason } = deliveryFailure(refusal('DATA', 550, '😀'.repeat(1_000)), null);
    expect(reason).toHaveLength(500);
    expect(deliveryFailure(refusal('DATA', 550, `x${'😀'.repeat(1_000)}`), null).reason.isWellFormed()).toBe(
      true,
    );
  });
});

it('what is thrown may be anything', () => {
  for (const thrown of [new Error('broken'), 'broken', {}, null, undefined])
    expect(deliveryFailure(thrown, SECRET)).toMatchObject({ permanent: false, code: 'unknown' });
});
