import { parentPort, workerData } from 'node:worker_threads';
import { loadModel } from '../load-model.ts';
import { FactPart } from './fact-part.ts';
import { Part } from './part.ts';
import type { PartDone, Plan } from './plan.ts';

/** The entry of a worker thread: does its part of a search and says what came of it. */
const plan: Plan = workerData;
const model = await loadModel(plan.source);
const part = model.facts > 0 ? new FactPart(plan, model) : new Part(plan, model);
const done: PartDone = { outcome: part.run() };
parentPort?.postMessage(done);
