import { describe, expect, it } from 'vitest';
import { enterGuest, serviceRequest } from '../../../spec/kvm/enter-guest.ts';
import { makeRequest } from '../../../spec/kvm/requests.ts';
import { REQUESTS } from '../../../spec/state/requests.ts';
import type { Flush } from '../../../spec/state/tlb-effects.ts';
import {
  access,
  cpuOf,
  inUse,
  type KernelSetting,
  movCr3,
  noflush,
  on,
  rootsOf,
  SET_PCIDE,
  scene,
  shadowOf,
  writePte,
} from '../helpers.ts';

describe('a request that is not pending', () => {
  it.each(REQUESTS)('%s is not served', (request) => {
    const here = scene({}, access('u0'), writePte('a:u0', 'f2'));
    const before = structuredClone(here.machine);
    serviceRequest(here, request);
    expect(here.machine).toEqual(before);
  });
});

describe('one request', () => {
  const busy = () =>
    scene({}, access('u0'), writePte('a:u0', 'f2'), movCr3('b'), access('u0'), writePte('b:u0', 'f2'));

  it('MMU_RELOAD frees every root', () => {
    const here = busy();
    makeRequest(here, 'MMU_RELOAD');
    serviceRequest(here, 'MMU_RELOAD');
    expect(rootsOf(here.vcpu)).toBe('- - - -');
  });

  it('MMU_FREE_OBSOLETE_ROOTS keeps the roots that are not', () => {
    const here = busy();
    makeRequest(here, 'MMU_FREE_OBSOLETE_ROOTS');
    serviceRequest(here, 'MMU_FREE_OBSOLETE_ROOTS');
    expect(rootsOf(here.vcpu)).toBe('b|0 a|0 - -');
  });

  it('MMU_SYNC syncs the current root only', () => {
    const here = busy();
    makeRequest(here, 'MMU_SYNC');
    serviceRequest(here, 'MMU_SYNC');
    expect(shadowOf(here, 'b.u@wp').unsync).toBe(false);
    expect(shadowOf(here, 'a.u@wp').unsync).toBe(true);
  });

  it('LOAD_MMU_PGD loads the hardware CR3', () => {
    const here = busy();
    here.vcpu.mmu.hardwareCr3 = null;
    makeRequest(here, 'LOAD_MMU_PGD');
    serviceRequest(here, 'LOAD_MMU_PGD');
    expect(here.vcpu.mmu.hardwareCr3).toEqual({ page: 'b@wp', pcid: 0 });
  });

  it('TLB_FLUSH makes TLB_FLUSH_CURRENT superfluous, and no other', () => {
    const here = busy();
    for (const request of REQUESTS) makeRequest(here, request);
    serviceRequest(here, 'TLB_FLUSH');
    expect(inUse(here.vcpu).hardware).toEqual([]);
    expect(here.vcpu.mmu.requests).toEqual(
      REQUESTS.filter((request) => request !== 'TLB_FLUSH' && request !== 'TLB_FLUSH_CURRENT'),
    );
  });

  it('TLB_FLUSH empties the hardware TLB without a root too', () => {
    const here = busy();
    here.vcpu.mmu.root = null;
    makeRequest(here, 'TLB_FLUSH');
    serviceRequest(here, 'TLB_FLUSH');
    expect(inUse(here.vcpu).hardware).toEqual([]);
  });

  it('TLB_FLUSH_CURRENT leaves TLB_FLUSH_GUEST pending', () => {
    const here = busy();
    makeRequest(here, 'TLB_FLUSH_GUEST');
    makeRequest(here, 'TLB_FLUSH_CURRENT');
    serviceRequest(here, 'TLB_FLUSH_CURRENT');
    expect(here.vcpu.mmu.requests).toEqual(['TLB_FLUSH_GUEST']);
  });
});

