import { expect, it } from 'vitest';
import { EVERY_ENTRY, type TlbEffect } from '../../../spec/state/tlb-effects.ts';
import { flusher, onTlbs } from '../../../spec/step/tlb-port.ts';
import { access, inUse, noflush, SET_PCIDE, scene } from '../helpers.ts';

/** u0 and k0 cached under PCIDs 0 and 1. */
const both = () => {
  const reads = [access('u0'), access('k0')];
  return scene({ layout: 'kernel' }, SET_PCIDE, noflush('b|1'), ...reads, noflush('a'), ...reads);
};

it('a flush of a VPID empties the hardware TLB under it, and nothing else', () => {
  const { world, machine, vcpu } = both();
  const { guest } = inUse(vcpu);
  const flush = flusher({ world, machine, vcpu }, onTlbs);
  flush({ vpid: 'vpid02', page: 'every' });
  expect(inUse(vcpu).hardware).toHaveLength(4);
  flush({ vpid: 'vpid01', page: 'every' });
  expect(inUse(vcpu).hardware).toEqual([]);
  expect(inUse(vcpu).guest).toBe(guest);
});

it('a flush of a page empties it under every PCID', () => {
  const { world, machine, vcpu } = both();
  flusher({ world, machine, vcpu }, onTlbs)({ vpid: 'vpid01', page: 'u0' });
  expect(inUse(vcpu).hardware.map(({ pcid, page }) => `${pcid} ${page}`)).toEqual(['0 k0', '1 k0']);
});

it('another port is told, and the TLBs stay as they are', () => {
  const { world, machine, vcpu } = both();
  const before = structuredClone(vcpu);
  const told: TlbEffect[] = [];
  const flush = flusher({ world, machine, vcpu }, (of, effect) => {
    expect(of).toBe(vcpu);
    told.push(effect);
  });
  flush({ vpid: 'vpid02', page: 'every' });
  flush({ vpid: 'vpid01', page: 'u0' });
  expect(told).toEqual([
    { on: 'hardware', vpid: 'vpid02', drops: EVERY_ENTRY },
    { on: 'hardware', vpid: 'vpid01', drops: { ...EVERY_ENTRY, page: 'u0' } },
  ]);
  expect(vcpu).toEqual(before);
});
