import { CONTRACTS } from '../../spec/contracts/named.ts';
import type { DecisionName, Kernel } from '../../spec/kernels/decisions.ts';
import { buildLayout } from '../../spec/layouts/build.ts';
import { LAYOUTS } from '../../spec/layouts/named.ts';
import { defaultLimits, makeLimits } from '../checker/limits.ts';
import { compareOn } from '../compare/compare.ts';
import type { ComparedLayout } from '../compare/layouts.ts';
import type { Course } from './walks.ts';

/** Layouts that are small, and for all of whose events the driver has words. */
const SEARCHED: readonly ComparedLayout[] = [
  { layout: 'minimal', bounds: {} },
  { layout: 'kernel', bounds: { userPages: 0 } },
  { layout: 'shared', bounds: { pcids: 1 } },
  { layout: 'roles', bounds: { spaces: 1 } },
  { layout: 'smp', bounds: { pcids: 1 } },
];
const MAX_PAIRS = 5_000;

/**
 * Shortest traces on which a record and the same with another value of a decision differ, in what the guest may see or
 * in what a step costs: for each value on each layout one, if there is one among the first pairs of states.
 */
export async function tracesApart(
  record: Kernel,
  values: Readonly<Partial<Record<DecisionName, readonly string[]>>>,
): Promise<{ readonly traces: readonly Course[]; readonly layouts: readonly string[] }> {
  const traces: Course[] = [];
  const others = Object.entries(values).flatMap(([name, each]) =>
    each.map((value): Kernel => ({ ...record, [name]: value })),
  );
  for (const other of others)
    for (const scope of SEARCHED) {
      const limits = makeLimits({ ...defaultLimits(), maxStates: MAX_PAIRS }, new AbortController().signal);
      const { visible, cost } = await compareOn(
        scope,
        CONTRACTS.kvm,
        { kernel: record },
        { kernel: other },
        { limits },
      );
      const layout = buildLayout(LAYOUTS[scope.layout], scope.bounds);
      for (const found of [visible, cost]) if (found !== null) traces.push({ layout, events: found.trace });
    }
  return { traces, layouts: SEARCHED.map(({ layout }) => layout) };
}
