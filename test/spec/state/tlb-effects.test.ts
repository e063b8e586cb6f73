import { describe, expect, it } from 'vitest';
import type { Cr3 } from '../../../spec/state/registers.ts';
import { fill, type Tlb, type TlbEntry, type Tlbs, VPIDS } from '../../../spec/state/tlb.ts';
import { affect, EVERY_ENTRY, isNamed } from '../../../spec/state/tlb-effects.ts';

const PCIDS = [0, 1, 'global'] as const;
const ENTRIES: readonly TlbEntry[] = PCIDS.flatMap((pcid) =>
  ['k0', 'u0'].map((page) => ({ pcid, page, frame: 'f1' })),
);

const tlb = (frame: string): Tlb =>
  ENTRIES.reduce<Tlb>((full, { pcid, page }) => fill(full, pcid, page, frame), []);

/** Every TLB full, with a frame of its own in each. */
function fullTlbs(): Tlbs {
  const under = (vpid: string) => ({
    guest: tlb(`${vpid} guest`),
    loaded: [{ space: 'a', low: 0 }],
    hardware: tlb(`${vpid} hardware`),
    away: tlb(`${vpid} away`),
  });
  return { vpid01: under('1'), vpid02: under('2') };
}

const text = ({ pcid, page }: TlbEntry) => `${pcid} ${page}`;

describe('an entry is named', () => {
  it.each([
    [{ pcid: 0, page: 'u0', globals: false }, ['0 u0']],
    [{ pcid: 0, page: 'u0', globals: true }, ['0 u0', 'global u0']],
    [{ pcid: 1, page: 'every', globals: false }, ['1 k0', '1 u0']],
    [{ pcid: 1, page: 'every', globals: true }, ['1 k0', '1 u0', 'global k0', 'global u0']],
    [{ pcid: 'every', page: 'k0', globals: false }, ['0 k0', '1 k0']],
    [{ pcid: 'every', page: 'k0', globals: true }, ['0 k0', '1 k0', 'global k0']],
    [{ pcid: 'every', page: 'every', globals: false }, ['0 k0', '0 u0', '1 k0', '1 u0']],
    [{ pcid: 7, page: 'every', globals: false }, []],
    [EVERY_ENTRY, ENTRIES.map(text)],
  ] as const)('by %j: %j', (names, expected) => {
    expect(ENTRIES.filter((entry) => isNamed(names, entry)).map(text)).toEqual(expected);
  });
});

describe.each(VPIDS)('under %s', (vpid) => {
  it.each(['guest', 'hardware'] as const)('the %s TLB loses what is named, and no other does', (on) => {
    const tlbs = fullTlbs();
    affect(tlbs, { on, vpid, drops: { pcid: 'every', page: 'u0', globals: true } });
    const expected = fullTlbs();
    expected[vpid][on] = expected[vpid][on].filter(({ page }) => page !== 'u0');
    expect(tlbs).toEqual(expected);
  });

  it('the guest TLB takes in what is given, and no other does', () => {
    const tlbs = fullTlbs();
    const entry = { pcid: 7, page: 'u0', frame: 'f9' };
    affect(tlbs, { on: 'guest', vpid, takes: [entry, ...tlbs[vpid].guest] });
    const expected = fullTlbs();
    expected[vpid].guest = fill(expected[vpid].guest, entry.pcid, entry.page, entry.frame);
    expect(tlbs).toEqual(expected);
  });

  it.each(['guest', 'hardware'] as const)('the %s TLB stays the same array where nothing is named', (on) => {
    const tlbs = fullTlbs();
    const before = tlbs[vpid][on];
    affect(tlbs, { on, vpid, drops: { pcid: 7, page: 'every', globals: false } });
    expect(tlbs[vpid][on]).toBe(before);
  });
});

describe('the CR3 values to fill through', () => {
  const cr3 = (value: string): Cr3 => {
    const [space = '', low] = value.split('|');
    return { space, low: Number(low) };
  };
  const filledThrough = (...values: readonly string[]) => {
    const tlbs = fullTlbs();
    for (const vpid of VPIDS) tlbs[vpid].loaded = values.map(cr3);
    return tlbs;
  };

  it.each(VPIDS)('end under %s where that is said of them', (vpid) => {
    const tlbs = filledThrough('a|0', 'a|1', 'b|1');
    affect(tlbs, { on: 'refills', vpid, ends: ({ low }) => low === 1 });
    const expected = filledThrough('a|0', 'a|1', 'b|1');
    expected[vpid].loaded = [cr3('a|0')];
    expect(tlbs).toEqual(expected);
  });

  it.each([
    [[], ['b|1']],
    [
      ['a|7', 'b|0', 'b|2', 'c|0'],
      ['a|7', 'b|0', 'b|1', 'b|2', 'c|0'],
    ],
    [['b|1'], ['b|1']],
  ] as const)('are joined by one more, in one order: %j become %j', (before, after) => {
    for (const vpid of VPIDS) {
      const tlbs = filledThrough(...before);
      affect(tlbs, { on: 'refills', vpid, begins: cr3('b|1') });
      const expected = filledThrough(...before);
      expected[vpid].loaded = after.map(cr3);
      expect(tlbs).toEqual(expected);
    }
  });
});

it('a vCPU that goes to the other CPU finds what it left there, under every VPID, and can come back', () => {
  const tlbs = fullTlbs();
  affect(tlbs, { on: 'cpus' });
  const before = fullTlbs();
  for (const vpid of VPIDS) {
    const { guest, loaded, hardware, away } = before[vpid];
    expect(tlbs[vpid]).toEqual({ guest, loaded, hardware: away, away: hardware });
  }
  affect(tlbs, { on: 'cpus' });
  expect(tlbs).toEqual(before);
});
