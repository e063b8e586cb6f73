import { basename } from 'node:path';
import { type Collection, verdictOn } from '../sweep/collect.ts';
import { commandOf, type Line, linesOf } from '../sweep/line.ts';
import type { Plan } from '../sweep/plan.ts';

/** A plan, each search with the command that carries it out. */
export function planJson(plan: Plan, folder: string) {
  return {
    folder,
    build: plan.build,
    leftOut: leftOutJson(plan),
    searches: linesOf(plan, folder).map(lineJson),
  };
}

/** What came of a plan: `answer` is the file of an answer, `violation` what it found first. */
export function collectionJson(collection: Collection) {
  const { folder, plan, collected, refused, others } = collection;
  return {
    folder,
    build: plan.build,
    verdict: verdictOn(collection),
    planned: collected.length,
    answered: collected.filter(({ state }) => state === 'answered').length,
    leftOut: leftOutJson(plan),
    searches: collected.map(({ line, state, why, result }) => ({
      ...lineJson(line),
      state,
      why,
      verdict: result?.verdict ?? null,
      states: result?.states ?? null,
      facts: result?.facts ?? null,
      seconds: result?.seconds ?? null,
      violation: result?.broken ?? null,
    })),
    refused: refused.map(({ name, why }) => ({ answer: name, why })),
    others,
  };
}

function leftOutJson({ leftOut }: Plan) {
  return leftOut.map(({ kernel, layout, why }) => ({ kernel, layout, why }));
}

function lineJson(line: Line) {
  const { task, kernel, set, contract, layout, bounds } = line.search;
  return {
    task,
    kernel,
    set,
    contract,
    layout,
    bounds,
    answer: basename(line.file),
    command: commandOf(line),
  };
}
