import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../../src/root.ts';
import { compareContract, coordinatesOf } from '../kit/contract-diff.ts';

const read = (path: string) => readFileSync(join(projectRoot, path), 'utf8');
const contract = read('contract/schema.graphql');
const differences = compareContract(contract, read('schema.graphql'));
const missing = new Set(
  differences.filter(({ kind }) => kind === 'missing').map(({ coordinate }) => coordinate),
);
const notBuilt: readonly string[] = read('contract/not-built.txt').match(/.+/g) ?? [];

describe('schema.graphql', () => {
  it('has nothing that the contract has otherwise or forbids', () => {
    expect(differences.filter(({ kind }) => kind !== 'missing').map(({ message }) => message)).toEqual([]);
  });

  it('lacks only what contract/not-built.txt lists', () => {
    expect([...missing].filter((coordinate) => !notBuilt.includes(coordinate))).toEqual([]);
  });
});

describe('contract/not-built.txt', () => {
  it('lists nothing that is built: strike it out', () => {
    const coordinates = coordinatesOf(contract);
    expect(notBuilt.filter((line) => coordinates.has(line) && !missing.has(line))).toEqual([]);
  });

  it('lists only what the contract has', () => {
    const coordinates = coordinatesOf(contract);
    expect(notBuilt.filter((line) => !coordinates.has(line))).toEqual([]);
  });

  it('has one coordinate a line, sorted, each once', () => {
    expect(notBuilt).toEqual([...new Set(notBuilt)].sort());
  });
});
