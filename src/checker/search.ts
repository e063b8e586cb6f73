import { Exploration, type ExplorationOptions } from './exploration.ts';
import { FactExploration } from './fact-exploration.ts';
import { tracesByFacts } from './fact-traces.ts';
import { bitsOf } from './goals.ts';
import type { Limits } from './limits.ts';
import { loadModel } from './load-model.ts';
import type { Model, ModelSource, Symmetry } from './model.ts';
import { Crew, type CrewFar, type CrewRan } from './parallel/crew.ts';
import { type Beginning, beginAt, crewBody, crewHead } from './parallel/hand-over.ts';
import { type Checkpoint, openCheckpoint } from './read-checkpoint.ts';
import type { Progress, SearchResult } from './result.ts';
import { Saver } from './saver.ts';
import { factsIn, resultOf, run } from './sequential.ts';
import { bodyOf, headOf, restore } from './snapshot.ts';
import { expectWhole, removeUnfinished } from './whole-file.ts';

/** What to search, and how. */
export interface SearchInput {
  /** The model, if it is already made. */
  readonly model?: Model;
  readonly source: ModelSource;
  /** Whether states that differ by a renaming count as one, if the model knows of renamings. */
  readonly symmetry: boolean;
  /** Threads to search with. */
  readonly workers: number;
  readonly limits: Limits;
  /** File to resume from, written every so often and when a limit stops the search. */
  readonly checkpoint?: string;
  /** Seconds between two checkpoints, 60 by default; more where writing one takes long. */
  readonly checkpointEvery?: number;
  /** What the code of the model is known by: a checkpoint of other code is refused. */
  readonly build?: string;
  /** File to resume from. */
  readonly resume?: string;
  /** Called a few times a second or more. */
  readonly onProgress?: (progress: Progress) => void;
  /** States with which a search moves to its worker threads. */
  readonly handOver?: number;
}

/** Below so many states, one thread is quick enough. */
const HAND_OVER = 2 ** 18;
/** A limit of states up to here is left to one thread, which stops at it exactly. */
const FEW_STATES = 2 ** 23;
/** The share of the memory that threads may fill: to find traces afterwards, one thread takes more than they. */
const WITHOUT_ORIGINS = 0.9;

/** A search that was begun. */
interface Begun {
  readonly input: SearchInput;
  readonly model: Model;
  readonly symmetry: Symmetry | null;
  readonly build: string;
  readonly saver: Saver | null;
}

/** Seconds between two checkpoints. */
const CHECKPOINT_EVERY = 60;

/**
 * Explores the reachable states of a model breadth first. Whole states are compared, traces are shortest, and
 * the same input finds the same things in the same order, with any number of workers.
 *
 * Where a model keeps facts, a limit of states is looked at only after a few states, and traces are searched at the
 * end, with `tracesByFacts`.
 *
 * @throws Error when a model keeps facts but lacks `count` or `alone`, or when `alone` does not show what it finds
 * @throws CheckpointError when `resume` is no checkpoint of this search
 * @throws WriteError when `checkpoint` cannot be written, before the search begins
 */
export async function search(input: SearchInput): Promise<SearchResult> {
  const model = input.model ?? (await loadModel(input.source));
  if (model.facts > 0 && (model.count === undefined || model.alone === undefined))
    throw new Error('a model with facts says how many they are, and what groups of them do alone');
  const symmetry = input.symmetry ? model.symmetry() : null;
  const { checkpoint, checkpointEvery = CHECKPOINT_EVERY, build = '' } = input;
  const saver = checkpoint === undefined ? null : new Saver(checkpoint, checkpointEvery);
  const begun = { input, model, symmetry, build, saver };
  if (checkpoint !== undefined) {
    expectWhole(checkpoint);
    removeUnfinished(checkpoint);
  }
  const resumed =
    input.resume === undefined ? null : await openCheckpoint(input.resume, model, symmetry !== null, build);
  const { result, isEnded } = await searchAlone(begun, resumed, handOverOf(input));
  if (result.untraced.length === 0) return result;
  return model.facts === 0 ? withTraces(begun, result) : tracesByFacts(begun, result, isEnded);
}

/** What a search came to, whose memory is free again; perhaps without traces to all that it found. */
interface Searched {
  readonly result: SearchResult;
  /** Whether a goal ended it. */
  readonly isEnded: boolean;
}

/** States with which threads take over. */
function handOverOf({ workers, limits, handOver }: SearchInput): number {
  if (workers === 1 || limits.maxStates < FEW_STATES) return Number.POSITIVE_INFINITY;
  return handOver ?? HAND_OVER;
}

/**
 * Searches in this thread, from the start or a checkpoint, until there are `handOver` states. A checkpoint
 * without origins is of threads, whose order is not this one's; see `searchTogether`. Neither is an exploration
 * with facts in a certain order, nor does it know traces; see `tracesByFacts`.
 */
