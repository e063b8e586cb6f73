import { describe, expect, it } from 'vitest';
import { CONTRACTS } from '../../../spec/contracts/named.ts';
import type { Event } from '../../../spec/events/event.ts';
import { KERNELS, type KernelName } from '../../../spec/kernels/named.ts';
import { buildLayout } from '../../../spec/layouts/build.ts';
import { LAYOUTS } from '../../../spec/layouts/named.ts';
import { ALWAYS } from '../../../spec/properties/always.ts';
import type { Machine } from '../../../spec/state/machine.ts';
import { EMPTY_TLB, fill } from '../../../spec/state/tlb.ts';
import type { Vcpu } from '../../../spec/state/vcpu.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import { inPlaceEngine } from '../../../src/engine/in-place.ts';
import { search } from '../../../src/search/search.ts';
import { formatEvent } from '../../../src/trace/print.ts';

/** A kernel with a fault in its code: what it does wrong to the machine behind a step. */
type Fault = (machine: Machine, event: Event, vcpu: Vcpu) => void;

const faulty = (fault: Fault): Engine => ({
  name: 'faulty',
  step: (world, machine, event) => {
    const stepped = inPlaceEngine.step(world, machine, event);
    if (stepped.exit.outcome === 'ok')
      fault(stepped.machine, event, stepped.machine.vcpus[event.cpu] as Vcpu);
    return stepped;
  },
});

const pageOf = (machine: Machine, page: string) => machine.shadow[`${page}@wp`];

/** For each property a fault that breaks it, and the shortest trace on which it shows. */
const FAULTS: Record<string, { what: string; fault: Fault; trace: string }> = {
  'vtlb-within-guest-tlb': {
    what: 'INVLPG does not flush the hardware TLB',
    fault: (_, event, vcpu) => {
      if (event.kind === 'invlpg') vcpu.hardwareTlb = fill(EMPTY_TLB, 0, 'u0', 'f2');
    },
    trace: 'invlpg u0',
  },
  'prev-roots-outside-vtlb': {
    what: 'PCIDE 0->1 puts a root back that it has freed',
    fault: (_, event, vcpu) => {
      if (event.kind === 'mov-cr4' && vcpu.cr4.pcide && vcpu.prevRoots[0] === null)
        vcpu.prevRoots[0] = vcpu.root;
    },
    trace: 'mov-cr4 pcide=1',
  },
  'synced-pages-agree': {
    what: 'a store to a shadowed page leaves the page synced',
    fault: (machine, event) => {
      const sp = pageOf(machine, 'a.u');
      if (event.kind === 'write-pte' && sp) sp.unsync = false;
    },
    trace: 'access u0; write-pte a:u0 f2',
  },
  'only-leaves-unsync': {
    what: 'a load marks the top page unsync',
    fault: (machine, event) => {
      const sp = pageOf(machine, 'b');
      if (event.kind === 'mov-cr3' && sp) sp.unsync = true;
    },
    trace: 'mov-cr3 b',
  },
  'unsync-marked-upwards': {
    what: 'a store does not mark the parents',
    fault: (machine, event) => {
      if (event.kind === 'write-pte') pageOf(machine, 'a')?.unsyncChildren.fill(false);
    },
    trace: 'access u0; write-pte a:u0 f1',
  },
  'synced-pages-write-protected': {
    what: 'shadowing a page does not write-protect it',
    fault: (machine, event) => {
      const page = machine.memory['a.u'];
      if (event.kind === 'access' && page) page.writable = true;
    },
    trace: 'access u0',
  },
  'hardware-entries-backed': {
    what: 'a sync drops an SPTE without a flush',
    fault: (_, event, vcpu) => {
      if (event.kind === 'mov-cr3') vcpu.hardwareTlb = fill(EMPTY_TLB, 0, 'u0', 'f1');
    },
    trace: 'mov-cr3 a',
  },
  'requests-drained-at-entry': {
    what: 'a flush is asked for and the guest runs',
    fault: (_, event, vcpu) => {
      if (event.kind === 'invlpg') vcpu.requests.push('TLB_FLUSH');
    },
    trace: 'invlpg u0',
  },
  'root-matches-cr3': {
    what: 'a hit does not load the hardware CR3',
    fault: (_, event, vcpu) => {
      if (event.kind === 'mov-cr3' && event.space === 'b') vcpu.hardwareCr3 = { page: 'a@wp', pcid: 0 };
    },
    trace: 'mov-cr3 b',
  },
  'cached-roots-distinct': {
    what: 'a load keeps the root that it took out of prev_roots',
    fault: (_, event, vcpu) => {
      if (event.kind === 'mov-cr3') vcpu.prevRoots[0] = vcpu.root;
    },
    trace: 'mov-cr3 a',
  },
  'cached-roots-in-recency-order': {
    what: 'an access turns prev_roots round',
    fault: (_, event, vcpu) => {
      if (event.kind === 'access') vcpu.prevRoots.reverse();
    },
    trace: 'mov-cr3 a pcid=1; mov-cr3 b; access u0',
  },
  'no-obsolete-root-at-entry': {
    what: 'a root is zapped and nobody is told',
    fault: (machine, event, vcpu) => {
      const sp = pageOf(machine, 'a');
      if (event.kind !== 'invlpg' || !sp || !vcpu.root) return;
      machine.shadow['a@wp!'] = { ...sp, obsolete: true };
      vcpu.root = { ...vcpu.root, page: 'a@wp!' };
    },
    trace: 'invlpg u0',
  },
};

/** Searches with one property and a limit that is far beyond every trace here. */
async function firstViolation(engine: Engine, property: string, kernel: KernelName = 'v6.12') {
  const { violations } = await search({
    world: { layout: buildLayout(LAYOUTS.minimal), kernel: KERNELS[kernel], contract: CONTRACTS.kvm },
    engine,
    always: ALWAYS.filter(({ name }) => name === property),
    sometimes: [],
    limits: { maxStates: 2000, reached: async () => null },
  });
  return violations[0];
}

describe('every always property fires in a search over a kernel that breaks it', () => {
  it('has a fault for each property', () => {
    expect(Object.keys(FAULTS).sort()).toEqual(ALWAYS.map(({ name }) => name).sort());
  });

  it.each(Object.entries(FAULTS))('%s', async (property, { fault, trace }) => {
    expect(await firstViolation(inPlaceEngine, property)).toBeUndefined();
    const violation = await firstViolation(faulty(fault), property);
    expect(violation?.trace.map(formatEvent).join('; ')).toBe(trace);
    expect(violation?.message).not.toBe('');
  });

  it.each(['vtlb-within-guest-tlb', 'prev-roots-outside-vtlb'])(
    '%s on v5.13 as it was released',
    async (property) => {
      expect((await firstViolation(inPlaceEngine, property, 'v5.13'))?.property).toBe(property);
    },
  );
});
