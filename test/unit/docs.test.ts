import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ERROR_CODES } from '../../src/authz/refusal.ts';
import { permissionsPage } from '../../src/cli/permissions-page.ts';
import { projectRoot } from '../../src/root.ts';
import { CONFIG_VARIABLES } from '../../src/server/config-variables.ts';

const read = (path: string) => readFileSync(join(projectRoot, path), 'utf8');

const markdownIn = (folder: string) =>
  readdirSync(join(projectRoot, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));

const PAGES = [...markdownIn('.'), ...markdownIn('docs'), ...markdownIn('docs/decisions')];

/** The rows of a page's tables that begin with `name` as code, alone or beside others. */
const rowsOf = (page: string, name: string) =>
  read(page)
    .split('\n')
    .filter((line) => line.startsWith('|') && line.split('|')[1]?.includes(`\`${name}\``));

describe('docs/api.md', () => {
  it.each(Object.keys(ERROR_CODES))('explains the code %s', (code) => {
    expect(rowsOf('docs/api.md', code)).toHaveLength(1);
  });
});

describe.each(['README.md', 'docs/operations.md'])('%s', (page) => {
  it.each(Object.keys(CONFIG_VARIABLES))('explains the variable %s', (name) => {
    expect(rowsOf(page, name)).toHaveLength(1);
  });
});

describe('docs/permissions.md', () => {
  it('is what the tables say: `npm run docs:emit`', () => {
    expect(read('docs/permissions.md')).toBe(permissionsPage());
  });
});

/** Links to files, and paths of the project in code. */
function pathsIn(page: string): string[] {
  const text = read(page);
  const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, path]) =>
    join(dirname(page), path as string),
  );
  const code = text.matchAll(/`((?:assets|bench|contract|demo|docs|drizzle|scripts|src|test)\/[\w./-]+)`/g);
  return [...links, ...[...code].map(([, path]) => path as string)];
}

const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

describe.each(PAGES)('%s', (page) => {
  it('names only files that are there', () => {
    expect(pathsIn(page).filter((path) => !existsSync(join(projectRoot, path)))).toEqual([]);
  });

  it('names only npm scripts that are there', () => {
    const named = [...read(page).matchAll(/npm run (?:--silent )?([a-z][\w:-]*)/g)].map(
      ([, name]) => name as string,
    );
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});

describe('the scripts of README.md', () => {
  it('are those of package.json, but for what npm runs before them', () => {
    const [, table = ''] = /## Scripts\n([\s\S]*?)\n## /.exec(read('README.md')) ?? [];
    const listed = [...table.matchAll(/^\|([^|]+)\|/gm)].flatMap(([, cell = '']) => [
      ...cell.matchAll(/`([a-z][\w:-]*)`/g),
    ]);
    const own = Object.keys(scripts).filter((name) => !/^(pre|build$)/.test(name));
    expect(listed.map(([, name]) => name).sort()).toEqual(own.sort());
  });
});
