import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nestedFaults } from '../../../spec/architecture/faults.ts';
import { REQUIRED_INVALIDATIONS } from '../../../spec/architecture/invalidations.ts';
import type { Event, Nested } from '../../../spec/events/event.ts';
import { kvm } from '../../../spec/index.ts';
import type { KernelName } from '../../../spec/kernels/named.ts';
import type { Reducer } from '../../../spec/world/world.ts';
import {
  access,
  inUse,
  invlpg,
  type KernelSetting,
  movCr3,
  rootsOf,
  SET_PCIDE,
  scene,
  shadowOf,
  worldOf,
  writePte,
} from '../helpers.ts';

const enter = (space: string, vpid?: 'same' | 'new', fails?: true): Event => ({
  kind: 'nested',
  cpu: 0,
  action: 'enter',
  space,
  ...(vpid && { vpid }),
  ...(fails && { fails }),
});
const exit = (space: string): Event => ({ kind: 'nested', cpu: 0, action: 'exit', space });
const INVVPID: Event = { kind: 'nested', cpu: 0, action: 'invvpid' };
const TWO_SPACES = { layout: 'vpids', bounds: { cachedRoots: 3 } } as const;

describe('L2 under a VPID of its own', () => {
  it('leaves what L1 cached as it is, and finds its own again', () => {
    const here = scene(TWO_SPACES, access('u0'));
    const { guest, hardware } = inUse(here.vcpu);
    expect(here.run(enter('b', 'same')).requests).toEqual([]);
    expect(inUse(here.vcpu).hardware).toEqual([]);
    here.run(access('u0'));
    expect(here.run(exit('a')).requests).toEqual(['LOAD_MMU_PGD']);
    expect([inUse(here.vcpu).guest, inUse(here.vcpu).hardware]).toEqual([guest, hardware]);
    here.run(enter('b', 'same'));
    expect(inUse(here.vcpu).hardware).toHaveLength(1);
  });

  it('starts with nothing under a new one', () => {
    const here = scene(TWO_SPACES, enter('b', 'same'), access('u0'), writePte('b:u0', 'f2'), exit('a'));
    expect(here.run(enter('b', 'new')).requests).toEqual(['LOAD_MMU_PGD', 'TLB_FLUSH_GUEST']);
    expect(inUse(here.vcpu).guest.map(({ frame }) => frame)).toEqual(['f2']);
    expect(inUse(here.vcpu).hardware).toEqual([]);
    expect(shadowOf(here, 'b.u@l2').unsync).toBe(false);
  });

  it('loses everything to INVVPID', () => {
    const here = scene(TWO_SPACES, enter('b', 'same'), access('u0'), exit('a'), INVVPID);
    expect(here.vcpu.tlbs.vpid02).toEqual({ guest: [], loaded: [], hardware: [], away: [] });
    expect(rootsOf(here.vcpu)).toBe('a|0 - - -');
  });
});

/** proofs-notes/findings/nested-vpid.md */
describe('a nested exit to a space that was flushed since', () => {
  it.each([
    ['v5.12', 'f1'],
    ['v5.14', 'f2'],
    ['patch-base', 'f2'],
    ['patch', 'f1'],
    ['v6.12', 'f1'],
  ] as const)('in %s reads %s', (kernel, frame) => {
    const stores = [writePte('a:u0', 'f2'), writePte('b:u0', 'f2')];
    const here = scene({ ...TWO_SPACES, kernel }, access('u0'), ...stores, movCr3('b'));
    here.run(enter('a', 'same'), exit('a'));
    expect(here.run(access('u0')).sees).toEqual([frame]);
  });
});

/** proofs-notes/findings/nested-vpid.md, the second way */
describe('a root of L2 that was built without a VPID, and is used under one', () => {
  it.each([
    ['v5.12', 'f1'],
    ['v5.13', 'f1'],
    ['v5.14', 'f2'],
    ['patch', 'f2'],
    ['v5.16', 'f1'],
    ['v6.12', 'f1'],
    ['v7.3', 'f1'],
  ] as const)('in %s reads %s, with PCIDE=0 and with PCIDE=1', (kernel, frame) => {
    for (const before of [[], [SET_PCIDE]]) {
      const here = scene({ layout: 'nested', kernel }, ...before, enter('a'), access('u0'), exit('a'));
      here.run(writePte('a:u0', 'f2'), enter('a', 'same'));
      expect(here.run(access('u0')).sees).toEqual([frame]);
    }
  });
});

/** proofs-notes/findings/nested-invlpg.md */
describe('an INVLPG of L2 between two of its stores', () => {
  it.each([
    ['v5.12', ['f2']],
    ['v5.16', ['f2']],
    ['v6.1', ['f2']],
    ['v6.4', ['f1']],
    ['v6.12', ['f1']],
  ] as const)('in %s makes L1 read %j', (kernel, frames) => {
    const here = scene({ layout: 'vpids', kernel }, access('u0'), enter('a', 'same'), writePte('a:u0', 'f2'));
    here.run(invlpg('u0'), writePte('a:u0', 'f1'), exit('a'));
    expect(here.run(access('u0')).sees).toEqual(frames);
  });
});

