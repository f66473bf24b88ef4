import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../../src/root.ts';
import { layout, PAGE_HEADERS } from '../../src/server/pages/layout.ts';

const css = readFileSync(join(projectRoot, 'assets/pages/style.css'), 'utf8');

/** The colours by name: of the light theme, and of the dark one. */
const [light = {}, dark = {}] = [...css.matchAll(/:root \{([^}]*--ground[^}]*)\}/g)].map(([, block = '']) =>
  Object.fromEntries(
    [...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value]),
  ),
) as Record<string, string>[];

/** Relative luminance, as WCAG 2 defines it. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string | undefined, other: string | undefined): number {
  const [dim = 0, bright = 0] = [luminance(one ?? ''), luminance(other ?? '')].sort((a, b) => a - b);
  return (bright + 0.05) / (dim + 0.05);
}

describe.each([
  ['light', light],
  ['dark', dark],
])('the %s theme', (_name, colours) => {
  it.each([
    ['text', 'card', 4.5],
    ['text', 'ground', 4.5],
    ['text', 'tint', 4.5],
    ['text', 'fault-tint', 4.5],
    ['quiet', 'card', 4.5],
    ['quiet', 'tint', 4.5],
    ['accent', 'card', 4.5],
    ['accent', 'ground', 4.5],
    ['accent-strong', 'tint', 4.5],
    ['on-accent', 'accent', 4.5],
    ['on-accent', 'accent-strong', 4.5],
    ['fault', 'card', 4.5],
    ['fault', 'fault-tint', 4.5],
    ['field', 'card', 3],
  ])('has enough contrast of %s on %s', (front, back, least) => {
    expect(contrast(colours[front], colours[back])).toBeGreaterThanOrEqual(least);
  });
});

describe('a page', () => {
  const html = layout({ language: 'EN', title: '<b>', content: '<p>x</p>' });

  it('has the one style that its policy allows', () => {
    const [, style = ''] = /<style>(.*?)<\/style>/s.exec(html) ?? [];
    const hash = createHash('sha256').update(style).digest('base64');
    expect(PAGE_HEADERS['content-security-policy']).toContain(`style-src 'sha256-${hash}'`);
    expect(html.match(/<style/g)).toHaveLength(1);
    expect(style).not.toMatch(/@import|url\(|</);
  });

  it('has no rule for a class that no page has', () => {
    const classes = new Set([...css.matchAll(/\.([a-z][\w-]*)(?=[\s{,.:])/g)].map(([, name]) => name));
    expect([...classes].sort()).toEqual(['check', 'decline', 'fault', 'field', 'hint', 'quiet']);
  });

  it('escapes its title and says when something went wrong', () => {
    expect(html).toContain('<title>&#60;b&#62; – Parkgate</title>');
    const fault = { status: 400, message: '"<i>"', field: 'x' };
    const wrong = layout({ language: 'DE', title: 'T', fault, content: '' });
    expect(wrong).toContain('<title>Fehler: T – Parkgate</title>');
    expect(wrong).toContain('<a href="#x">&#34;&#60;i&#62;&#34;</a>');
  });
});
