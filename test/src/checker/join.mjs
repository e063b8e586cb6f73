/**
 * A thread that joins all states to a table in shared memory, each with facts of its own, while another joins the
 * same states with others: it says how many were new to it, how many it woke, and how many it saw with all facts.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { FactTable, JOINED } from '../../../dist/src/checker/fact-table.js';

const { maxBytes, table, extent, keys, start, threads, thread } = workerData;
const facts = new FactTable({ words: 2, facts: 2, maxBytes, table });
facts.follow(extent);
const row = new Int32Array(4);
const said = { added: 0, woken: 0, whole: 0 };

const ready = new Int32Array(start);
Atomics.add(ready, 0, 1);
while (Atomics.load(ready, 0) < threads);
for (let key = 0; key < keys; key++) {
  row[0] = 1 + key * 7919;
  row[1] = key;
  row[2] = thread === 0 ? 1 : 0;
  row[3] = 1 << thread;
  const joined = facts.joinShared(row, 0, facts.hash(row, 0, 2));
  if ((joined & JOINED.isNew) !== 0) said.added++;
  if ((joined & JOINED.wakes) !== 0) said.woken++;
  if (row[2] === 1 && row[3] === 3) said.whole++;
}
parentPort.postMessage(said);
