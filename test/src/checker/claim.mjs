/**
 * A thread that adds all keys to a table in shared memory, while another adds the same: it says how many were
 * new to it. As in a search, it looks for a key first, and claims it when it may not be there.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { Visited } from '../../../dist/src/checker/visited.js';

const { words, maxBytes, table, extent, keys, start, threads } = workerData;
const visited = new Visited({ words, maxBytes, table });
visited.follow(extent);
const row = new Int32Array(words);
const hashes = new Int32Array(1);
const moves = new Int32Array(1);
let added = 0;

const ready = new Int32Array(start);
Atomics.add(ready, 0, 1);
while (Atomics.load(ready, 0) < threads);
for (let key = 0; key < keys; key++) {
  row[0] = 1 + key * 7919;
  for (let k = 1; k < words; k++) row[k] = key >> (5 * k);
  hashes[0] = visited.hash(row, 0, words);
  if (visited.firstUnsure(row, hashes, moves, 0, 1) === 0 && visited.claim(row, 0, hashes[0])) added++;
}
parentPort.postMessage(added);
