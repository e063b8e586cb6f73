import type { Machine, World } from '../state/machine.ts';
import type { Vcpu } from '../state/vcpu.ts';
import { walk } from '../state/walk.ts';
import type { Sometimes, Step } from './property.ts';
import { cachedRoots, isAllowed, translationsOf } from './vtlb.ts';

const actor = (machine: Machine, { event }: Step) => machine.vcpus[event.cpu] as Vcpu;

function setsPcide(step: Step): boolean {
  return !actor(step.before, step).cr4.pcide && actor(step.after, step).cr4.pcide;
}

/** Whether the vCPU that acts has a cached root whose walk gives what the guest's TLB could not hold. */
function hasStaleCachedRoot(world: World, step: Step): boolean {
  return cachedRoots(actor(step.after, step)).some((context) =>
    translationsOf(world, step.after, step.event.cpu, context).some(
      (translation) => translation.holder !== 'hardware TLB' && !isAllowed(world, step.after, translation),
    ),
  );
}

/** Whether an entry of the guest's TLB that its tables no longer give is there before and after. */
function staleEntryLivesOn({ layout }: World, step: Step): boolean {
  const { guestTlb, cr3 } = actor(step.before, step);
  return guestTlb.some(
    (entry) =>
      walk(step.after.memory, cr3.space, layout.paths[entry.page] as readonly number[]) !== entry.frame &&
      actor(step.after, step).guestTlb.includes(entry),
  );
}

/** The *sometimes* properties: each must have a witness in a kernel that caches roots without PCIDs. */
export const SOMETIMES = [
  {
    name: 'stale-cached-root-while-pcide-clear',
    doc: 'a cached root is stale while PCIDE=0',
    witnessedBy: (world, step) => !actor(step.after, step).cr4.pcide && hasStaleCachedRoot(world, step),
  },
  {
    name: 'cached-root-reused-while-pcide-clear',
    doc: 'a MOV CR3 with PCIDE=0 finds its root in prev_roots',
    witnessedBy: (_, step) =>
      !actor(step.before, step).cr4.pcide &&
      (step.event.kind === 'mov-cr3' || step.event.kind === 'mov-cr3-twice') &&
      step.exit.requests.includes('LOAD_MMU_PGD'),
  },
  {
    name: 'cached-root-kept-by-a-flush-while-pcide-clear',
    doc: 'a flush of PCID 0 with PCIDE=0 leaves a cached root in place',
    witnessedBy: (_, step) =>
      !actor(step.before, step).cr4.pcide &&
      (step.event.kind === 'mov-cr3' || (step.event.kind === 'invpcid' && step.event.type === 'single')) &&
      step.exit.outcome === 'ok' &&
      actor(step.after, step).prevRoots.some((root) => root !== null),
  },
  {
    name: 'cached-root-reused-while-pcide-set',
    doc: 'a NOFLUSH MOV CR3 with PCIDE=1 finds its root in prev_roots',
    witnessedBy: (_, step) =>
      step.event.kind === 'mov-cr3' && step.event.noflush && step.exit.requests.includes('LOAD_MMU_PGD'),
  },
  {
    name: 'stale-entry-lives-across-pcide-set',
    doc: 'a translation that the guest has changed since, and not flushed, may still be used after PCIDE 0->1',
    witnessedBy: (world, step) => setsPcide(step) && staleEntryLivesOn(world, step),
  },
] as const satisfies readonly Sometimes[];

/** The case that a search must have reached. */
export type SometimesName = (typeof SOMETIMES)[number]['name'];
