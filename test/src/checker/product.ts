import { type Model, REFUSED } from '../../../src/checker/model.ts';

/** What a model with facts comes to, by the plainest means. */
export interface Product {
  states: number;
  transitions: number;
  depth: number;
  facts: number;
  fired: number[];
  /** Lengths of the shortest traces to the goals that occur. */
  lengths: Map<number, number>;
}

/** Bits of facts in a word of a toy. */
const FACT_BITS = 30;

/**
 * Searches all groups of facts alone, as strings: their states are the model's and, in the last word, the value of
 * the group or -1. As groups do not influence each other, the facts beside a state are all that come with it.
 */
export function product(model: Model, values: number): Product {
  const rows = new Map<string, Int32Array>();
  const levels = new Map<string, number>();
  const fired: number[] = new Array(model.events).fill(0);
  const lengths = new Map<number, number>();
  const found = (mask: number, length: number) => {
    for (const i of model.goals.keys()) {
      if ((mask & (1 << i)) !== 0) lengths.set(i, Math.min(length, lengths.get(i) ?? length));
    }
  };
  for (let group = 0; group < (model.alone?.groups ?? 0); group++) {
    const alone = model.alone?.model(group) as Model;
    const seen = new Set<string>();
    const queue: { state: Int32Array; level: number }[] = [];
    const reach = (state: Int32Array, level: number) => {
      if (seen.has(state.join())) return;
      seen.add(state.join());
      queue.push({ state, level });
      found(alone.inspect(state, -1), level);
      const key = state.subarray(0, model.words);
      const row = rows.get(key.join()) ?? Int32Array.of(...key, ...new Int32Array(model.facts));
      const value = state[model.words] as number;
      const fact = group * values + value;
      if (value >= 0) (row[model.words + Math.floor(fact / FACT_BITS)] as number) |= 1 << (fact % FACT_BITS);
      rows.set(key.join(), row);
      levels.set(key.join(), Math.min(level, levels.get(key.join()) ?? level));
    };
    const initial = new Int32Array(alone.words);
    alone.initial(initial);
    reach(initial, 0);
    const expanded = new Set<string>();
    for (const { state, level } of queue) {
      const key = state.subarray(0, model.words).join();
      for (let event = 0; event < model.events; event++) {
        const next = state.slice();
        const mask = alone.step(next, event, -1);
        if ((mask & REFUSED) !== 0) continue;
        found(mask, level + 1);
        reach(next, level + 1);
        if (group === 0 && !expanded.has(key)) (fired[event] as number)++;
      }
      expanded.add(key);
    }
  }
  return {
    states: rows.size,
    transitions: fired.reduce((sum, n) => sum + n),
    depth: Math.max(...levels.values()),
    facts: [...rows.values()].reduce((sum, row) => sum + (model.count?.(row, 0) ?? 0), 0),
    fired,
    lengths,
  };
}

/** The fixpoint of a model's steps and its renamings, by a map from states as strings to their facts. */
export function quotient(model: Model): Pick<Product, 'states' | 'transitions' | 'facts'> {
  const symmetry = model.symmetry();
  const rows = new Map<string, Int32Array>();
  const work: string[] = [];
  const arrive = (buffer: Int32Array) => {
    symmetry?.canonicalize(buffer);
    const key = buffer.subarray(0, model.words).join();
    const row = rows.get(key);
    let gains = row === undefined;
    if (row === undefined) rows.set(key, buffer.slice());
    for (let k = model.words; row !== undefined && k < model.words + model.facts; k++) {
      if (((buffer[k] as number) & ~(row[k] as number)) !== 0) gains = true;
      (row[k] as number) |= buffer[k] as number;
    }
    if (gains) work.push(key);
  };
  const buffer = new Int32Array(model.bufferWords);
  model.initial(buffer);
  arrive(buffer);
  const counted = new Map<string, number>();
  for (let key = work.pop(); key !== undefined; key = work.pop()) {
    const row = (rows.get(key) as Int32Array).slice();
    let taken = 0;
    for (let event = 0; event < model.events; event++) {
      buffer.set(row);
      if ((model.step(buffer, event, 0) & REFUSED) !== 0) continue;
      taken++;
      arrive(buffer);
    }
    counted.set(key, taken);
  }
  return {
    states: rows.size,
    transitions: [...counted.values()].reduce((sum, n) => sum + n),
    facts: [...rows.values()].reduce((sum, row) => sum + (model.count?.(row, 0) ?? 0), 0),
  };
}
