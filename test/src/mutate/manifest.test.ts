import { describe, expect, it } from 'vitest';
import { KERNELS } from '../../../spec/kernels/named.ts';
import { LAYOUTS } from '../../../spec/layouts/named.ts';
import { SAFETY } from '../../../spec/properties/vtlb-within-guest-tlb.ts';
import { formatScope, SCOPES } from '../../../src/check/scopes.ts';
import { mutantsOf } from '../../../src/mutate/mutants.ts';
import { EXPLAINED, REASONS } from '../../../src/mutate/reasons.ts';
import { readManifest, readProofs } from './support.ts';

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

describe('what is proved of mutants, beside what searches found', () => {
  const proofs = readProofs();
  const verdictOf = (name: string) => /^\w+/.exec(proofs[name] ?? '')?.[0];
  const breaksSafety = (found: (typeof pinned)[number][1]) => found?.breaks?.property === SAFETY;

  it('is pinned of every mutant and no other', () => {
    expect(Object.keys(proofs)).toEqual(pinned.map(([name]) => name));
    expect(new Set(pinned.map(([name]) => verdictOf(name)))).toEqual(new Set(['proved', 'broken', 'open']));
  });

  it('is broken wherever a search breaks safety', () => {
    const broken = pinned.filter(([, found]) => breaksSafety(found)).map(([name]) => name);
    expect(broken.length).toBeGreaterThan(30);
    expect(broken.filter((name) => verdictOf(name) !== 'broken')).toEqual([]);
  });

  it('is a proof but for a VPID of L2 only where a trace with one breaks safety', () => {
    const partly = pinned.filter(([name]) => proofs[name]?.startsWith('broken by what the proof leaves out'));
    expect(partly.map(([name, found]) => [name, found?.breaks?.on])).toEqual([
      ['invlpg=zap-and-refetch', 'vpids spaces=1'],
    ]);
  });
});
