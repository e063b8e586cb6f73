import { afterEach, describe, expect, it, vi } from 'vitest';
import { CONTRACTS } from '../../../spec/contracts/named.ts';
import type { Event } from '../../../spec/events/event.ts';
import { KERNELS, type KernelName } from '../../../spec/kernels/named.ts';
import { buildLayout } from '../../../spec/layouts/build.ts';
import { LAYOUTS, type LayoutName } from '../../../spec/layouts/named.ts';
import { ALWAYS } from '../../../spec/properties/always.ts';
import { foundInState, foundInStep } from '../../../spec/properties/judge.ts';
import type { Property } from '../../../spec/properties/property.ts';
import type { Machine } from '../../../spec/state/machine.ts';
import { EMPTY_TLB, fill } from '../../../spec/state/tlb.ts';
import type { Vcpu } from '../../../spec/state/vcpu.ts';
import { initialMachine } from '../../../spec/step/initial.ts';
import { runJob } from '../../../src/check/job.ts';
import { inPlaceEngine } from '../../../src/engine/in-place.ts';
import { PackError } from '../../../src/engine/views/pack.ts';
import { parseTrace } from '../../../src/trace/parse.ts';
import { formatEvent } from '../../../src/trace/print.ts';
import { limits } from './limits.ts';

/** A kernel with a fault in its code: what it does wrong to the machine behind a step. */
type Fault = (machine: Machine, event: Event, vcpu: Vcpu) => void;

/** Gives every kernel a fault, until the end of a test. */
function breakKernels(fault: Fault): void {
  const { step } = inPlaceEngine;
  vi.spyOn(inPlaceEngine, 'step').mockImplementation((world, machine, event) => {
    const stepped = step(world, machine, event);
    if (stepped.exit.outcome === 'ok')
      fault(stepped.machine, event, stepped.machine.vcpus[event.cpu] as Vcpu);
    return stepped;
  });
}

afterEach(() => vi.restoreAllMocks());

const pageOf = (machine: Machine, page: string) => machine.shadow[`${page}@wp`];

/** A fault that breaks a property, and how it shows. */
interface Broken {
  readonly what: string;
  readonly fault: Fault;
  /** The shortest trace on which it shows. */
  readonly trace: string;
  /** `minimal` if it is not said. */
  readonly layout?: LayoutName;
  /** Far beyond every trace here if it is not said. */
  readonly maxStates?: number;
  /** Why no row can hold what is wrong; a search then ends with this error. */
  readonly noPlace?: string;
}

/** A fault for each property. */
const FAULTS: Record<string, Broken> = {
  'vtlb-within-guest-tlb': {
    what: 'INVLPG does not flush the hardware TLB',
    fault: (_, event, vcpu) => {
      if (event.kind === 'invlpg') vcpu.tlbs.vpid01.hardware = fill(EMPTY_TLB, 0, 'u0', 'f2');
    },
    trace: 'invlpg u0',
  },
  'prev-roots-outside-vtlb': {
    what: 'PCIDE 0->1 puts a root back that it has freed',
    fault: (_, event, vcpu) => {
      if (event.kind === 'mov-cr4' && vcpu.guest.cr4.pcide && vcpu.mmu.prevRoots[0] === null)
        vcpu.mmu.prevRoots[0] = vcpu.mmu.root;
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
    noPlace: 'shadow b@wp unsync = 1: this layout has no place for it',
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
      if (event.kind === 'access') machine.writable['a.u'] = true;
    },
    trace: 'access u0',
  },
  'hardware-entries-backed': {
    what: 'a sync drops an SPTE without a flush',
    fault: (_, event, vcpu) => {
      if (event.kind === 'mov-cr3') vcpu.tlbs.vpid01.hardware = fill(EMPTY_TLB, 0, 'u0', 'f1');
    },
    trace: 'mov-cr3 a',
  },
  'requests-drained-at-entry': {
    what: 'a flush is asked for and the guest runs',
    fault: (_, event, vcpu) => {
      if (event.kind === 'invlpg') vcpu.mmu.requests.push('TLB_FLUSH');
    },
    trace: 'invlpg u0',
    noPlace: 'TLB_FLUSH pending',
  },
  'root-matches-cr3': {
    what: 'a hit does not load the hardware CR3',
    fault: (_, event, vcpu) => {
      if (event.kind === 'mov-cr3' && event.space === 'b') vcpu.mmu.hardwareCr3 = { page: 'a@wp', pcid: 0 };
    },
    trace: 'mov-cr3 b',
  },
  'cached-roots-distinct': {
    what: 'a load keeps the root that it took out of prev_roots',
    fault: (_, event, vcpu) => {
      if (event.kind === 'mov-cr3') vcpu.mmu.prevRoots[0] = vcpu.mmu.root;
    },
    trace: 'mov-cr3 a',
  },
  'cached-roots-in-recency-order': {
    what: 'an access turns prev_roots round',
    fault: (_, event, vcpu) => {
      if (event.kind === 'access') vcpu.mmu.prevRoots.reverse();
    },
    trace: 'mov-cr3 a pcid=1; mov-cr3 b; access u0',
  },
  'no-obsolete-root-at-entry': {
    what: 'a root is zapped and nobody is told',
    fault: (machine, event, vcpu) => {
      const sp = pageOf(machine, 'a');
      if (event.kind !== 'invlpg' || !sp || vcpu.mmu.root?.page !== 'a@wp') return;
      machine.shadow['a@wp!'] = { ...sp, entries: [null], obsolete: true };
      vcpu.mmu.root = { ...vcpu.mmu.root, page: 'a@wp!' };
    },
    trace: 'invlpg u0',
    layout: 'smp',
    // The guest fills a zapped page on the next access, and rows have no place for that.
    maxStates: 12,
  },
};

