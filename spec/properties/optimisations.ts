import type { Event } from '../events/event.ts';
import type { Layout } from '../layouts/layout.ts';
import type { Cr3 } from '../state/registers.ts';
import type { WorkName } from '../state/work.ts';

/**
 * Something that KVM should be spared in a certain case. No safety: a kernel that breaks it is only slow. A
 * kernel keeps it *always* if it does from every reachable state, *sometimes* if from some.
 */
export interface Optimisation {
  readonly name: string;
  readonly doc: string;
  /** Leads from any state into the case; none of these events faults. */
  readonly prepare: (layout: Layout) => readonly Event[];
  /** What the guest does then. */
  readonly measured: (layout: Layout) => readonly Event[];
  /** None of these may be counted while it does. */
  readonly spares: readonly WorkName[];
}

const NO_PCIDS: Event = { kind: 'mov-cr4', cpu: 0, bits: { pcide: false } };

/** What kernels are spared, and `vtlb cost --optimisations` looks for. */
export const OPTIMISATIONS: readonly Optimisation[] = [
  {
    name: 'switches-without-pcids-load-no-root',
    doc: 'with PCIDE=0, switches among as many CR3 values as there are root slots load no root',
    prepare: (layout) => [NO_PCIDS, ...loads(fitting(layout), false)],
    measured: (layout) => thereAndBack(layout, false),
    spares: ['rootLoads'],
  },
  {
    name: 'noflush-switches-cost-an-exit',
    doc: 'with PCIDE=1, NOFLUSH switches among as many CR3 values sync and flush nothing',
    prepare: (layout) => [...withPcids(layout), ...loads(fitting(layout), true)],
    measured: (layout) => thereAndBack(layout, true),
    spares: ['rootLoads', 'pagesSynced', 'hardwareFlushes', 'rootsFreed', 'remoteFlushes'],
  },
  {
    name: 'invpcid-all-keeps-synced-roots',
    doc: 'cached roots that are synced outlive INVPCID all',
    prepare: (layout) => [...withPcids(layout), ...loads(onePcidEach(layout), false)],
    measured: (layout) => [{ kind: 'invpcid', cpu: 0, type: 'all' }, ...loads(onePcidEach(layout), true)],
    spares: ['rootLoads'],
  },
  {
    name: 'pge-toggle-keeps-synced-roots',
    doc: 'cached roots that are synced outlive a change of CR4.PGE',
    prepare: (layout) => [...withPcids(layout), ...loads(onePcidEach(layout), false)],
    measured: (layout) => [
      { kind: 'mov-cr4', cpu: 0, bits: { pge: true } },
      { kind: 'mov-cr4', cpu: 0, bits: { pge: false } },
      ...loads(onePcidEach(layout), true),
    ],
    spares: ['rootLoads'],
  },
];

/** Sets PCIDE, or leaves it set: that needs low bits of 0. */
function withPcids({ spaces }: Layout): Event[] {
  return [
    { kind: 'mov-cr3', cpu: 0, space: spaces[0] as string, low: 0, noflush: false },
    { kind: 'mov-cr4', cpu: 0, bits: { pcide: true } },
  ];
}

/** As many CR3 values as a vCPU has root slots. */
function fitting({ spaces, pcids, bounds }: Layout): Cr3[] {
  const all = spaces.flatMap((space) => pcids.map((low) => ({ space, low })));
  return all.slice(0, bounds.cachedRoots + 1);
}

/** As many again, each with a PCID that no other has: a flush of one then leaves the others. */
function onePcidEach({ spaces, pcids, bounds }: Layout): Cr3[] {
  const all = pcids.map((low) => ({ space: spaces[low % spaces.length] as string, low }));
  return all.slice(0, bounds.cachedRoots + 1);
}

/** Every value twice, in one order and in the other. */
function thereAndBack(layout: Layout, noflush: boolean): Event[] {
  const values = fitting(layout);
  return loads([...values, ...values.toReversed()], noflush);
}

function loads(values: readonly Cr3[], noflush: boolean): Event[] {
  return values.map((cr3) => ({ kind: 'mov-cr3', cpu: 0, ...cr3, noflush }));
}
