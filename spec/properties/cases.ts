import type { KvmVcpu } from '../state/vcpu.ts';
import { sameSlot } from '../state/vcpu.ts';
import { walk } from '../state/walk.ts';
import { cameFromPrevRoots } from './prev-roots-outside-vtlb.ts';
import type { Property, Rule, SeenStep } from './property.ts';
import { contextAt, holderOf } from './vtlb.ts';

/** What is said where a case arises. */
const AROSE = 'arose';

function inStep(arises: (step: SeenStep) => boolean): Rule {
  return { on: 'step', wrong: (_, step) => (arises(step) ? AROSE : null) };
}

function ends({ before, event, after }: SeenStep): [before: KvmVcpu, after: KvmVcpu] {
  return [before.vcpus[event.cpu] as KvmVcpu, after.vcpus[event.cpu] as KvmVcpu];
}

/** Events by which a shadow page that is a root may be zapped. */
const ZAPPING: readonly string[] = ['host', 'zap-during', 'write-dir'];

/**
 * The case that each *always* property is about, without which it holds vacuously: of the same name. Properties that
 * speak of every state have none.
 */
export const CASES: readonly Property[] = [
  {
    name: 'vtlb-within-guest-tlb',
    doc: 'the vTLB holds what the guest tables no longer say',
    rules: [
      {
        on: 'entry',
        each: 'root slot',
        wrong: (world, machine, { cpu, slot }, held) => {
          const context = contextAt(machine.vcpus[cpu] as KvmVcpu, slot);
          if (context === null || holderOf(world, machine, context, held) === null) return null;
          const path = world.layout.paths[held.page] as readonly number[];
          return walk(machine.memory, context.cr3.space, path) === held.frame ? null : AROSE;
        },
      },
    ],
  },
  {
    name: 'prev-roots-outside-vtlb',
    doc: 'a root comes out of prev_roots while PCIDE=0',
    rules: [inStep((step) => cameFromPrevRoots(step) !== null)],
  },
  {
    name: 'synced-pages-agree',
    doc: 'a synced shadow page has a present entry',
    rules: [
      {
        on: 'state',
        each: 'shadow page',
        wrong: (_, machine, id) => {
          const sp = machine.shadow[id];
          return sp && !sp.unsync && sp.entries.some((entry) => entry !== null) ? AROSE : null;
        },
      },
    ],
  },
  {
    name: 'unsync-marked-upwards',
    doc: 'a linked page is unsync',
    rules: [
      {
        on: 'state',
        each: 'shadow page',
        wrong: (_, machine, id) => {
          const sp = machine.shadow[id];
          if (sp === undefined || sp.level === 1) return null;
          return sp.entries.some((entry) => entry !== null && machine.shadow[entry]?.unsync) ? AROSE : null;
        },
      },
    ],
  },
  {
    name: 'synced-pages-write-protected',
    doc: 'a page that was unsync is synced',
    rules: [
      inStep(({ before, after }) =>
        Object.entries(before.shadow).some(([id, sp]) => sp.unsync && after.shadow[id]?.unsync === false),
      ),
    ],
  },
  {
    name: 'hardware-entries-backed',
    doc: 'a sync or an invalidation drops an SPTE',
    rules: [
      inStep(({ before, after }) =>
        Object.entries(before.shadow).some(
          ([id, sp]) =>
            sp.level === 1 &&
            sp.entries.some((entry, i) => entry !== null && after.shadow[id]?.entries[i] === null),
        ),
      ),
    ],
  },
  {
    name: 'root-matches-cr3',
    doc: 'the current root changes',
    rules: [
      inStep((step) => {
        const [before, after] = ends(step);
        return after !== before && !sameSlot(before.mmu.root, after.mmu.root);
      }),
    ],
  },
  {
    name: 'cached-roots-distinct',
    doc: 'two roots are cached',
    rules: [
      {
        on: 'state',
        each: 'vcpu',
        wrong: (_, machine, cpu) => {
          const { prevRoots } = (machine.vcpus[cpu] as KvmVcpu).mmu;
          return prevRoots.filter((root) => root !== null).length > 1 ? AROSE : null;
        },
      },
    ],
  },
  {
    name: 'cached-roots-in-recency-order',
    doc: 'prev_roots changes',
    rules: [
      inStep((step) => {
        const [before, after] = ends(step);
        if (after === before) return false;
        return !after.mmu.prevRoots.every((root, slot) => sameSlot(root, before.mmu.prevRoots[slot] ?? null));
      }),
    ],
  },
  {
    name: 'no-obsolete-root-at-entry',
    doc: 'a root is zapped',
    rules: [
      inStep(
        ({ event, exit: { requests } }) =>
          ZAPPING.includes(event.kind) &&
          (requests.includes('MMU_FREE_OBSOLETE_ROOTS') || requests.includes('MMU_RELOAD')),
      ),
    ],
  },
];