describe('a nested entry that fails', () => {
  const failing = (failedNestedEntry: 'serves' | 'forgets', base: KernelName = 'v6.12') => ({
    ...TWO_SPACES,
    kernel: { base, failedNestedEntry },
  });

  it.each([undefined, 'same', 'new'] as const)('leaves L1 in force with its CR3: vpid %s', (vpid) => {
    const here = scene({ ...TWO_SPACES, bounds: { spaces: 2, pcids: 2 } }, SET_PCIDE, movCr3('a|1'));
    const before = structuredClone(here.vcpu.guest);
    here.run(enter('b', vpid, true));
    expect(here.vcpu.guest).toEqual(before);
    expect(here.vcpu.mmu.root).toEqual({ pgd: { space: 'a', low: 1 }, page: 'a@wp' });
    expect(here.run(exit('a')).outcome).toBe('#GP');
  });

  it.each([
    ['serves', ['LOAD_MMU_PGD'], []],
    ['forgets', ['LOAD_MMU_PGD', 'TLB_FLUSH_GUEST'], ['f1']],
  ] as const)('with a new VPID %s its flush: L1 is left with %j', (value, requests, frames) => {
    const here = scene(failing(value), enter('b', 'same'), access('u0'), exit('a'));
    expect(here.run(enter('a', 'new', true)).requests).toEqual(requests);
    expect(here.vcpu.tlbs.vpid02.hardware.map(({ frame }) => frame)).toEqual(frames);
  });

  it('has its flush served for the roots of L2, or for those of L1', () => {
    const synced = (value: 'serves' | 'forgets') => {
      const here = scene(failing(value), access('u0'), enter('a', 'same'), access('u0'), exit('a'));
      here.run(writePte('a:u0', 'f2'), enter('a', 'new', true));
      return rootsOf(here.vcpu);
    };
    // Served for L2: its root is synced and that of L1, unsync and cached then, freed and loaded anew; or the reverse.
    expect([synced('serves'), synced('forgets')]).toEqual(['a|0 a|0 - -', 'a|0 - - -']);
  });

  it.each([
    ['v5.12', 'forgets', ['f2']],
    ['patch', 'forgets', ['f2']],
    ['v5.16', 'forgets', ['f1', 'f2']],
    ['v6.12', 'forgets', ['f1', 'f2']],
    ['v6.12', 'serves', ['f2']],
  ] as const)('in %s that %s the flush lets the next entry read %j', (kernel, value, frames) => {
    const here = scene(failing(value, kernel), writePte('b:u0', 'f2'), enter('b', 'same'), exit('a'));
    here.run(enter('a', 'same'), access('u0'), exit('a'), enter('b', 'new', true), enter('b', 'same'));
    expect(here.run(access('u0')).sees).toEqual(frames);
  });
});

/** As a user of the package would write one. */
const OVERRIDE: Reducer<Nested> = {
  faults: nestedFaults,
  guestTlb: REQUIRED_INVALIDATIONS.nested,
  kvm: (here, event) => {
    if (event.action === 'enter') {
      const enters = event.fails ? kvm.nestedEnterFails : kvm.nestedEnter;
      enters(here, event.space, event.vpid ?? 'none');
    } else if (event.action === 'exit') kvm.nestedExit(here, event.space);
    else kvm.handleInvvpid(here);
  },
  hardware: () => [],
};

describe.each(['vpids', 'nested', 'entries'] as const)(
  "an override by KVM's own functions, on %s,",
  (layout) => {
    it.each(['sdm', 'kvm'] as const)('is v6.12 itself, step by step, by %s', (contract) => {
      const settings = { layout, contract, bounds: { spaces: 2, pcids: 2 } };
      const overridden: KernelSetting = { base: 'v6.12', reducers: { nested: OVERRIDE } };
      const { layout: built } = worldOf(settings);
      const events = fc.array(fc.constantFrom(...built.events), { minLength: 1, maxLength: 40, size: 'max' });
      let underOwnVpid = 0;
      fc.assert(
        fc.property(events, (walk) => {
          const own = scene(settings);
          const other = scene({ ...settings, kernel: overridden });
          expect(other.machine).toEqual(own.machine);
          for (const event of walk) {
            expect(other.run(event)).toEqual(own.run(event));
            expect(other.machine).toEqual(own.machine);
            if (own.vcpu.guest.ownVpid) underOwnVpid++;
          }
        }),
        { numRuns: 100 },
      );
      if (layout !== 'nested') expect(underOwnVpid).toBeGreaterThan(100);
    });
  },
);
