import { describe, expect, it } from 'vitest';
import { fill, type TlbEntry, type Tlbs, unusedVpid, VPIDS } from '../../../../spec/state/tlb.ts';
import type { TlbEffect } from '../../../../spec/state/tlb-effects.ts';
import { affect } from '../../../../spec/state/tlb-effects.ts';
import { SEARCH_BITS } from '../../../../src/checker/model.ts';
import { Random } from '../../../../src/checker/random.ts';
import {
  type FactGroup,
  type FactLayout,
  factLayout,
  factsOf,
  heldAs,
} from '../../../../src/engine/facts/fact-layout.ts';
import {
  addFactsBefore,
  type FactProgram,
  fillProgram,
  programOf,
  runFacts,
} from '../../../../src/engine/facts/fact-program.ts';
import { whatMayChange } from '../../../../src/engine/rows/changes.ts';
import { rowLayout } from '../../../../src/engine/rows/layout.ts';
import { nameOf, type Scope, worldOf } from '../scopes.ts';

const SCOPES: readonly Scope[] = [
  { layout: 'minimal', kernel: 'v6.12' },
  { layout: 'minimal', kernel: 'v6.12', bounds: { spaces: 3, pcids: 3, frames: 3 } },
  { layout: 'kernel', kernel: 'v6.12', bounds: { pcids: 3 } },
  { layout: 'smp', kernel: 'v6.12', contract: 'sdm' },
  { layout: 'faults', kernel: 'v6.12' },
  { layout: 'vpids', kernel: 'v6.12', bounds: { pcids: 2 } },
];

function factsAt(scope: Scope): { facts: FactLayout; spaces: readonly string[]; scope: Scope } {
  const { layout, contract } = worldOf(scope);
  const { pge, ...may } = whatMayChange(layout.events);
  const loaded = contract.refill === 'loaded' && !pge && scope.layout !== 'vpids';
  const rows = rowLayout(layout, contract, {
    tlbs: 'apart',
    loadedApart: loaded,
    strayRoots: false,
    smepRole: 'andnot-wp',
  });
  const facts = factLayout(rows, { ...may, pge, loaded });
  if (facts === null) throw new Error('no facts');
  return { facts, spaces: layout.spaces, scope };
}

/** What the TLBs of a vCPU hold of a translation alone, when it is held as a valuation says. */
function tlbsOf(group: FactGroup, valuation: number, spaces: readonly string[]): Tlbs {
  const tlbs: Tlbs = { vpid01: unusedVpid(), vpid02: unusedVpid() };
  const { by } = heldAs(group, valuation);
  const { pcid, page, frame } = group;
  for (const vpid of VPIDS) {
    const under = tlbs[vpid];
    for (const what of ['hardware', 'guest', 'away'] as const)
      if (by[vpid][what]) under[what] = fill(under[what], pcid, page, frame);
    if (by[vpid].global) under.guest = fill(under.guest, 'global', page, frame);
    under.loaded = group.holders.flatMap((holder, i) =>
      holder.what === 'loaded' && holder.vpid === vpid && (valuation >>> i) & 1
        ? [{ space: spaces[holder.space as number] as string, low: pcid }]
        : [],
    );
  }
  return tlbs;
}

function valuationIn(group: FactGroup, tlbs: Tlbs, spaces: readonly string[]): number {
  const { pcid, page, frame, holders } = group;
  const has = (held: readonly TlbEntry[], tag: number | 'global') =>
    held.some((entry) => entry.pcid === tag && entry.page === page && entry.frame === frame);
  return holders.reduce((sum, { vpid, what, space = 0 }, i) => {
    const under = tlbs[vpid];
    const holds =
      what === 'loaded'
        ? under.loaded.some((cr3) => cr3.space === spaces[space] && cr3.low === pcid)
        : what === 'global'
          ? has(under.guest, 'global')
          : has(under[what], pcid);
    return sum | (holds ? 1 << i : 0);
  }, 0);
}

/** Facts at random, as words, none of them the search's. */
function someFacts({ groups, words }: FactLayout, random: Random): Int32Array {
  const row = new Int32Array(words);
  for (const group of groups) (row[group.word] as number) |= random.next() & factsOf(group);
  return row;
}

function ran(program: FactProgram, facts: Int32Array, at = 0): Int32Array {
  const row = new Int32Array(at + facts.length);
  row.set(facts, at);
  runFacts(Int32Array.from(program), 0, program.length, row, at);
  return row.slice(at);
}

/** What becomes of facts, each on its own, by what becomes of TLBs. */
function mapped(
  facts: FactLayout,
  before: Int32Array,
  become: (group: FactGroup, valuation: number) => number,
): Int32Array {
  const after = new Int32Array(before.length);
  for (const group of facts.groups) {
    for (let valuation = 0; valuation < 2 ** group.holders.length; valuation++) {
      if ((((before[group.word] as number) >>> (group.shift + valuation)) & 1) === 0) continue;
      (after[group.word] as number) |= 1 << (group.shift + become(group, valuation));
    }
  }
  return after;
}

