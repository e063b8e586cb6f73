import type { Guest } from '../../spec/guests/guest.ts';
import { ALWAYS } from '../../spec/properties/always.ts';
import { SOMETIMES } from '../../spec/properties/sometimes.ts';
import { SAFETY } from '../../spec/properties/vtlb-within-guest-tlb.ts';
import type { World } from '../../spec/world/world.ts';
import type { CheckResult } from '../../src/check/result.ts';
import { formatEvent } from '../../src/trace/print.ts';
import { difference } from './difference.ts';
import { GUEST_JUDGES } from './plain-guest.ts';
import { type Plain, plainReplay } from './plain-search.ts';

/** What both searches look for; a guest's witnesses are left to the checker alone. */
const COMPARED = new Set([...ALWAYS, ...SOMETIMES, ...GUEST_JUDGES].map(({ name }) => name));

/**
 * Compares what was found, and in how many events. Where the two come upon states in different orders and one came to
 * an end, only what fewer events lead to must be the same; and safety, which is the end.
 */
export function foundDifferences(plain: Plain, result: CheckResult, inOrder: boolean): string[] {
  const theirs = new Map([
    ...result.violations.map(({ property, trace }) => [property, trace.length] as const),
    ...[...result.witnesses].map(([name, trace]) => [name, trace.length] as const),
  ]);
  const isEnd = (name: string) => plain.outcome === 'ended' && name === SAFETY;
  const told = (found: ReadonlyMap<string, number>) =>
    [...found]
      .filter(([name]) => COMPARED.has(name))
      .filter(([name, length]) => inOrder || length <= plain.levels || isEnd(name))
      .map(([name, length]) => `${name} in ${length}`)
      .sort()
      .join(', ');
  return difference('goals', told(plain.found), told(theirs));
}

/** What the spec does not show at the end of a trace that is to break a property. */
export function traceDifferences(
  world: World,
  guest: Guest<unknown> | null,
  { violations }: CheckResult,
): string[] {
  return violations.flatMap(({ property, trace }) => {
    const shown = plainReplay(world, guest, trace);
    if (shown?.includes(property)) return [];
    const why = shown === null ? 'is refused' : `shows ${shown}`;
    return [`the trace to ${property} ${why}: ${trace.map(formatEvent).join('; ')}`];
  });
}
