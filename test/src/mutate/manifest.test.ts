import { describe, expect, it } from 'vitest';
import { KERNELS } from '../../../spec/kernels/named.ts';
import { LAYOUTS } from '../../../spec/layouts/named.ts';
import { formatScope, SCOPES } from '../../../src/check/scopes.ts';
import { mutantsOf } from '../../../src/mutate/mutants.ts';
import { EXPLAINED, REASONS } from '../../../src/mutate/reasons.ts';
import { readManifest } from './support.ts';

const MANIFEST = readManifest();
const MUTANTS = mutantsOf(KERNELS[EXPLAINED.kernel]);
const pinned = MUTANTS.map(
  ({ decision, to }) => [`${decision}=${to}`, MANIFEST.mutants[decision]?.[to]] as const,
);

describe('the manifest of mutants', () => {
  it('pins every mutant and no other', () => {
    const names = Object.entries(MANIFEST.mutants).flatMap(([decision, values]) =>
      Object.keys(values).map((value) => `${decision}=${value}`),
    );
    expect(names.sort()).toEqual(pinned.map(([name]) => name).sort());
  });

  it('decides every mutant', () => {
    expect(pinned.filter(([, found]) => typeof found?.needed !== 'boolean')).toEqual([]);
  });

  it('rests on every layout', () => {
    expect(Object.keys(MANIFEST.kernel)).toEqual(SCOPES.map(formatScope));
    expect(new Set(SCOPES.map(({ layout }) => layout))).toEqual(new Set(Object.keys(LAYOUTS)));
  });

  it('has a reason for each survivor and for no other', () => {
    const survivors = pinned.filter(([, found]) => found?.needed === false).map(([name]) => name);
    const explained = Object.entries(REASONS).flatMap(([decision, values]) =>
      Object.keys(values).map((value) => `${decision}=${value}`),
    );
    expect(explained.sort()).toEqual(survivors.sort());
  });
});
