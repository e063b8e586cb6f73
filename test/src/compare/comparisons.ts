import { CONTRACTS } from '../../../spec/contracts/named.ts';
import { defineKernel, type KernelDefinition } from '../../../spec/define/kernel.ts';
import { KERNELS, type KernelName } from '../../../spec/kernels/named.ts';
import type { LayoutName } from '../../../spec/layouts/named.ts';
import { compareOn } from '../../../src/compare/compare.ts';
import { COMPARED_LAYOUTS } from '../../../src/compare/layouts.ts';
import { differenceKind } from '../../../src/report/compare.ts';
import { formatEvent } from '../../../src/trace/print.ts';
import type { Entries } from '../../pins.ts';
import { limits } from '../check/limits.ts';

/** One comparison, on a layout as `COMPARED_LAYOUTS` cuts it down, and exactly what it comes to. */
interface Entry {
  readonly a: KernelName;
  readonly b: KernelName;
  readonly set?: Omit<KernelDefinition, 'base'>;
  readonly layout: LayoutName;
  /** Filled in by the comparison. */
  readonly found?: unknown;
}

async function compare({ a, b, set = {}, layout }: Entry) {
  const compared = COMPARED_LAYOUTS.find((each) => each.layout === layout);
  if (compared === undefined) throw new Error(`layout ${layout} is not compared`);
  const one = { kernel: KERNELS[a] };
  const other = { kernel: defineKernel({ base: b, ...set }) };
  return compareOn(compared, CONTRACTS.kvm, one, other, {
    limits: limits({ maxStates: Number.POSITIVE_INFINITY }),
  });
}

/** What an entry comes to, as `found` has it. */
async function find(entry: Entry) {
  const comparison = await compare(entry);
  const { visible, cost, pairs, transitions, depth, complete } = comparison;
  return {
    difference: differenceKind(comparison),
    pairs,
    transitions,
    depth,
    complete,
    ...(visible !== null && {
      visible: visible.trace.map(formatEvent).join('; '),
      a: `${visible.a.sees.join(' or ')}, ${visible.a.verdict}`,
      b: `${visible.b.sees.join(' or ')}, ${visible.b.verdict}`,
    }),
    ...(cost !== null && {
      cost: cost.trace.map(formatEvent).join('; '),
      costs: [cost.a, cost.b].map(({ work }) => Object.values(work).join(' ')),
    }),
  };
}

function nameOf({ a, b, set = {}, layout }: Entry): string {
  return `${a} and ${b} ${JSON.stringify(set)} on ${layout}`;
}

/** How the comparisons of a manifest are tested. */
export const COMPARISONS: Entries<Entry> = {
  title: 'each comparison finds exactly what the manifest says',
  nameOf,
  find,
};
