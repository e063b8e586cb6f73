import type { World } from '../../../spec/world/world.ts';
import { stateKey } from '../../engine/state-key.ts';
import { changesBetween } from '../../picture/changes.ts';
import type { Replay, ReplayStep } from '../../replay/replay.ts';

/** A step at which two kernels that are given the same events differ as they did not before. */
export interface Divergence {
  /** 0 for the start. */
  readonly step: number;
  /** What the guest itself sees differ: a fault, or what an access may read. */
  readonly seen: readonly string[];
  /** What differs inside KVM and in the TLBs, and did not at the step before; the first kernel's before the arrow. */
  readonly inside: readonly string[];
}

/** Every such step, in order. */
export function divergences(
  [one, other]: readonly [Replay, Replay],
  [{ layout }]: readonly [World, World],
): Divergence[] {
  let known = new Set<string>();
  const found = [null, ...one.steps].map((step, at): Divergence => {
    const twin = step === null ? null : (other.steps[at - 1] as ReplayStep);
    const [here, there] = [step?.after ?? one.start, twin?.after ?? other.start];
    const now = [
      ...differs('requests', step?.exit.requests, twin?.exit.requests),
      ...(stateKey(here) === stateKey(there)
        ? []
        : changesBetween(layout, here, there).map(({ text }) => text)),
    ];
    const inside = now.filter((text) => !known.has(text));
    known = new Set(now);
    const seen = [
      ...differs('outcome', step && [step.outcome], twin && [twin.outcome]),
      ...differs('reads', step?.exit.sees, twin?.exit.sees),
    ];
    return { step: at, seen, inside };
  });
  return found.filter(({ seen, inside }) => seen.length + inside.length > 0);
}

function differs(
  name: string,
  one: readonly string[] | null | undefined,
  other: readonly string[] | null | undefined,
): string[] {
  const [before, after] = [one, other].map((words) => words?.join(' ') || 'none');
  return before === after ? [] : [`${name} ${before} -> ${after}`];
}
