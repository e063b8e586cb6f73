import { noWork, WORK_NAMES, type Work } from '../../spec/state/work.ts';
import type { OverriddenKernel } from '../../spec/world/world.ts';
import { measure } from '../cost/measure.ts';
import { WORKLOADS } from '../cost/workloads.ts';

/** Events of each workload: many turns, so that how it begins does not matter. */
export const COST_EVENTS = 20_000;

/**
 * What the counts are worth beside each other where a mutant raises some and lowers others. An exit is the
 * costliest, a whole way to KVM and back. A root load allocates or looks up a shadow page; a remote flush
 * interrupts the other vCPUs; a flush is paid for by the misses that follow. A sync compares a page's entries,
 * and a free drops a reference. The order is what matters here, the numbers are rough.
 */
const WEIGHTS: Readonly<Work> = {
  exits: 5,
  rootLoads: 3,
  remoteFlushes: 3,
  hardwareFlushes: 2,
  pagesSynced: 1,
  rootsFreed: 1,
};

/** What a mutant costs beside the kernel. */
export interface CostComparison {
  /** `same` also where no workload meets the decision. */
  readonly cost: 'cheaper' | 'same' | 'dearer';
  /** The counts that differ: how much more work the mutant does in a thousand events. */
  readonly work: Readonly<Partial<Work>>;
}

/** What all workloads together cost on a kernel. */
export function workOf(kernel: OverriddenKernel): Work {
  const total = noWork();
  for (const workload of WORKLOADS) {
    const work = measure(kernel, workload, COST_EVENTS);
    for (const name of WORK_NAMES) total[name] += work[name];
  }
  return total;
}

/** Cheaper if no count is higher and one lower, dearer the other way round, by the weights if both occur. */
export function compareWork(kernel: Work, mutant: Work): CostComparison {
  const changes = WORK_NAMES.map((name) => ({ name, more: mutant[name] - kernel[name] })).filter(
    ({ more }) => more !== 0,
  );
  const events = COST_EVENTS * WORKLOADS.length;
  return {
    cost: verdictOn(changes),
    work: Object.fromEntries(
      changes.map(({ name, more }) => [name, Number(((more / events) * 1000).toFixed(3))]),
    ),
  };
}

function verdictOn(changes: readonly { name: keyof Work; more: number }[]): CostComparison['cost'] {
  if (changes.every(({ more }) => more === 0)) return 'same';
  if (changes.every(({ more }) => more < 0)) return 'cheaper';
  if (changes.every(({ more }) => more > 0)) return 'dearer';
  const weighted = changes.reduce((sum, { name, more }) => sum + WEIGHTS[name] * more, 0);
  return weighted === 0 ? 'same' : weighted < 0 ? 'cheaper' : 'dearer';
}
