import type { Layout } from '../../spec/layouts/layout.ts';
import type { Machine } from '../../spec/state/machine.ts';
import type { Vcpu } from '../../spec/state/vcpu.ts';
import { type Accounts, walkFields } from './account.ts';
import { tablesInOrder } from './keys.ts';
import type { Change } from './picture.ts';
import { memoryChanges, type PageChange, shadowChanges, writableChanges } from './table-changes.ts';
import { vcpuChanges } from './vcpu-changes.ts';

/**
 * What differs between two machines of one layout, in short words: the vCPUs from the registers down, then the page
 * tables with their shadows. Every field of the state has its account, so that no difference is without a word.
 */
export function changesBetween(layout: Layout, before: Machine, after: Machine): Change[] {
  const order = tablesInOrder(after);
  const changes = walkFields(MACHINE, before, after, layout) as (Change & Partial<PageChange>)[];
  const rank = ({ page }: Partial<PageChange>) => (page === undefined ? -1 : order.indexOf(page));
  return changes.sort((one, other) => rank(one) - rank(other)).map(({ keys, text }) => ({ keys, text }));
}

const MACHINE: Accounts<Machine, Layout> = {
  vcpus: (before, after) =>
    after.flatMap((vcpu, cpu) =>
      vcpuChanges(before[cpu] as Vcpu, vcpu, cpu).map(({ keys, text }) => ({
        keys,
        text: after.length > 1 ? `cpu ${cpu}: ${text}` : text,
      })),
    ),
  memory: (before, after, layout) => memoryChanges(layout, before, after),
  writable: (before, after) => writableChanges(before, after),
  shadow: (before, after, layout) => shadowChanges(layout, before, after),
  // What a step cost is no part of the state.
  work: () => [],
};
