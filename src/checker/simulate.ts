import { bitsOf, type Found, maskOf } from './goals.ts';
import type { Limits, StopReason } from './limits.ts';
import { loadModel } from './load-model.ts';
import { type Model, type ModelSource, REFUSED } from './model.ts';
import { Pulse } from './pulse.ts';
import { Random } from './random.ts';
import { shrink } from './shrink.ts';

/** How to walk at random. */
export interface SimulateInput {
  /** The model, if it is already made. */
  readonly model?: Model;
  readonly source: ModelSource;
  /** The same seed gives the same walks. Its low 32 bits count. */
  readonly seed: number;
  readonly walks: number;
  /** Events of a walk; fewer where every event is refused. */
  readonly length: number;
  /** Time and signal count; memory and states do not grow. */
  readonly limits: Limits;
  readonly onProgress?: (progress: SimulateProgress) => void;
}

/** How far the walks have come. */
export interface SimulateProgress {
  /** Walks that have ended. */
  readonly walks: number;
  readonly steps: number;
}

/** What the walks found. */
export interface SimulateResult extends SimulateProgress {
  /** Why the walks ended early, if a limit ended them. */
  readonly stoppedBy: StopReason | null;
  /** The first occurrence of each goal, in the order in which they came; no event of a trace can be left out. */
  readonly found: readonly Found[];
  /** Steps by each event. */
  readonly fired: readonly number[];
  /** What the steps exercised, as the words of a model's `noted`. */
  readonly noted: readonly number[];
}

/**
 * Walks from the initial state by events drawn at random, all that are not refused being equally likely. A
 * goal that ends a search ends the walks.
 */
export async function simulate(input: SimulateInput): Promise<SimulateResult> {
  const { walks, length, limits, onProgress } = input;
  const model = input.model ?? (await loadModel(input.source));
  model.noted.fill(0);
  const walk = new Walk(model, input.seed);
  let walked = 0;
  let stoppedBy: StopReason | null = null;
  const pulse = new Pulse();
  let look = pulse.size;
  for (; walked < walks && !walk.ended && stoppedBy === null; ) {
    walk.restart();
    while (walk.trace.length < length && !walk.ended && walk.step()) {
      if (walk.steps < look) continue;
      pulse.end();
      look = walk.steps + pulse.size;
      onProgress?.({ walks: walked, steps: walk.steps });
      stoppedBy = await limits.reached();
      pulse.begin();
      if (stoppedBy !== null) break;
    }
    if (stoppedBy === null) walked++;
  }
  const { steps, found, fired } = walk;
  return { walks: walked, steps, stoppedBy, found, fired: [...fired], noted: walk.noted() };
}

/** A walk at a time, and what all of them came upon. */
class Walk {
  readonly found: Found[] = [];
  readonly fired: Float64Array;
  /** The events of this walk. */
  trace: number[] = [];
  /** Steps of all walks. */
  steps = 0;
  /** Whether a goal has occurred that ends a search. */
  ended = false;
  private readonly model: Model;
  private readonly random: Random;
  private readonly state: Int32Array;
  private readonly buffer: Int32Array;
  /** All events, in any order. */
  private readonly events: Int32Array;
  private readonly ends: number;
  /** What they exercised before a trace was shrunk. */
  private notedBefore: number[];
  private wanted: number;

  constructor(model: Model, seed: number) {
    this.model = model;
    this.random = new Random(seed);
    this.state = new Int32Array(model.bufferWords);
    this.buffer = new Int32Array(model.bufferWords);
    this.events = Int32Array.from({ length: model.events }, (_, event) => event);
    this.fired = new Float64Array(model.events);
    this.notedBefore = [...model.noted];
    this.ends = maskOf(model, ({ ends }) => ends);
    this.wanted = maskOf(model, () => true);
  }

  /** What the walks exercised. */
  noted(): number[] {
    return this.notedBefore.map((word, i) => word | (this.model.noted[i] as number));
  }

  /** Goes back to the initial state. */
  restart(): void {
    this.trace = [];
    this.model.initial(this.state);
    this.record(this.model.inspect(this.state, this.wanted));
  }

  /** Takes a step; false where every event is refused. */
  step(): boolean {
    const { model, state, buffer, events } = this;
    for (let left = events.length; left > 0; left--) {
      const drawn = this.random.below(left);
      const event = events[drawn] as number;
      events[drawn] = events[left - 1] as number;
      events[left - 1] = event;
      buffer.set(state);
      const mask = model.step(buffer, event, this.wanted);
      if ((mask & REFUSED) !== 0) continue;
      state.set(buffer);
      this.trace.push(event);
      this.steps++;
      (this.fired[event] as number)++;
      this.record(mask);
      this.record(model.inspect(state, this.wanted));
      return true;
    }
    return false;
  }

  /** Notes what occurs at the end of this walk so far. */
  private record(mask: number): void {
    const occurred = mask & this.wanted;
    if (occurred === 0) return;
    this.wanted &= ~occurred;
    if ((occurred & this.ends) !== 0) this.ended = true;
    const { model } = this;
    this.notedBefore = this.noted();
    for (const goal of bitsOf(occurred)) this.found.push({ goal, trace: shrink(model, this.trace, goal) });
    // What was exercised to shrink a trace was not on a walk, and is still to be noted if it is on one.
    model.noted.fill(0);
    model.initial(this.buffer);
  }
}
