import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { Visited } from '../../../src/checker/visited.ts';

const KEYS = 200_000;
const THREADS = 2;

/** What each of some threads says that it added to one table; all add the same keys at the same time. */
async function race(words: number): Promise<number[]> {
  const maxBytes = 1 << 26;
  const visited = new Visited({ words, maxBytes, shared: true });
  visited.presize(2 * KEYS);
  const workerData = {
    words,
    maxBytes,
    table: visited.sharedTable,
    extent: visited.extent,
    keys: KEYS,
    start: new SharedArrayBuffer(4),
    threads: THREADS,
  };
  const said = Array.from({ length: THREADS }, async () => {
    const [added]: number[] = await once(
      new Worker(new URL('./claim.mjs', import.meta.url), { workerData }),
      'message',
    );
    return added as number;
  });
  return Promise.all(said);
}

test.each([1, 2, 3, 5])('threads that race for keys of %i words add each once', async (words) => {
  for (let round = 0; round < 3; round++) {
    const added = await race(words);
    expect(added.reduce((sum, count) => sum + count)).toBe(KEYS);
  }
});
