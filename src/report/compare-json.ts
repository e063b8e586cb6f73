import type { Comparison, Shown } from '../compare/compare.ts';
import { formatEvent } from '../trace/print.ts';
import { differenceKind } from './compare.ts';
import { differences, type NamedKernel } from './kernels.ts';

/** What `compare --json` prints. */
export function compareJson(
  a: NamedKernel,
  b: NamedKernel,
  contract: string,
  comparisons: readonly Comparison[],
  seconds: number,
) {
  return {
    a: a.name,
    b: b.name,
    contract,
    decisions: differences(a, b).map((decision) => ({
      decision,
      a: a.kernel[decision],
      b: b.kernel[decision],
    })),
    overridden: { a: a.overridden, b: b.overridden },
    architecture: { a: a.architecture, b: b.architecture },
    layouts: comparisons.map(comparisonJson),
    seconds: Number(seconds.toFixed(3)),
  };
}

function comparisonJson(comparison: Comparison) {
  const { layout, bounds, visible, cost, pairs, transitions, complete } = comparison;
  const told = visible ?? cost;
  return {
    layout,
    bounds,
    difference: differenceKind(comparison),
    trace: told === null ? null : told.trace.map(formatEvent),
    a: told && shownJson(told.a),
    b: told && shownJson(told.b),
    pairs,
    transitions,
    complete,
  };
}

function shownJson({ outcome, sees, work, verdict }: Shown) {
  return { outcome, sees, work, verdict };
}
