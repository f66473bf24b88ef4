import { describe, expect, it } from 'vitest';
import { badInput, ERROR_CODES, type ErrorCode, Refusal, rateLimited } from '../../src/authz/refusal.ts';
import { LANGUAGE_TAGS, type Language } from '../../src/identity/translator.ts';
import { faultOf } from '../../src/server/pages/fault.ts';
import { refusalPage } from '../../src/server/pages/plain-page.ts';

const LANGUAGES = Object.keys(LANGUAGE_TAGS) as Language[];

describe.each(LANGUAGES)('a refusal in %s', (language) => {
  it.each(Object.keys(ERROR_CODES) as ErrorCode[])('has words and a status: %s', (code) => {
    const fault = faultOf(new Refusal(code, 'for programs', { rule: 'M4' }), language);
    expect(fault.message).toMatch(/\.$/);
    expect(fault.message).not.toContain('for programs');
    expect(fault.status).toBeGreaterThanOrEqual(400);
    expect(refusalPage(new Refusal(code, 'for programs'), language).html).not.toContain('for programs');
  });

  it('of a field without a text of its own is told without it', () => {
    for (const field of ['invitationToken', 'constructor', 'organization']) {
      expect(faultOf(badInput(field, 'x'), language)).toMatchObject({ status: 400, field: null });
    }
  });
});

describe('the time to wait', () => {
  it.each([
    ['EN', 1, '1 second'],
    ['EN', 89, '89 seconds'],
    ['EN', 90, '2 minutes'],
    ['DE', 60 * 60, '60 Minuten'],
    ['FR', 30, '30\u00a0secondes'],
    ['PT', 121, '3 minutos'],
  ] as const)('in %s: %d s', (language, seconds, words) => {
    const fault = faultOf(rateLimited(seconds), language);
    expect(fault).toMatchObject({ status: 429, retryAfterSeconds: seconds, field: null });
    expect(fault.message).toContain(words);
    expect(refusalPage(rateLimited(seconds), language)).toMatchObject({
      status: 429,
      retryAfterSeconds: seconds,
    });
  });
});
