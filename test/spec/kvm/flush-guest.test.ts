import { describe, expect, it } from 'vitest';
import type { Kernel } from '../../../spec/kernels/decisions.ts';
import { vcpuFlushTlbGuest } from '../../../spec/kvm/flush-guest.ts';
import { access, inUse, movCr3, noflush, rootsOf, SET_PCIDE, scene, shadowOf, writePte } from '../helpers.ts';

/** Roots a (current), c and b; something unsync below a and below b. */
function flushed(flushGuestService: Kernel['flushGuestService']) {
  const here = scene(
    { kernel: { base: 'v6.12', flushGuestService }, bounds: { spaces: 3 } },
    SET_PCIDE,
    noflush('b|1'),
    access('u0'),
    noflush('c|1'),
    access('u0'),
    noflush('a'),
    access('u0'),
    writePte('a:u0', 'f2'),
    writePte('b:u0', 'f2'),
  );
  expect(rootsOf(here.vcpu)).toBe('a|0 c|1 b|1 -');
  expect(inUse(here.vcpu).hardware).not.toEqual([]);
  vcpuFlushTlbGuest(here);
  return here;
}

describe('hardware-only', () => {
  it('flushes the hardware TLB and nothing else', () => {
    const here = flushed('hardware-only');
    expect(inUse(here.vcpu).hardware).toEqual([]);
    expect(rootsOf(here.vcpu)).toBe('a|0 c|1 b|1 -');
    expect(shadowOf(here, 'a.u@wp').unsync).toBe(true);
  });
});

describe('unload', () => {
  it('frees every root, and leaves the flush to the load', () => {
    const here = flushed('unload');
    expect(rootsOf(here.vcpu)).toBe('- - - -');
    expect(inUse(here.vcpu).hardware).not.toEqual([]);
  });
});

describe('sync-and-free-unsync', () => {
  it('syncs the current root', () => {
    const here = flushed('sync-and-free-unsync');
    expect(shadowOf(here, 'a.u@wp')).toMatchObject({ unsync: false, entries: [null] });
  });

  it('frees the unsync cached root, of whatever PCID, and keeps the synced one', () => {
    const here = flushed('sync-and-free-unsync');
    expect(rootsOf(here.vcpu)).toBe('a|0 c|1 - -');
    expect(shadowOf(here, 'b.u@wp').unsync).toBe(true);
  });

  it('flushes the hardware TLB', () => {
    expect(inUse(flushed('sync-and-free-unsync').vcpu).hardware).toEqual([]);
  });

  it('frees a cached root whose pages were synced through the current one: its mark is still there', () => {
    const here = scene({ layout: 'kernel' }, access('k0'), movCr3('b'), access('k0'), writePte('b:k0', 'f2'));
    vcpuFlushTlbGuest(here);
    expect(shadowOf(here, 'k@wp').unsync).toBe(false);
    expect(rootsOf(here.vcpu)).toBe('b|0 - - -');
  });

  it('keeps a cached root on the same shadow page: the sync of one makes the other clean', () => {
    const here = scene({}, access('u0'), writePte('a:u0', 'f2'), movCr3('a|8'), writePte('a:u0', 'f1'));
    vcpuFlushTlbGuest(here);
    expect(rootsOf(here.vcpu)).toBe('a|8 a|0 - -');
  });

  it('flushes without a current root too', () => {
    const here = scene({}, access('u0'));
    here.vcpu.mmu.root = null;
    vcpuFlushTlbGuest(here);
    expect(inUse(here.vcpu).hardware).toEqual([]);
  });
});
