import { WORK_NAMES, type WorkName } from '../../spec/state/work.ts';
import type { Cost, CostGroup } from '../cost/cost.ts';
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
export function formatCosts(groups: readonly CostGroup[], events: number): string {
  return [`cost per event, over ${events} events of each workload`, ...groups.map(formatGroup)].join('\n\n');
}

function formatGroup({ workloads, costs }: CostGroup): string {
  const width = Math.max(...workloads.map(({ name }) => name.length));
  const headings = workloads.map(({ name, doc }) => `${name.padEnd(width)}  ${doc}`);
  const rows = costs.map((cost) => [[cost.kernel], ...WORK_NAMES.map((name) => [perEvent(cost, name)])]);
  const table = formatTable(['kernel', ...WORK_NAMES.map((name) => WORK_TITLES[name])], rows);
  return [...headings, table.replace(/^/gm, '  ')].join('\n');
}