/** Every effect of a few kinds, on a few entries. */
function effectsIn({ facts, spaces }: ReturnType<typeof factsAt>): TlbEffect[] {
  const pages = ['every', ...new Set(facts.groups.map(({ page }) => page))];
  const pcids = ['every', ...new Set(facts.groups.map(({ pcid }) => pcid))] as const;
  const drops = pages.flatMap((page) =>
    pcids.flatMap((pcid) => [true, false].map((globals) => ({ pcid, page, globals }))),
  );
  const migrates = facts.groups.some(({ holders }) => holders.some(({ what }) => what === 'away'));
  const ofVpids = VPIDS.flatMap((vpid): TlbEffect[] => [
    ...(['guest', 'hardware'] as const).flatMap((on) =>
      drops.map((each) => ({ on, vpid, drops: each }) as const),
    ),
    ...spaces.flatMap((space) =>
      [0, 1].map((low): TlbEffect => ({ on: 'refills', vpid, begins: { space, low } })),
    ),
    { on: 'refills', vpid, ends: ({ low }) => low === 0 },
    { on: 'refills', vpid, ends: ({ space }) => space === spaces[0] },
    { on: 'refills', vpid, ends: () => true },
  ]);
  return migrates ? [...ofVpids, { on: 'cpus' }] : ofVpids;
}

describe('a program of facts does to each what becomes of the TLBs that it stands for', () => {
  it.each(SCOPES.map((scope) => [nameOf(scope), scope] as const))('%s, an effect', (_, scope) => {
    const at = factsAt(scope);
    const { facts, spaces } = at;
    const random = new Random(5);
    for (const effect of effectsIn(at)) {
      for (const cpu of new Set(facts.groups.map((group) => group.cpu))) {
        const before = someFacts(facts, random);
        const expected = mapped(facts, before, (group, valuation) => {
          if (group.cpu !== cpu) return valuation;
          const tlbs = tlbsOf(group, valuation, spaces);
          affect(tlbs, effect);
          return valuationIn(group, tlbs, spaces);
        });
        expect(ran(programOf(facts, cpu, effect, spaces), before)).toEqual(expected);
        expect(ran(programOf(facts, cpu, effect, spaces), before, 3)).toEqual(expected);
      }
    }
  });

  it.each(SCOPES.map((scope) => [nameOf(scope), scope] as const))('%s, what TLBs take in', (_, scope) => {
    const { facts, spaces } = factsAt(scope);
    const random = new Random(6);
    for (let i = 0; i < 60; i++) {
      const [vpid, what] = [
        VPIDS[random.below(2)] as 'vpid01',
        (['guest', 'hardware'] as const)[random.below(2)] as 'guest',
      ];
      const entries = facts.groups
        .filter(() => random.below(3) === 0)
        .flatMap(({ pcid, page, frame, holders }): TlbEntry[] => {
          const mayBeGlobal = what === 'guest' && holders.some((holder) => holder.what === 'global');
          return [{ pcid: mayBeGlobal && random.below(2) ? 'global' : pcid, page, frame }];
        });
      const through =
        random.below(2) === 0 ? null : { space: random.below(spaces.length), low: random.below(2) };
      const before = someFacts(facts, random);
      const expected = mapped(facts, before, (group, valuation) => {
        const tlbs = tlbsOf(group, valuation, spaces);
        const { loaded } = tlbs[vpid];
        const isOpen =
          through === null ||
          (group.pcid === through.low &&
            (!group.holders.some((holder) => holder.what === 'loaded' && holder.vpid === vpid) ||
              loaded.some(({ space, low }) => space === spaces[through.space] && low === through.low)));
        if (group.cpu !== 0 || !isOpen) return valuation;
        for (const { pcid, page, frame } of entries)
          tlbs[vpid][what] = fill(tlbs[vpid][what], pcid, page, frame);
        return valuationIn(group, tlbs, spaces);
      });
      const program = fillProgram(facts, 0, { vpid, what }, entries, through);
      expect(ran(program, before)).toEqual(expected);
      // Filled once more, they take in nothing; and what is added before them comes to the same.
      expect(ran(program, expected)).toEqual(expected);
      const closed = expected.slice();
      addFactsBefore(Int32Array.from(program), 0, program.length, closed, 0);
      expect(ran(program, closed)).toEqual(expected);
      for (let word = 0; word < closed.length; word++)
        expect((before[word] as number) & ~(closed[word] as number)).toBe(0);
    }
  });
});

describe('a layout of facts', () => {
  it.each(SCOPES.map((scope) => [nameOf(scope), scope] as const))('%s', (_, scope) => {
    const { facts } = factsAt(scope);
    const used = new Int32Array(facts.words);
    for (const group of facts.groups) {
      const bits = factsOf(group);
      expect(group.word).toBeLessThan(facts.words);
      expect((used[group.word] as number) & bits).toBe(0);
      (used[group.word] as number) |= bits;
      const sizes = group.factsWith.map((held) => held & ~bits);
      expect(sizes.every((outside) => outside === 0)).toBe(true);
    }
    expect((used[facts.words - 1] as number) & SEARCH_BITS).toBe(0);
  });

  it('is not there where a translation may be held in too many ways', () => {
    const { layout, contract } = worldOf({ layout: 'faults', kernel: 'v6.12' });
    const rows = rowLayout(layout, contract, {
      tlbs: 'apart',
      loadedApart: false,
      strayRoots: false,
      smepRole: 'andnot-wp',
    });
    expect(factLayout(rows, { ownVpid: true, migrate: true, pge: false, loaded: false })).toBeNull();
    expect(
      factLayout(rows, { ownVpid: true, migrate: false, pge: false, loaded: false })?.words,
    ).toBeGreaterThan(0);
  });
});
