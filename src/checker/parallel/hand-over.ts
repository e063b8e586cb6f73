import type { CheckpointHead } from '../checkpoint.ts';
import type { Exploration } from '../exploration.ts';
import { headOf, keysOf } from '../snapshot.ts';
import type { Visited } from '../visited.ts';
import { Board, type SharedMemory, shareMemory } from './board.ts';
import type { CrewFar } from './crew.ts';
import { Frontier } from './frontier.ts';

/** What threads begin with that go on where one thread is. */
export interface Beginning {
  /** All of the search but its states. */
  readonly head: CheckpointHead;
  /** The states found, in the shared memory. */
  readonly visited: Visited;
  readonly memory: SharedMemory;
}

/**
 * Puts an exploration where `parts` threads can go on with it.
 *
 * @param maxBytes bytes that the table and the states to expand may take together
 */
export function beginAt(exploration: Exploration, build: string, parts: number, maxBytes: number): Beginning {
  const { visited, current, next, model, level } = exploration;
  const { words, facts } = model;
  const memory = shareMemory(visited.sharedTable, maxBytes, model, parts);
  const frontier = new Frontier(memory.frontier, words);
  const fill = (pieces: Iterable<Int32Array>) => {
    for (const piece of pieces) {
      for (let at = 0; at < piece.length; at += words) frontier.push(piece, at);
    }
    frontier.list();
  };
  fill(current.pieces());
  frontier.descend();
  fill(next.pieces());
  const board = new Board(memory, parts);
  board.level = level;
  if (facts > 0) board.depth = exploration.depth;
  board.setSlots(visited.extent.slots);
  board.addStates(visited.size);
  return { head: headOf(exploration, build), visited, memory };
}

/** The head of a checkpoint of threads that have ended, or pause. */
export function crewHead({ head, visited }: Beginning, ran: CrewFar, frontier: Frontier): CheckpointHead {
  const rows = (pieces: Iterable<Int32Array>) =>
    [...pieces].reduce((sum, { length }) => sum + length / head.words, 0);
  return {
    ...head,
    transitions: ran.transitions,
    level: ran.level,
    depth: ran.depth,
    expansions: ran.expansions,
    event: 0,
    newborn: 0,
    wanted: head.wanted & ~ran.occurred,
    untraced: head.untraced | ran.occurred,
    fired: ran.fired,
    noted: ran.noted,
    origins: false,
    countBytes: 1,
    entries: {
      keys: visited.size,
      current: rows(frontier.rowsLeft()),
      next: rows(frontier.rowsNext()),
      events: 0,
      children: 0,
    },
  };
}

/** The body of a checkpoint of threads that have ended, or pause. */
export function* crewBody({ visited }: Beginning, frontier: Frontier): Generator<Int32Array> {
  yield* keysOf(visited);
  yield* frontier.rowsLeft();
  yield* frontier.rowsNext();
}
