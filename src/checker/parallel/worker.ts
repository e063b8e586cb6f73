import { parentPort, workerData } from 'node:worker_threads';
import { loadModel } from '../load-model.ts';
import { keysOf } from '../snapshot.ts';
import { Part } from './part.ts';
import type { PartDone, PartRows, PartSection, Plan } from './plan.ts';
import { seed } from './seed.ts';

/**
 * The entry of a worker thread: searches its part, says that it is done, and then answers each request for
 * rows of a section by some of them, until there are no more.
 */
const plan: Plan = workerData;
const model = await loadModel(plan.source);
const part = new Part(plan, model);
if (!(await seed(part, plan, model.words))) throw new Error('too little memory for the states to begin with');

const outcome = part.run();
const { event } = part;
const done: PartDone = { outcome, event, fired: [...part.fired], noted: [...model.noted] };
parentPort?.postMessage(done);

const pieces = new Map<PartSection, Iterator<Int32Array>>();
parentPort?.on('message', (section: PartSection) => {
  let rest = pieces.get(section);
  if (rest === undefined) {
    rest = section === 'keys' ? keysOf(part.visited) : part[section].pieces();
    pieces.set(section, rest);
  }
  const { value, done: end } = rest.next();
  const rows: PartRows = end ? null : new Int32Array(value);
  parentPort?.postMessage(rows, rows === null ? [] : [rows.buffer]);
});
