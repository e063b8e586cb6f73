import { describe, expect, it } from 'vitest';
import { invalidateGuestTlb } from '../../../spec/architecture/guest-tlb.ts';
import { REQUIRED_INVALIDATIONS } from '../../../spec/architecture/invalidations.ts';
import { CONTRACTS } from '../../../spec/contracts/named.ts';
import type { EventKind, EventOf } from '../../../spec/events/event.ts';
import type { Cr4 } from '../../../spec/state/registers.ts';
import { EMPTY_TLB, fill, type Tlb } from '../../../spec/state/tlb.ts';
import { affect } from '../../../spec/state/tlb-effects.ts';
import { vpidInUse } from '../../../spec/state/vcpu.ts';
import {
  inUse,
  invpcidAddress,
  invpcidAll,
  invpcidAllNonglobal,
  invpcidSingle,
  movCr3,
  scene,
} from '../helpers.ts';

/** A TLB with two pages under three PCIDs each, and two global entries. */
const FULL: Tlb = ([0, 1, 2, 'global'] as const)
  .flatMap((pcid) => ['k0', 'u0'].map((page) => [pcid, page] as const))
  .reduce((tlb, [pcid, page]) => fill(tlb, pcid, page, 'f1'), EMPTY_TLB);

const ALL = FULL.map(({ pcid, page }) => `${pcid} ${page}`).sort();

/** The entries that an event makes the processor drop, with `low` in CR3[11:0]. */
function dropped<K extends EventKind>(event: EventOf<K>, cr4: Partial<Cr4> = {}, low = 0): string[] {
  const { vcpu } = scene();
  vcpu.guest.cr4 = { pcide: false, pge: true, smep: false, ...cr4 };
  vcpu.guest.cr3 = { space: 'a', low };
  inUse(vcpu).guest = FULL;
  const required: (typeof REQUIRED_INVALIDATIONS)[K] = REQUIRED_INVALIDATIONS[event.kind as K];
  invalidateGuestTlb(
    vcpu.guest,
    vpidInUse(vcpu.guest),
    CONTRACTS.sdm,
    required(vcpu.guest, event),
    (effect) => affect(vcpu.tlbs, effect),
  );
  return ALL.filter((entry) => !inUse(vcpu).guest.some(({ pcid, page }) => entry === `${pcid} ${page}`));
}

const cr4Write = (bits: Partial<Cr4>): EventOf<'mov-cr4'> => ({ kind: 'mov-cr4', cpu: 0, bits });
const PCIDE = { pcide: true };
const everythingOf = (pcid: number | 'global') => [`${pcid} k0`, `${pcid} u0`];

describe('INVLPG drops the page under the current PCID, and global', () => {
  const invlpg: EventOf<'invlpg'> = { kind: 'invlpg', cpu: 0, page: 'k0' };

  it('with PCIDE=1', () => {
    expect(dropped(invlpg, PCIDE, 1)).toEqual(['1 k0', 'global k0']);
  });

  it('with PCIDE=0, where the current PCID is 0 whatever CR3[11:0] is', () => {
    expect(dropped(invlpg, {}, 0x18)).toEqual(['0 k0', 'global k0']);
  });
});

describe('INVPCID', () => {
  it('address drops the page under the operand PCID', () => {
    expect(dropped(invpcidAddress(2, 'k0'), PCIDE, 1)).toEqual(['2 k0']);
  });

  it('single drops the operand PCID', () => {
    expect(dropped(invpcidSingle(2), PCIDE, 1)).toEqual(everythingOf(2));
  });

  it('all drops everything', () => {
    expect(dropped(invpcidAll)).toEqual(ALL);
  });

  it('all-nonglobal drops everything that is not global', () => {
    expect(dropped(invpcidAllNonglobal)).toEqual(ALL.filter((entry) => !entry.startsWith('global')));
  });
});

describe('MOV to CR3', () => {
  it('with PCIDE=0 drops PCID 0, whatever the low bits are', () => {
    expect(dropped(movCr3('b|2'))).toEqual(everythingOf(0));
  });

  it('with PCIDE=1 drops the PCID of the operand, not the old one', () => {
    expect(dropped(movCr3('b|2'), PCIDE, 1)).toEqual(everythingOf(2));
  });

  it('of the value that is loaded drops as any other', () => {
    expect(dropped(movCr3('a|1'), PCIDE, 1)).toEqual(everythingOf(1));
  });

  it('with bit 63 set drops nothing', () => {
    expect(dropped({ ...movCr3('b|2'), noflush: true }, PCIDE, 1)).toEqual([]);
  });
});

describe('MOV to CR4', () => {
  it.each([
    ['PGE 0->1', { pge: true }, { pge: false }],
    ['PGE 1->0', { pge: false }, { pge: true }],
    ['PCIDE 1->0', { pcide: false }, PCIDE],
    ['PGE and PCIDE 0->1', { pge: false, pcide: true }, {}],
  ])('%s drops everything, global or not', (_, bits, before) => {
    expect(dropped(cr4Write(bits), before)).toEqual(ALL);
  });

  it('SMEP 0->1 drops the current PCID and no other', () => {
    const gone = dropped(cr4Write({ smep: true }), PCIDE, 1);
    expect(gone).toEqual(expect.arrayContaining(everythingOf(1)));
    expect(gone).not.toContain('0 u0');
    expect(gone).not.toContain('2 k0');
  });

  it.each([
    ['PCIDE 0->1', { pcide: true }, {}],
    ['SMEP 1->0', { smep: false }, { smep: true }],
    ['no change', { pge: true, pcide: true, smep: true }, { pcide: true, smep: true }],
  ])('%s drops nothing', (_, bits, before) => {
    expect(dropped(cr4Write(bits), before)).toEqual([]);
  });
});

it('stores, reads, MOV to CR0 that leaves PG, and the host drop nothing', () => {
  expect(
    dropped({ kind: 'write-pte', cpu: 0, space: 'a', page: 'u0', frame: 'f2', emulated: false }),
  ).toEqual([]);
  expect(dropped({ kind: 'write-dir', cpu: 0, space: 'a', half: 'user', table: null })).toEqual([]);
  expect(dropped({ kind: 'access', cpu: 0, page: 'u0' })).toEqual([]);
  expect(dropped({ kind: 'mov-cr0', cpu: 0, wp: false })).toEqual([]);
  expect(dropped({ kind: 'host', cpu: 0, action: 'zap-all' })).toEqual([]);
});