describe('an entry', () => {
  it('without a request and with a root changes nothing', () => {
    const here = scene({}, access('u0'), writePte('a:u0', 'f2'));
    const before = structuredClone(here.machine);
    enterGuest(here);
    expect(here.machine).toEqual(before);
  });

  it('loads a root where there is none', () => {
    const here = scene();
    here.vcpu.mmu.root = null;
    enterGuest(here);
    expect(rootsOf(here.vcpu)).toBe('a|0 - - -');
  });

  it('serves in order, whatever the order of raising: after a reload there is nothing to sync', () => {
    const here = scene({}, access('u0'), movCr3('b'), access('u0'), writePte('b:u0', 'f2'));
    here.vcpu.guest.cr3 = { space: 'a', low: 0 };
    makeRequest(here, 'MMU_SYNC');
    makeRequest(here, 'MMU_RELOAD');
    enterGuest(here);
    expect(rootsOf(here.vcpu)).toBe('a|0 - - -');
    expect(shadowOf(here, 'b.u@wp').unsync).toBe(true);
  });

  it('starts over while serving raised new requests', () => {
    const here = scene({}, access('u0'), writePte('a:u0', 'f2'));
    makeRequest(here, 'TLB_FLUSH_GUEST');
    enterGuest(here);
    expect(shadowOf(here, 'a.u@wp').unsync).toBe(false);
    expect(here.vcpu.mmu.requests).toEqual([]);
  });

  it('frees the roots of every PCID and flushes those entries of the hardware TLB too, on a reload', () => {
    const here = scene({}, SET_PCIDE, noflush('b|1'), access('u0'), noflush('a'), access('u0'));
    makeRequest(here, 'MMU_RELOAD');
    enterGuest(here);
    expect(rootsOf(here.vcpu)).toBe('a|0 - - -');
    expect(inUse(here.vcpu).hardware).toEqual([]);
  });

  it('leaves the requests that it raises on another vCPU to that one', () => {
    const here = scene({ layout: 'smp' }, access('u0'), on(1, access('u0')), writePte('a:u0', 'f2'));
    makeRequest(here, 'MMU_SYNC');
    enterGuest(here);
    expect(cpuOf(here.machine, 1).mmu.requests).toEqual(['TLB_FLUSH']);
    expect(inUse(cpuOf(here.machine, 1)).hardware).toHaveLength(1);
  });
});

describe('the flushes of an entry', () => {
  /** A scene whose flushes are kept, with what was pending on root and requests when they came. */
  const watched = (kernel: KernelSetting = 'v6.12') => {
    const here = scene({ kernel }, SET_PCIDE, access('u0'));
    const flushes: [Flush, pending: number, root: string][] = [];
    const flush = (each: Flush) => {
      flushes.push([each, here.vcpu.mmu.requests.length, rootsOf(here.vcpu)]);
    };
    return { here: { ...here, flush }, flushes };
  };

  it('come when all is served and a root is loaded', () => {
    const { here, flushes } = watched();
    makeRequest(here, 'MMU_RELOAD');
    makeRequest(here, 'TLB_FLUSH_CURRENT');
    makeRequest(here, 'TLB_FLUSH');
    enterGuest(here);
    expect(flushes.map(([{ vpid, page }]) => `${vpid} ${page}`).slice(0, 2)).toEqual([
      'vpid01 every',
      'vpid02 every',
    ]);
    for (const [, ...then] of flushes) expect(then).toEqual([0, 'a|0 - - -']);
  });

  it.each([
    ['keeps-flush', 1],
    ['loses-flush', 0],
  ] as const)('with %s, at an entry that fails once, come %i times', (failedEntry, times) => {
    const { here, flushes } = watched({ base: 'v6.12', failedEntry });
    here.vcpu.entryFails = true;
    makeRequest(here, 'TLB_FLUSH_CURRENT');
    enterGuest(here);
    expect(flushes).toHaveLength(times);
    expect(here.vcpu.entryFails).toBe(false);
    expect(here.vcpu.mmu.requests).toEqual([]);
    makeRequest(here, 'TLB_FLUSH_CURRENT');
    enterGuest(here);
    expect(flushes).toHaveLength(times + 1);
  });
});
