import { OPTIMISATIONS } from '../../spec/properties/optimisations.ts';
import { WORK_NAMES, type WorkName } from '../../spec/state/work.ts';
import type { Cost, CostGroup } from '../cost/cost.ts';
import { type KernelOptimisations, OPTIMISATION_BOUNDS } from '../cost/optimisations.ts';
import { formatTable } from './table.ts';

/** What each count is called. */
export const WORK_TITLES: Readonly<Record<WorkName, string>> = {
  exits: 'exits',
  rootLoads: 'root loads',
  pagesSynced: 'pages synced',
  hardwareFlushes: 'hardware flushes',
  rootsFreed: 'roots freed',
  remoteFlushes: 'remote flushes',
};

/** How much of something an event costs, on an average. */
export function perEvent(cost: Cost, name: WorkName): string {
  return (cost[name] / cost.events).toFixed(3);
}

/** A table for each group of workloads: what an event costs, a kernel a row. */
export function formatCosts(groups: readonly CostGroup[], events: number, width: number): string {
  const told = groups.map((group) => formatGroup(group, width));
  return [`cost per event, over ${events} events of each workload`, ...told].join('\n\n');
}

function formatGroup({ workloads, costs }: CostGroup, width: number): string {
  const longest = Math.max(...workloads.map(({ name }) => name.length));
  const headings = workloads.map(({ name, doc }) => `${name.padEnd(longest)}  ${doc}`);
  const rows = costs.map((cost) => [[cost.kernel], ...WORK_NAMES.map((name) => [perEvent(cost, name)])]);
  const table = formatTable(['kernel', ...WORK_NAMES.map((name) => WORK_TITLES[name])], rows, width - 2);
  return [...headings, table.replace(/^/gm, '  ')].join('\n');
}

/** Which optimisations each kernel keeps. */
export function formatOptimisations(kernels: readonly KernelOptimisations[], width: number): string {
  const { layout, bounds } = OPTIMISATION_BOUNDS;
  const where = Object.entries(bounds).map(([name, value]) => `${name}=${value}`);
  const rows = OPTIMISATIONS.map(({ name }, i) => [
    [name],
    ...kernels.map(({ kept }) => [kept[i]?.verdict ?? '']),
  ]);
  const states = [['states'], ...kernels.map((each) => [String(each.states)])];
  return [
    `kept from every reachable state of layout ${layout} (${where.join(' ')}), what TLBs hold apart`,
    ...OPTIMISATIONS.map(({ name, doc }) => `${name}: ${doc}`),
    formatTable(['', ...kernels.map(({ kernel }) => kernel)], [...rows, states], width - 2).replace(
      /^/gm,
      '  ',
    ),
  ].join('\n');
}
