import { definitionOf } from '../../spec/define/kernel.ts';
import type { Event } from '../../spec/events/event.ts';
import { enumerateEvents, everyEvent, leftOutOf } from '../../spec/layouts/alphabet.ts';
import { type Alphabet, type Layout, LETTERS } from '../../spec/layouts/layout.ts';
import type { Adapter } from './adapter.ts';
import { type Exhausted, everySequence, everyState } from './exhaustive.ts';
import { type LockstepOptions, worldFrom } from './options.ts';
import { exactly, type Oracle, soundly } from './oracle.ts';
import { sample } from './random.ts';
import type { LockstepReport } from './report.ts';
import { Subject } from './subject.ts';

/** Caches no root and flushes everything: as good as any to say what the architecture asks. */
const ANY_KERNEL = 'naive';

/**
 * Runs an implementation beside the specification: every sequence of events up to `depth`, then random ones.
 * It ends at the first disagreement. The specification keeps no paging-structure caches: an implementation that
 * uses an upper entry after the guest has changed it is told apart, although a processor might do so.
 *
 * @throws Error for options that name nothing, and for an implementation that `reset` does not lead back to one
 *   start
 */
export async function lockstep(adapter: Adapter, options: LockstepOptions = {}): Promise<LockstepReport> {
  const { runs = 1000, length = 40, seed = 1, depth = 0 } = options;
  checkEffort({ runs, length, seed, depth });
  const world = worldFrom(options, ANY_KERNEL);
  const oracle = options.kernel === undefined ? soundly(world) : exactly(world);
  const subject = new Subject(adapter, oracle);
  const { events, leftOut } = tried(world.layout, options.only);
  const exhausted = depth > 0 ? await exhaust(adapter, subject, oracle, events, depth) : null;
  const sampled =
    runs > 0 && !exhausted?.failure ? await sample(subject, events, { runs, length, seed }) : null;
  return {
    kernel: nameOf(options),
    contract: world.contract.name,
    layout: world.layout.name,
    bounds: world.layout.bounds,
    leftOut,
    exhaustive: exhausted?.run ?? null,
    random: sampled?.run ?? null,
    events: subject.events,
    failure: exhausted?.failure ?? sampled?.failure ?? null,
  };
}

/** @throws Error for a number that says nothing, or if nothing would be tried */
function checkEffort(effort: Readonly<Record<'runs' | 'length' | 'seed' | 'depth', number>>): void {
  const { runs, depth } = effort;
  for (const [name, value] of Object.entries(effort)) {
    const least = name === 'length' ? 1 : 0;
    const isWhole = Number.isSafeInteger(value) || (name === 'depth' && value === Number.POSITIVE_INFINITY);
    if (name !== 'seed' ? !isWhole || value < least : !Number.isSafeInteger(value))
      throw new Error(
        `${name} ${value}: expected a whole number${name === 'seed' ? '' : ` from ${least} up`}`,
      );
  }
  if (runs === 0 && depth === 0) throw new Error('runs 0, depth 0: expected something to try');
}

function exhaust(
  adapter: Adapter,
  subject: Subject,
  oracle: Oracle,
  events: readonly Event[],
  depth: number,
): Promise<Exhausted> {
  if (adapter.state !== undefined) return everyState(subject, oracle, events, depth);
  if (!Number.isFinite(depth)) throw new Error('depth Infinity: expected an adapter that gives its state');
  return everySequence(subject, oracle, events, depth);
}

/** What both ways of testing try: the events that a search of the layout tries, or those asked for. */
function tried(layout: Layout, only: LockstepOptions['only']): Pick<Layout, 'events' | 'leftOut'> {
  if (only === undefined) return layout;
  const events = everyEvent(layout).filter(only);
  if (events.length === 0)
    throw new Error(`only: expected a function that takes some event of layout ${layout.name}`);
  const isTried = (letter: Alphabet) => enumerateEvents(layout, [letter]).some(only);
  return { events, leftOut: leftOutOf(layout, LETTERS.filter(isTried)) };
}

function nameOf({ kernel }: LockstepOptions): string | null {
  if (kernel === undefined) return null;
  if (typeof kernel === 'string') return kernel;
  return `${definitionOf(kernel)?.base ?? 'one'}, changed`;
}
