import type { CheckpointHead } from './checkpoint.ts';
import { CheckpointError } from './checkpoint-error.ts';
import type { Exploration } from './exploration.ts';
import { FactExploration } from './fact-exploration.ts';
import { type Model, RESERVED } from './model.ts';
import { type Checkpoint, readCounts, readRows } from './read-checkpoint.ts';
import type { Visited } from './visited.ts';

/** Rows of a piece of a table. */
const PIECE_ROWS = 1 << 14;

/** The head of a checkpoint of an exploration. */
export function headOf(exploration: Exploration, build: string): CheckpointHead {
  const { model, origins, goals, current, next } = exploration;
  return {
    identity: model.identity,
    build,
    words: model.words,
    facts: model.facts,
    symmetry: exploration.symmetry !== null,
    transitions: exploration.transitions,
    level: exploration.level,
    depth: exploration.depth,
    expansions: exploration.expansions,
    event: exploration.event,
    newborn: origins?.newborn ?? 0,
    wanted: goals.wanted,
    untraced: goals.untraced,
    found: goals.found,
    fired: [...exploration.fired],
    noted: [...model.noted],
    origins: origins !== null,
    countBytes: origins?.events.entryBytes ?? 1,
    entries: {
      keys: exploration.states,
      current: current.length,
      next: next.length,
      events: origins?.events.length ?? 0,
      children: origins?.children.length ?? 0,
    },
  };
}

/** The body of a checkpoint of an exploration. */
export function* bodyOf(exploration: Exploration): Generator<NodeJS.ArrayBufferView> {
  const { visited, current, next, origins } = exploration;
  yield* keysOf(visited);
  yield* current.pieces();
  yield* next.pieces();
  if (origins === null) return;
  yield* origins.events.pieces();
  yield* origins.children.pieces();
}

/** The keys of a table and their facts as rows, some in each piece; a piece is reused for the next. */
export function* keysOf(visited: Visited): Generator<Int32Array> {
  const piece = new Int32Array(PIECE_ROWS * visited.width);
  for (let slot = 0; ; ) {
    const { keys, next } = visited.read(slot, piece);
    if (keys === 0) return;
    yield piece.subarray(0, keys * visited.width);
    slot = next;
  }
}

/**
 * Brings an exploration that knows no state to where a checkpoint was made.
 *
 * @throws CheckpointError when there is too little memory for it, or its states are none
 */
export async function restore(exploration: Exploration, checkpoint: Checkpoint): Promise<void> {
  const { head } = checkpoint;
  const { visited, current, next, origins, goals, model } = exploration;
  const { words } = model;
  if (visited.room < head.entries.keys) throw tooLarge(checkpoint);
  visited.presize(head.entries.keys);
  for await (const rows of readRows(checkpoint, 'keys')) {
    for (let at = 0; at < rows.length; at += visited.width) {
      const first = rows[at];
      if (first === 0 || first === RESERVED || !visited.add(rows, at, visited.hash(rows, at, words)))
        throw new CheckpointError(checkpoint.file, 'corrupted', 'its states are none, or the same twice');
    }
  }
  for (const [section, queue] of [['current', current] as const, ['next', next] as const]) {
    for await (const rows of readRows(checkpoint, section)) {
      for (let at = 0; at < rows.length; at += words) queue.push(rows, at);
    }
  }
  if (origins !== null) {
    for (const section of ['events', 'children'] as const) {
      for await (const counts of readCounts(checkpoint, section)) {
        for (const count of counts) origins.restore(section, count);
      }
    }
    origins.newborn = head.newborn;
    if (origins.known !== head.entries.keys)
      throw new CheckpointError(checkpoint.file, 'corrupted', 'its origins are not those of its states');
  }
  exploration.transitions = head.transitions;
  exploration.level = head.level;
  exploration.event = head.event;
  if (exploration instanceof FactExploration) exploration.resumeFrom(head.depth, head.expansions);
  exploration.fired.set(head.fired);
  goals.wanted = head.wanted;
  goals.untraced = head.untraced;
  goals.found.push(...head.found);
  exploration.resumed();
  note(model, head.noted);
}

/** The error for a checkpoint whose states do not fit into the memory allowed. */
function tooLarge({ file, head }: Checkpoint): CheckpointError {
  const { keys } = head.entries;
  return new CheckpointError(file, 'memory', `its ${keys} states need more memory than allowed`);
}

/** Adds what was noted before to what a model notes. */
function note(model: Model, noted: readonly number[]): void {
  for (const [i, word] of noted.entries()) (model.noted[i] as number) |= word;
}
