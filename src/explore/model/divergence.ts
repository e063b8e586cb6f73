import type { World } from '../../../spec/world/world.ts';
import { stateKey } from '../../engine/state-key.ts';
import { changesBetween } from '../../picture/changes.ts';
import type { Replay, ReplayStep } from '../../replay/replay.ts';

/** Where two kernels part that are given the same events. */
export interface Divergence {
  /** The first step that differs; 0 if the start does. */
  readonly step: number;
  /** What differs, the first kernel's before the arrow. */
  readonly texts: readonly string[];
}

/** The first step at which two kernels' outcome, requests, reads or state differ; null if none does. */
export function firstDivergence(
  [one, other]: readonly [Replay, Replay],
  [{ layout }]: readonly [World, World],
): Divergence | null {
  if (stateKey(one.start) !== stateKey(other.start)) {
    const changes = changesBetween(layout, one.start, other.start);
    return { step: 0, texts: changes.map(({ text }) => text) };
  }
  for (const [i, step] of one.steps.entries()) {
    const twin = other.steps[i] as ReplayStep;
    const texts = [
      ...differs('outcome', step.outcome, twin.outcome),
      ...differs('requests', step.exit.requests.join(' '), twin.exit.requests.join(' ')),
      ...differs('reads', step.exit.sees.join(' '), twin.exit.sees.join(' ')),
    ];
    if (texts.length === 0 && stateKey(step.after) === stateKey(twin.after)) continue;
    const changes = changesBetween(layout, step.after, twin.after);
    return { step: i + 1, texts: [...texts, ...changes.map(({ text }) => text)] };
  }
  return null;
}

function differs(name: string, one: string, other: string): string[] {
  return one === other ? [] : [`${name} ${one || 'none'} -> ${other || 'none'}`];
}
