import type { World } from '../../spec/world/world.ts';
import type { CheckResult } from '../../src/check/result.ts';
import { formatEvent } from '../../src/trace/print.ts';
import { difference } from './difference.ts';
import { type Bookkeeping, bookkeepingOf, type Counts, countFacts, countsOf } from './plain-counts.ts';
import type { Plain } from './plain-search.ts';
import { canonicalText } from './plain-symmetry.ts';

/** What was counted both ways, with what differs. */
export interface Counted {
  readonly what: 'states' | 'facts' | 'orbits';
  readonly differences: readonly string[];
}

/** Whether the checker comes upon the same states in the same order as the plain search. */
export function isInOrder({ tlbs, symmetry }: CheckResult): boolean {
  return tlbs === 'whole' && !symmetry;
}

/** Counts in the order of the plain search, which may have come to an end or not. */
export function countInOrder(world: World, plain: Plain, result: CheckResult): Counted[] {
  const counts = countsOf(plain, world.layout.events.length, (text) => text);
  return [{ what: 'states', differences: countDifferences(world, counts, result) }];
}

/** Counts all that there is, where the search tells states apart in a way of its own. */
export function countAll(world: World, plain: Plain, result: CheckResult): Counted[] {
  const kept: readonly Kept[] = result.tlbs === 'whole' ? ['TLBs'] : ['no TLBs', 'loaded'];
  const ways = kept.map((keeps) => countOneWay(world, plain, result, keeps));
  const isSame = (way: readonly Counted[]) => way.every(({ differences }) => differences.length === 0);
  // Where CR3 values that were loaded are facts is the search's own affair.
  return ways.find(isSame) ?? ways[0] ?? [];
}

/** What a search tells states apart by. */
type Kept = Bookkeeping | 'TLBs';

function countOneWay(world: World, plain: Plain, result: CheckResult, keeps: Kept): Counted[] {
  const project = (text: string) => (keeps === 'TLBs' ? text : bookkeepingOf(text, keeps));
  const count = (alike: (text: string) => string) => countsOf(plain, world.layout.events.length, alike);
  if (result.symmetry) {
    const canonical = canonicalText(world.layout);
    if (canonical === null) return [];
    const { fired: _, ...counts } = count((text) => canonical(project(text)));
    return [{ what: 'orbits', differences: countDifferences(world, counts, result) }];
  }
  const states: Counted = { what: 'states', differences: countDifferences(world, count(project), result) };
  // Behind a window there may be more frames than a search keeps facts of.
  if (keeps === 'TLBs' || world.layout.window) return [states];
  const facts = difference('facts', countFacts(plain, world, keeps), result.facts);
  return [states, { what: 'facts', differences: facts }];
}

/** @param plain where renamed events count as one, without what each event does */
function countDifferences(
  { layout }: World,
  { fired, ...plain }: Omit<Counts, 'fired'> & Partial<Counts>,
  { states, transitions, depth, coverage }: CheckResult,
): string[] {
  const theirs = layout.events.map((event) => coverage.fired[formatEvent(event)]);
  return [
    ...difference('counts', plain, { states, transitions, depth }),
    ...(fired === undefined ? [] : difference('events carried out', fired, theirs)),
  ];
}
