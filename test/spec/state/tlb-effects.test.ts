import { describe, expect, it } from 'vitest';
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

  it.each(['guest', 'hardware'] as const)('the %s TLB stays the same array where nothing is named', (on) => {
    const tlbs = fullTlbs();
    const before = tlbs[vpid][on];
    affect(tlbs, { on, vpid, drops: { pcid: 7, page: 'every', globals: false } });
    expect(tlbs[vpid][on]).toBe(before);
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
