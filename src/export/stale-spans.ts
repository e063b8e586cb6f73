import type { Translation } from '../../spec/properties/vtlb.ts';
import { formatCr3 } from '../../spec/state/registers.ts';
import { staleByHolder } from '../replay/stale.ts';
import type { TraceRun } from './trace-run.ts';

/** A translation that is stale over a stretch of a trace. */
export interface StaleSpan {
  readonly translation: Translation;
  /** The first step after which it is stale; 0 is the start. */
  readonly from: number;
  /** The last such step. */
  readonly to: number;
}

/**
 * Every stale translation of a trace, in the order in which they went stale. A root that moves from one slot to
 * another keeps its translations.
 */
export function staleSpans({ world, replay }: TraceRun): StaleSpan[] {
  const spans: StaleSpan[] = [];
  let open = new Map<string, StaleSpan>();
  for (const [step, machine] of [replay.start, ...replay.steps.map(({ after }) => after)].entries()) {
    const still = new Map<string, StaleSpan>();
    for (const translation of staleByHolder(world, machine)) {
      const name = nameOf(translation);
      still.set(name, { translation, from: open.get(name)?.from ?? step, to: step });
    }
    spans.push(...[...open].filter(([name]) => !still.has(name)).map(([, span]) => span));
    open = still;
  }
  return [...spans, ...open.values()].sort((one, other) => one.from - other.from);
}

function nameOf({ cpu, holder, cr3, page, frame }: Translation): string {
  const keeper = holder === 'hardware TLB' ? holder : 'root';
  return [cpu, keeper, formatCr3(cr3), page, frame].join(' ');
}
