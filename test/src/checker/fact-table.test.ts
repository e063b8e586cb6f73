import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { FactTable, JOINED } from '../../../src/checker/fact-table.ts';
import { EXPANDED } from '../../../src/checker/model.ts';
import { Random } from '../../../src/checker/random.ts';

const BITS = 0x3fffffff;

test.each([
  { words: 1, facts: 1, shared: false },
  { words: 2, facts: 2, shared: false },
  { words: 3, facts: 1, shared: false },
  { words: 1, facts: 1, shared: true },
  { words: 2, facts: 3, shared: true },
])('agrees with a Map through many growths: %j', ({ words, facts, shared }) => {
  const width = words + facts;
  const table = new FactTable({ words, facts, maxBytes: 1 << 24, shared });
  const states = new Map<string, { facts: Int32Array; waits: boolean; expanded: boolean }>();
  const random = new Random(words);
  const row = new Int32Array(width);
  for (let i = 0; i < 30_000; i++) {
    row.fill(1, 0, words);
    row[random.below(words)] = 1 + random.below(9000);
    for (let k = words; k < width; k++) row[k] = 1 << random.below(30);
    const key = row.subarray(0, words).join();
    const known = states.get(key);
    if (random.below(5) === 0 && known?.waits) {
      const taken = new Int32Array(width);
      if (shared) table.takeShared(row, 0, taken, 0);
      else table.take(row, 0, taken, 0);
      const first = ((taken[width - 1] as number) & EXPANDED) === 0;
      (taken[width - 1] as number) &= ~EXPANDED;
      expect(first).toBe(!known.expanded);
      expect(taken.join()).toBe([key, ...known.facts].join());
      known.waits = false;
      known.expanded = true;
      table.enrich(row, 0);
      for (let k = 0; k < facts; k++) (known.facts[k] as number) |= row[words + k] as number;
      continue;
    }
    const before = known?.facts.slice() ?? new Int32Array(facts);
    const own = row.slice(words);
    const hash = table.hash(row, 0, words);
    const joined = shared ? table.joinShared(row, 0, hash) : table.join(row, 0, hash);
    const gains = known === undefined || own.some((word, k) => (word & ~(before[k] as number)) !== 0);
    expect(joined).toBe(
      (known === undefined ? JOINED.isNew : 0) |
        (gains ? JOINED.gains : 0) |
        (gains && !known?.waits ? JOINED.wakes : 0),
    );
    const after = before.map((word, k) => word | (own[k] as number));
    if (joined !== 0) expect(row.subarray(words).join()).toBe(after.join());
    states.set(key, {
      facts: after,
      waits: known?.waits || gains,
      expanded: known?.expanded ?? false,
    });
    // Only a table that is not shared grows by itself.
    if (shared && table.size >= table.growAt) table.grow();
  }
  expect(table.size).toBe(states.size);
  expect(table.size).toBeGreaterThan(3000);
  const out = new Int32Array(97 * width);
  const read = new Map<string, string>();
  for (let slot = 0; ; ) {
    const { keys, next } = table.read(slot, out);
    if (keys === 0) break;
    for (let at = 0; at < keys * width; at += width) {
      (out[at + width - 1] as number) &= BITS;
      read.set(out.subarray(at, at + words).join(), out.subarray(at + words, at + width).join());
    }
    slot = next;
  }
  expect(read).toEqual(new Map([...states].map(([key, { facts }]) => [key, facts.join()])));
});

test('threads that race for states add each once, wake each once, and one sees all facts', async () => {
  const KEYS = 200_000;
  const THREADS = 2;
  const maxBytes = 1 << 26;
  for (let round = 0; round < 3; round++) {
    const table = new FactTable({ words: 2, facts: 2, maxBytes, shared: true });
    table.presize(2 * KEYS);
    const start = new SharedArrayBuffer(4);
    const said = await Promise.all(
      Array.from({ length: THREADS }, async (_, thread) => {
        const workerData = {
          maxBytes,
          table: table.sharedTable,
          extent: table.extent,
          keys: KEYS,
          start,
          threads: THREADS,
          thread,
        };
        const worker = new Worker(new URL('./join.mjs', import.meta.url), { workerData });
        const [answer]: { added: number; woken: number; whole: number }[] = await once(worker, 'message');
        return answer as { added: number; woken: number; whole: number };
      }),
    );
    const sum = (of: 'added' | 'woken' | 'whole') => said.reduce((all, answer) => all + answer[of], 0);
    expect([sum('added'), sum('woken')]).toEqual([KEYS, KEYS]);
    expect(sum('whole')).toBeGreaterThanOrEqual(KEYS);
  }
});
