// SPDX-License-Identifier: GPL-2.0
import type { Event } from '../../../spec/events/event.ts';
import { everyEvent } from '../../../src/conform/every-event.ts';
import { type Difference, firstDifference, type Pair } from '../../../src/conform/lockstep.ts';
import { random } from './random.ts';
import { shrink } from './shrink.ts';

/** Random walks, the same for the same seed. */
export interface Walks {
  readonly seed: number;
  /** Events in all. */
  readonly events: number;
  /** Events from one start to the next. */
  readonly length: number;
}

/** A trace that shows a difference at its last event, and needs every one of its events to. */
export interface Found {
  readonly trace: readonly Event[];
  readonly difference: Difference;
}

/** Runs both sides on random walks; the first difference, shrunk, or how many events agreed. */
export function walk(pair: Pair, { seed, events, length }: Walks): Found | number {
  const choices = everyEvent(pair.spec.world.layout);
  const pick = random(seed);
  let done = 0;
  while (done < events) {
    const trace = Array.from({ length }, () => choices[pick(choices.length)] as Event);
    const difference = firstDifference(pair, trace);
    if (difference !== null) return shortest(pair, trace);
    done += length;
  }
  return done;
}

/** Shrinks a trace on which the two sides differ. */
export function shortest(pair: Pair, trace: readonly Event[]): Found {
  const end = (events: readonly Event[]) => {
    const difference = firstDifference(pair, events);
    return difference === null ? null : difference.at + 1;
  };
  const shrunk = shrink(trace, end);
  return { trace: shrunk, difference: firstDifference(pair, shrunk) as Difference };
}
