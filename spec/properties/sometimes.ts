import type { KvmMachine } from '../state/machine.ts';
import { pcidOf } from '../state/registers.ts';
import { type KvmVcpu, vpidInUse } from '../state/vcpu.ts';
import { walk } from '../state/walk.ts';
import type { Property, SeenStep, StepRule } from './property.ts';
import { cachedRootAt, isAllowed, shadowWalk } from './vtlb.ts';

const actor = (machine: KvmMachine, cpu: number) => machine.vcpus[cpu] as KvmVcpu;

/** A rule that is witnessed, not broken, by some steps. */
function ofSteps(words: string, witnessed: (step: SeenStep) => boolean): StepRule {
  return { on: 'step', wrong: (_, step) => (witnessed(step) ? words : null) };
}

function wasPcideClear({ before, event }: SeenStep): boolean {
  return !actor(before, event.cpu).guest.cr4.pcide;
}

function setsPcide(step: SeenStep): boolean {
  if (step.event.kind !== 'mov-cr4') return false;
  return wasPcideClear(step) && actor(step.after, step.event.cpu).guest.cr4.pcide;
}

/** The *sometimes* properties: each must have a witness in a kernel that caches roots without PCIDs. */
export const SOMETIMES = [
  {
    name: 'stale-cached-root-while-pcide-clear',
    doc: 'a cached root is stale while PCIDE=0',
    rules: [
      {
        on: 'entry',
        each: 'root slot',
        wrong: (world, machine, { cpu, slot }, held) => {
          const vcpu = actor(machine, cpu);
          if (vcpu.guest.cr4.pcide) return null;
          const cached = cachedRootAt(vcpu, slot);
          if (cached === null || pcidOf(vcpu.guest.cr4, cached.cr3) !== held.pcid) return null;
          if (shadowWalk(world, machine, cached, held.page) !== held.frame) return null;
          return isAllowed(world, machine, cached, held) ? null : `${cached.holder} is stale`;
        },
      },
    ],
  },
  {
    name: 'cached-root-reused-while-pcide-clear',
    doc: 'a MOV CR3 with PCIDE=0 finds its root in prev_roots',
    rules: [
      ofSteps(
        'a cached root is reused',
        (step) =>
          (step.event.kind === 'mov-cr3' || step.event.kind === 'mov-cr3-twice') &&
          step.exit.requests.includes('LOAD_MMU_PGD') &&
          wasPcideClear(step),
      ),
    ],
  },
  {
    name: 'cached-root-kept-by-a-flush-while-pcide-clear',
    doc: 'a flush of PCID 0 with PCIDE=0 leaves a cached root in place',
    rules: [
      ofSteps(
        'a cached root is kept',
        (step) =>
          (step.event.kind === 'mov-cr3' ||
            (step.event.kind === 'invpcid' && step.event.type === 'single')) &&
          wasPcideClear(step) &&
          actor(step.after, step.event.cpu).mmu.prevRoots.some((root) => root !== null),
      ),
    ],
  },
  {
    name: 'cached-root-reused-while-pcide-set',
    doc: 'a NOFLUSH MOV CR3 with PCIDE=1 finds its root in prev_roots',
    rules: [
      ofSteps(
        'a cached root is reused',
        (step) =>
          step.event.kind === 'mov-cr3' &&
          step.event.noflush === true &&
          step.exit.requests.includes('LOAD_MMU_PGD'),
      ),
    ],
  },
  {
    name: 'stale-entry-lives-across-pcide-set',
    doc: 'a translation that the guest has changed since, and not flushed, may still be used after PCIDE 0->1',
    rules: [
      {
        on: 'step entry',
        wrong: ({ layout }, step, { page, frame, by }) => {
          if (!setsPcide(step)) return null;
          const { guest } = actor(step.before, step.event.cpu);
          const held = by[vpidInUse(guest)];
          if (!held.guest && !held.global) return null;
          const path = layout.paths[page] as readonly number[];
          return walk(step.after.memory, guest.cr3.space, path) === frame
            ? null
            : `${page}=${frame} lives on`;
        },
      },
    ],
  },
] as const satisfies readonly Property[];

/** The case that a search must have reached. */
export type SometimesName = (typeof SOMETIMES)[number]['name'];
