import { type Model, REFUSED } from '../../../src/checker/model.ts';

/** What the plainest breadth-first search over strings finds. */
export interface Naive {
  states: number;
  transitions: number;
  depth: number;
  complete: boolean;
  stoppedBy: 'states' | null;
  found: { goal: number; trace: number[] }[];
  fired: number[];
}

/** Searches with a map from states as strings to their traces; the meaning of `search`, spelled out. */
export function naive(model: Model, symmetric = false, maxStates = Number.POSITIVE_INFINITY): Naive {
  const buffer = new Int32Array(model.bufferWords);
  const symmetry = symmetric ? model.symmetry() : null;
  const canonicalize = () => symmetry?.canonicalize(buffer);
  const traces = new Map<string, number[]>();
  const queue: { key: string; row: number[]; depth: number }[] = [];
  const found: Naive['found'] = [];
  const fired: number[] = Array.from({ length: model.events }, () => 0);
  let wanted = model.goals.reduce((mask, _, i) => mask | (1 << i), 0);
  let ended = false;
  let transitions = 0;
  let depth = 0;

  const record = (mask: number, trace: number[]) => {
    for (const [i, { ends }] of model.goals.entries()) {
      if ((mask & wanted & (1 << i)) === 0) continue;
      wanted &= ~(1 << i);
      found.push({ goal: i, trace });
      ended ||= ends;
    }
  };
  const discover = (trace: number[]) => {
    canonicalize();
    const row = [...buffer.subarray(0, model.words)];
    const key = row.join();
    if (traces.has(key)) return;
    traces.set(key, trace);
    queue.push({ key, row, depth: trace.length });
    depth = Math.max(depth, trace.length);
    record(model.inspect(buffer, wanted), trace);
  };
  const result = (complete: boolean, stoppedBy: 'states' | null): Naive => ({
    states: traces.size,
    transitions,
    depth,
    complete,
    stoppedBy,
    found,
    fired,
  });

  model.initial(buffer);
  discover([]);
  if (ended) return result(false, null);
  for (const { key, row } of queue) {
    for (let event = 0; event < model.events; event++) {
      buffer.set(row);
      const mask = model.step(buffer, event, wanted);
      if ((mask & REFUSED) !== 0) continue;
      transitions++;
      fired[event] = (fired[event] as number) + 1;
      const trace = [...(traces.get(key) as number[]), event];
      record(mask, trace);
      discover(trace);
      if (ended) return result(false, null);
      if (traces.size >= maxStates) return result(false, 'states');
    }
  }
  return result(true, null);
}