/** Searches as far as a fault says; what breaks. */
async function searchOf(kernel: KernelName, some: Pick<Broken, 'layout' | 'maxStates'> = {}) {
  const { layout = 'minimal', maxStates = 300 } = some;
  const { violations } = await runJob(
    {
      kernel: KERNELS[kernel],
      contract: CONTRACTS.kvm,
      layout: LAYOUTS[layout],
      bounds: {},
      tlbs: 'whole',
      gear: 'in-place',
      flushesOrdered: false,
    },
    { limits: limits({ maxStates }) },
  );
  return violations;
}

/** The names of the properties that break at the last of some events. */
function brokenAfter(trace: string): string[] {
  const layout = buildLayout(LAYOUTS.minimal);
  const world = { layout, kernel: KERNELS['v6.12'], contract: CONTRACTS.kvm };
  let after = initialMachine(world);
  let broken: string[] = [];
  for (const { event } of parseTrace(trace.replaceAll('; ', '\n'), layout)) {
    const before = after;
    const { exit, machine } = inPlaceEngine.step(world, before, event);
    after = machine;
    const step = { before, event, exit, after };
    const isBroken = (property: Property) =>
      foundInState(property, world, after) !== null || foundInStep(property, world, step) !== null;
    broken = ALWAYS.filter(isBroken).map(({ name }) => name);
  }
  return broken;
}

describe('every always property fires in a search over a kernel that breaks it', () => {
  it('has a fault for each property', () => {
    expect(Object.keys(FAULTS).sort()).toEqual(ALWAYS.map(({ name }) => name).sort());
  });

  it('none fires without a fault', async () => {
    expect(await searchOf('v6.12')).toEqual([]);
  });

  const held = Object.entries(FAULTS).filter(([, { noPlace }]) => noPlace === undefined);
  it.each(held)('%s', async (name, broken) => {
    const { fault, trace } = broken;
    breakKernels(fault);
    const violation = (await searchOf('v6.12', broken)).find(({ property }) => property === name);
    expect(violation?.trace.map(formatEvent).join('; ')).toBe(trace);
    expect(violation?.message).not.toBe('');
  });

  const unheld = Object.entries(FAULTS).filter(([, { noPlace }]) => noPlace !== undefined);
  it.each(unheld)(
    '%s, for which rows have no place: a search fails, a replay shows it',
    async (name, broken) => {
      breakKernels(broken.fault);
      await expect(searchOf('v6.12')).rejects.toThrow(new PackError(broken.noPlace));
      expect(brokenAfter(broken.trace)).toContain(name);
    },
  );

  it('two on v5.13 as it was released', async () => {
    expect((await searchOf('v5.13', { maxStates: 2000 })).map(({ property }) => property)).toEqual([
      'vtlb-within-guest-tlb',
      'prev-roots-outside-vtlb',
    ]);
  });
});
