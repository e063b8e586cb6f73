import type { World } from '../../spec/world/world.ts';
import type { CheckResult } from '../../src/check/result.ts';
import { type Checked, checked, type Plan } from './checked.ts';
import { type Configuration, guestOf, worldOf } from './configuration.ts';
import { type Counted, countAll, countInOrder, isInOrder } from './counted.ts';
import { difference } from './difference.ts';
import { foundDifferences, traceDifferences } from './found.ts';
import { bookkeepingOf } from './plain-counts.ts';
import { type Plain, plainSearch } from './plain-search.ts';

/** What came of a comparison. */
export interface Compared {
  readonly plain: Plain;
  /** How the checker searched; null if it failed. */
  readonly plan: Plan;
  readonly result: CheckResult | null;
  /** How often it was stopped and resumed. */
  readonly resumed: number;
  /**
   * What could be compared: `holds` and `violated`, whole verdicts; `prefix`, the first states to the unit; `levels`,
   * what so many events lead to; `nothing`.
   */
  readonly how: 'holds' | 'violated' | 'prefix' | 'levels' | 'nothing';
  /** What was counted both ways. */
  readonly counted: readonly Counted['what'][];
  /** What differs, in words. */
  readonly differences: readonly string[];
}

/** Where the plain search finds too many states, the checker may find so many times as many. */
const MORE = 5;
/** The share of the states, in percent, with which threads take over. */
const HAND_OVER = 20;

/** Searches a configuration both ways. */
export async function compare(configuration: Configuration): Promise<Compared> {
  const { plainStates } = configuration;
  const world = worldOf(configuration);
  const guest = guestOf(configuration);
  const plain = plainSearch(world, guest, plainStates);
  const isPrefix = plain.outcome === 'states' && configuration.tlbs === 'whole' && !configuration.symmetry;
  const limit = isPrefix ? plainStates : MORE * plainStates;
  const plan = planOf(configuration, plain, plain.outcome === 'states' ? limit : null);
  let ran: Checked;
  try {
    ran = await checked(configuration, plan);
  } catch (error) {
    const why = `the checker fails: ${(error as Error).message}`;
    return { plain, plan, result: null, resumed: 0, how: 'nothing', counted: [], differences: [why] };
  }
  const { result } = ran;
  const how = howOf(plain, result, isPrefix);
  if (how === 'nothing') return { plain, plan, ...ran, how, counted: [], differences: [] };
  const counted = countedBoth(world, plain, result, how);
  const differences = [
    ...(how === 'levels' ? [] : endDifferences(plain, result)),
    ...foundDifferences(plain, result, isInOrder(result) && how !== 'levels'),
    ...traceDifferences(world, guest, result),
    ...counted.flatMap(({ differences: ofCount }) => ofCount),
    ...(how === 'holds' ? decisionDifferences(plain, result) : []),
  ];
  return { plain, plan, ...ran, how, counted: counted.map(({ what }) => what), differences };
}

/** With how many states to stop, and to let threads take over; of those that the checker tells apart. */
function planOf({ stops, tlbs }: Configuration, plain: Plain, maxStates: number | null): Plan {
  const apart = () => new Set([...plain.states.keys()].map((text) => bookkeepingOf(text, 'no TLBs')));
  const states = tlbs === 'whole' ? plain.states.size : apart().size;
  const share = (percent: number) => Math.floor((states * percent) / 100);
  return {
    maxStates,
    stops: stops.map((percent) => Math.max(1, share(percent))),
    handOver: Math.max(2, share(HAND_OVER)),
  };
}

function howOf(plain: Plain, result: CheckResult, isPrefix: boolean): Compared['how'] {
  if (plain.outcome === 'complete') return 'holds';
  if (plain.outcome === 'ended') return 'violated';
  if (isPrefix) return 'prefix';
  return result.stoppedBy === null ? 'levels' : 'nothing';
}

function countedBoth(
  world: World,
  plain: Plain,
  result: CheckResult,
  how: Compared['how'],
): readonly Counted[] {
  if (how === 'levels') return [];
  if (isInOrder(result)) return countInOrder(world, plain, result);
  return how === 'holds' ? countAll(world, plain, result) : [];
}

/** Whether both saw all, or came to a limit of states. */
function endDifferences({ outcome }: Plain, { complete, stoppedBy }: CheckResult): string[] {
  const expected = { complete: outcome === 'complete', stoppedBy: outcome === 'states' ? 'states' : null };
  return difference('end', expected, { complete, stoppedBy });
}

function decisionDifferences({ consulted }: Plain, { coverage }: CheckResult): string[] {
  const theirs = [...(coverage.decisions?.reached ?? [])].sort();
  return difference('decisions asked for', [...consulted].sort(), theirs);
}