async function searchAlone(begun: Begun, resumed: Checkpoint | null, handOver: number): Promise<Searched> {
  const { input, build, saver } = begun;
  const { limits, onProgress } = input;
  const exploration = explore(begun, {
    origins: begun.model.facts === 0 && (resumed?.head.origins ?? true),
    until: 0,
    shared: handOver !== Number.POSITIVE_INFINITY,
  });
  if (resumed === null) exploration.begin();
  else await restore(exploration, resumed);
  const save = () => saver?.save(headOf(exploration, build), bodyOf(exploration));
  const onTurn = async () => {
    if (saver?.isDue) await save();
  };
  const ran = await run(exploration, { limits, handOver, onProgress, onTurn });
  const isOrdered = exploration.origins !== null || exploration instanceof FactExploration;
  if (!isOrdered && (exploration.outcome === 'ended' || exploration.outcome === 'states'))
    return searchAlone(begun, null, Number.POSITIVE_INFINITY);
  if (exploration.outcome === 'open' && ran.stoppedBy === null)
    return searchTogether(
      begun,
      beginAt(exploration, build, input.workers, limits.maxMemory * WITHOUT_ORIGINS),
    );
  if (ran.stoppedBy !== null) await save();
  return {
    result: resultOf(exploration, ran, saver?.unwritten ?? null),
    isEnded: exploration.outcome === 'ended',
  };
}

/**
 * Searches in worker threads. They find states in no certain order; so where the order decides what a result
 * says, one thread searches once more.
 */
async function searchTogether(begun: Begun, beginning: Beginning): Promise<Searched> {
  const before = beginning.head;
  const ran = await runCrew(begun, beginning);
  const { outcome } = ran;
  const { maxStates } = begun.input.limits;
  // To find traces by facts, one thread searches once more anyway, and tells what came before the end.
  const isTold = begun.model.facts > 0 && maxStates === Number.POSITIVE_INFINITY;
  if ((outcome === 'ended' && !isTold) || ran.states >= maxStates)
    return searchAlone(begun, null, Number.POSITIVE_INFINITY);
  const { states, transitions, depth, fired, noted, bytes } = ran;
  const result: SearchResult = {
    states,
    transitions,
    depth,
    facts: factsIn(beginning.visited, begun.model),
    expansions: ran.expansions,
    complete: outcome === 'complete',
    stoppedBy: outcome === 'complete' || outcome === 'ended' ? null : outcome,
    found: before.found,
    untraced: bitsOf(before.untraced | ran.occurred),
    fired,
    noted,
    bytes,
    symmetry: begun.symmetry !== null,
    unwritten: begun.saver?.unwritten ?? null,
  };
  return { result, isEnded: outcome === 'ended' };
}

/** Lets worker threads search, and writes checkpoints: while they do, and when a limit stops them. */
async function runCrew({ input, saver }: Begun, beginning: Beginning): Promise<CrewRan> {
  const { source, workers, limits, onProgress } = input;
  const crew: Crew = new Crew({
    source,
    workers,
    limits: { ...limits, maxMemory: limits.maxMemory * WITHOUT_ORIGINS },
    beginning,
    onProgress,
    isPauseDue: () => saver?.isDue ?? false,
    onPause: (far) => save(far),
  });
  const save = async (far: CrewFar): Promise<void> =>
    saver?.save(crewHead(beginning, far, crew.frontier), crewBody(beginning, crew.frontier));
  try {
    const ran = await crew.run();
    const { outcome } = ran;
    if (ran.isStuck) saver?.giveUp('a thread of the search does not come to an end');
    else if (outcome !== 'complete' && outcome !== 'ended' && outcome !== 'states') await save(ran);
    return ran;
  } finally {
    await crew.dismiss();
  }
}

/**
 * Completes a result that has goals without traces: searches once more in one thread, from the start until
 * all goals have occurred again, unless a limit of time or a signal comes before.
 */
async function withTraces(begun: Begun, result: SearchResult): Promise<SearchResult> {
  const { limits } = begun.input;
  const all = [...result.found.map(({ goal }) => goal), ...result.untraced];
  const until = all.reduce((mask, goal) => mask | (1 << goal), 0);
  const exploration = explore(begun, { origins: true, until, shared: false });
  exploration.begin();
  const ran = await run(exploration, {
    limits: { ...limits, maxStates: Number.POSITIVE_INFINITY },
    handOver: Number.POSITIVE_INFINITY,
  });
  const again = exploration.goals.found;
  const isMissing = (goal: number) => !again.some((other) => other.goal === goal);
  return {
    ...result,
    found: [...again, ...result.found.filter(({ goal }) => isMissing(goal))],
    untraced: result.untraced.filter(isMissing),
    bytes: Math.max(result.bytes, ran.bytes),
  };
}

/** An exploration for this search, of which the model has noted nothing yet. */
function explore(
  { input, model, symmetry }: Begun,
  options: Pick<ExplorationOptions, 'origins' | 'until' | 'shared'>,
): Exploration {
  const { maxStates, maxMemory } = input.limits;
  model.noted.fill(0);
  const all = {
    model,
    symmetry,
    maxStates: options.until === 0 ? maxStates : Number.POSITIVE_INFINITY,
    maxBytes: maxMemory,
    ...options,
  };
  return model.facts === 0 ? new Exploration(all) : new FactExploration({ ...all, exact: false });
}
