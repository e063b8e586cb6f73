import { describe, expect, it } from 'vitest';
import type { ContractName } from '../../../spec/contracts/named.ts';
import type { Event } from '../../../spec/events/event.ts';
import { formatCr3 } from '../../../spec/state/registers.ts';
import { mayHold } from '../../../spec/state/tlb.ts';
import {
  inUse,
  invlpg,
  invpcidAddress,
  invpcidAll,
  invpcidAllNonglobal,
  invpcidSingle,
  movCr0,
  movCr3,
  movCr4,
  noflush,
  SET_PCIDE,
  scene,
  writePte,
} from '../helpers.ts';

describe('the guest TLB takes in', () => {
  it('old and new translation of the active space, after a store', () => {
    const { vcpu } = scene({}, writePte('a:u0', 'f2'));
    expect(inUse(vcpu).guest.map(({ frame }) => frame)).toEqual(['f1', 'f2']);
  });

  it('nothing from an entry that is not present', () => {
    const { vcpu } = scene({}, writePte('a:u0', null), movCr3('a'));
    expect(inUse(vcpu).guest).toEqual([]);
  });

  it('a page of the kernel table as global while PGE=1', () => {
    const { vcpu } = scene({ layout: 'kernel' }, movCr4({ pge: true }));
    expect(inUse(vcpu).guest).toEqual([
      { pcid: 'global', page: 'k0', frame: 'f1' },
      { pcid: 0, page: 'u0', frame: 'f1' },
    ]);
  });

  it('the same page under its PCID while PGE=0', () => {
    const { vcpu } = scene({ layout: 'kernel' });
    expect(inUse(vcpu).guest[0]).toEqual({ pcid: 0, page: 'k0', frame: 'f1' });
  });

  it('what it takes in with PCIDE=0 as PCID 0, and keeps it through PCIDE 0->1', () => {
    const { vcpu } = scene({}, writePte('a:u0', 'f2'), SET_PCIDE);
    expect(mayHold(inUse(vcpu).guest, 0, 'u0', 'f1')).toBe(true);
  });
});

describe('a store to a space that is not loaded any more', () => {
  const seen = (contract: ContractName) => {
    const { vcpu } = scene({ contract }, SET_PCIDE, noflush('b|1'), writePte('a:u0', 'f2'));
    return mayHold(inUse(vcpu).guest, 0, 'u0', 'f2');
  };

  it('is not taken in by sdm', () => {
    expect(seen('sdm')).toBe(false);
  });

  it('is taken in by kvm', () => {
    expect(seen('kvm')).toBe(true);
  });
});

describe('by kvm the refill through a|0, loaded before b|1,', () => {
  const loadedAfter = (event: Event) =>
    inUse(scene({ layout: 'kernel' }, SET_PCIDE, noflush('b|1'), event).vcpu).loaded.map(formatCr3);

  it.each([
    ['MOV CR3 of another space with its PCID', movCr3('b|0')],
    ['INVPCID single of its PCID', invpcidSingle(0)],
    ['PCIDE 1->0', movCr4({ pcide: false })],
  ])('is ended by %s', (_, event) => {
    expect(loadedAfter(event)).not.toContain('a|0');
  });

  it.each([
    ['MOV CR3 of another PCID', movCr3('b|1')],
    ['MOV CR3 noflush with its PCID', noflush('b|0')],
    ['INVPCID single of another PCID', invpcidSingle(1)],
    ['INVPCID address', invpcidAddress(0, 'u0')],
    ['INVLPG', invlpg('u0')],
    ['INVPCID all', invpcidAll],
    ['INVPCID all-nonglobal', invpcidAllNonglobal],
    ['a PGE toggle', movCr4({ pge: true })],
    ['a change of CR0.WP', movCr0(false)],
  ])('goes on after %s', (_, event) => {
    expect(loadedAfter(event)).toContain('a|0');
  });

  it('begins again when a|0 is loaded again', () => {
    const { vcpu } = scene({}, SET_PCIDE, noflush('b|1'), invpcidSingle(0), noflush('a|0'), noflush('b|1'));
    expect(inUse(vcpu).loaded.map(formatCr3)).toEqual(['a|0', 'b|1']);
  });
});

it('SMEP 0->1 ends the refill through the current PCID only', () => {
  const { vcpu } = scene(
    { layout: 'roles' },
    SET_PCIDE,
    noflush('b|1'),
    noflush('b|0'),
    movCr4({ smep: true }),
  );
  expect(inUse(vcpu).loaded.map(formatCr3)).toEqual(['b|0', 'b|1']);
});

it('with PCIDE=0 every MOV CR3 ends the refill through all others', () => {
  const { vcpu } = scene({ bounds: { spaces: 3 } }, movCr3('b'), movCr3('c|8'));
  expect(inUse(vcpu).loaded.map(formatCr3)).toEqual(['c|8']);
});

it('the CR3 that is loaded goes on filling after its flush', () => {
  const { vcpu } = scene({}, SET_PCIDE, invpcidSingle(0));
  expect(inUse(vcpu).loaded.map(formatCr3)).toEqual(['a|0']);
});
