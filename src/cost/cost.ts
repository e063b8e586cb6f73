import type { Work } from '../../spec/state/work.ts';
import type { OverriddenKernel } from '../../spec/world/world.ts';
import { measure } from './measure.ts';
import type { Workload } from './workload.ts';

/** A kernel whose costs are counted, by a name of its own. */
export interface CostedKernel {
  readonly name: string;
  readonly kernel: OverriddenKernel;
}

/** What so many events of a workload cost on a kernel, in all. */
export interface Cost extends Readonly<Work> {
  readonly kernel: string;
  readonly workload: string;
  readonly events: number;
}

/** Workloads one behind the other that cost the same on every kernel, event for event. */
export interface CostGroup {
  readonly workloads: readonly Workload[];
  /** Of the first workload, a kernel each. */
  readonly costs: readonly Cost[];
}

/** The cost of so many events of a workload on a kernel. */
export function costOf({ name, kernel }: CostedKernel, workload: Workload, events: number): Cost {
  return { kernel: name, workload: workload.name, events, ...measure(kernel, workload, events) };
}

/** Puts together workloads that cost the same as the one before. */
export function groupCosts(workloads: readonly Workload[], costs: readonly Cost[]): CostGroup[] {
  const groups: { workloads: Workload[]; costs: Cost[] }[] = [];
  for (const workload of workloads) {
    const own = costs.filter((cost) => cost.workload === workload.name);
    const last = groups.at(-1);
    if (last !== undefined && workload.series === last.workloads[0]?.series && sameCosts(own, last.costs))
      last.workloads.push(workload);
    else groups.push({ workloads: [workload], costs: own });
  }
  return groups;
}

function sameCosts(some: readonly Cost[], others: readonly Cost[]): boolean {
  const text = (costs: readonly Cost[]) => JSON.stringify(costs.map((cost) => ({ ...cost, workload: '' })));
  return text(some) === text(others);
}
