import { Exploration } from './exploration.ts';
import { FactExploration, type Occurrence } from './fact-exploration.ts';
import type { Found } from './goals.ts';
import type { Limits, StopReason } from './limits.ts';
import type { Model, Symmetry } from './model.ts';
import type { SearchResult } from './result.ts';
import { type Ran, resultOf, run } from './sequential.ts';

/** The search whose goals are to have traces. */
export interface SearchWithFacts {
  readonly model: Model;
  readonly symmetry: Symmetry | null;
  readonly input: { readonly limits: Limits };
}

/**
 * Completes a result of a search with facts, whose goals have no traces: searches again in this thread so that
 * the lengths of the shortest are known, and then each group of facts alone, as an ordinary model that knows how
 * states are reached, for traces of just these lengths. A limit of time or memory, or a signal, leaves goals
 * without a trace.
 *
 * @param ended whether a goal ended the search; the result then is of the first of these searches, because
 *   when the one before came upon the goal depends on how it came about
 * @throws Error when all of that finds less than the search did: the model is not as `FactGroups` says
 */
export async function tracesByFacts(
  search: SearchWithFacts,
  result: SearchResult,
  ended: boolean,
): Promise<SearchResult> {
  const occurred = [...result.found.map(({ goal }) => goal), ...result.untraced];
  const lengths = await findLengths(search, ended ? 0 : maskOf(occurred));
  const isEnd = ended && lengths.ran.stoppedBy === null;
  const whole = ended ? lengths.result : result;
  const traces = await findTraces(search, lengths);
  const stopped = lengths.ran.stoppedBy ?? traces.stoppedBy;
  const found = lengths.occurrences.flatMap(({ goal }) => {
    const trace = traces.found.get(goal);
    return trace === undefined ? [] : [{ goal, trace }];
  });
  const wanted = isEnd ? lengths.occurrences.map(({ goal }) => goal) : occurred;
  const untraced = wanted.filter((goal) => !traces.found.has(goal)).sort((a, b) => a - b);
  const [first] = untraced;
  if (first !== undefined && stopped === null)
    throw new Error(`no group of facts alone shows '${search.model.goals[first]?.name}'`);
  return { ...whole, found, untraced, bytes: Math.max(result.bytes, lengths.ran.bytes, traces.bytes) };
}

/** What occurs, with the lengths of the shortest traces. */
interface Lengths {
  readonly occurrences: readonly Occurrence[];
  readonly ran: Ran;
  /** Of this exploration, its goals without traces. */
  readonly result: SearchResult;
}

/** Finds the lengths of the shortest traces to some goals, or to all up to one that ends a search. */
async function findLengths({ model, symmetry, input }: SearchWithFacts, until: number): Promise<Lengths> {
  const noted = model.noted.slice();
  model.noted.fill(0);
  const exploration = new FactExploration({
    model,
    symmetry,
    maxStates: Number.POSITIVE_INFINITY,
    maxBytes: input.limits.maxMemory,
    shared: false,
    until,
    exact: true,
  });
  exploration.begin();
  const ran = await run(exploration, unlimited(input.limits));
  const result = resultOf(exploration, ran, null);
  model.noted.set(noted);
  return { occurrences: exploration.occurrences, ran, result };
}

/** Traces by their goal. */
interface Traces {
  readonly found: ReadonlyMap<number, Found['trace']>;
  readonly stoppedBy: StopReason | null;
  readonly bytes: number;
}

/** Finds a trace of the given length to each goal, in the first group of facts that has one. */
async function findTraces(
  { model, input }: SearchWithFacts,
  { occurrences }: Pick<Lengths, 'occurrences'>,
): Promise<Traces> {
  const found = new Map<number, Found['trace']>();
  let bytes = 0;
  for (let group = 0; group < (model.alone?.groups ?? 0); group++) {
    const missing = occurrences.filter(({ goal }) => !found.has(goal));
    if (missing.length === 0) break;
    const exploration = new Exploration({
      model: (model.alone as NonNullable<Model['alone']>).model(group),
      symmetry: null,
      maxStates: Number.POSITIVE_INFINITY,
      maxBytes: input.limits.maxMemory,
      origins: true,
      shared: false,
      until: maskOf(missing.map(({ goal }) => goal)),
      maxLevel: Math.max(...missing.map(({ length }) => length)),
    });
    exploration.begin();
    const ran = await run(exploration, unlimited(input.limits));
    bytes = Math.max(bytes, ran.bytes);
    for (const { goal, trace } of exploration.goals.found) {
      const isShortest = missing.some((other) => other.goal === goal && other.length === trace.length);
      if (isShortest) found.set(goal, trace);
    }
    if (ran.stoppedBy !== null) return { found, stoppedBy: ran.stoppedBy, bytes };
  }
  return { found, stoppedBy: null, bytes };
}

/** To go on to the end, whatever the number of states. */
function unlimited(limits: Limits) {
  const none = Number.POSITIVE_INFINITY;
  return { limits: { ...limits, maxStates: none }, handOver: none };
}

function maskOf(goals: readonly number[]): number {
  return goals.reduce((mask, goal) => mask | (1 << goal), 0);
}
