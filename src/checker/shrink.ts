import { type Model, REFUSED } from './model.ts';

/**
 * Shortens a sequence of events that ends with a goal, by leaving out events, large pieces first, until no
 * single event can be left out. What is refused then is left out too.
 *
 * @returns a sequence that the model follows without a refusal, and whose last event brings the goal
 */
export function shrink(model: Model, trace: readonly number[], goal: number): number[] {
  let shortest = occurrence(model, trace, goal) ?? [...trace];
  for (let size = shortest.length >> 1; size > 1; size >>= 1) shortest = without(model, shortest, goal, size);
  for (;;) {
    const shorter = without(model, shortest, goal, 1);
    if (shorter.length === shortest.length) return shorter;
    shortest = shorter;
  }
}

/** Leaves out each piece of `size` events that can be, from the last on. */
function without(model: Model, trace: readonly number[], goal: number, size: number): number[] {
  let shortest = [...trace];
  for (let end = shortest.length; end > 0; end -= size) {
    const rest = [...shortest.slice(0, Math.max(0, end - size)), ...shortest.slice(end)];
    shortest = occurrence(model, rest, goal) ?? shortest;
    end = Math.min(end, shortest.length + size);
  }
  return shortest;
}

/** The events that are not refused, up to the one with which the goal occurs; null if it does not. */
function occurrence(model: Model, events: readonly number[], goal: number): number[] | null {
  const bit = 1 << goal;
  const state = new Int32Array(model.bufferWords);
  const buffer = new Int32Array(model.bufferWords);
  const done: number[] = [];
  model.initial(state);
  if ((model.inspect(state, bit) & bit) !== 0) return done;
  for (const event of events) {
    buffer.set(state);
    const mask = model.step(buffer, event, bit);
    if ((mask & REFUSED) !== 0) continue;
    done.push(event);
    if (((mask | model.inspect(buffer, bit)) & bit) !== 0) return done;
    state.set(buffer);
  }
  return null;
}
