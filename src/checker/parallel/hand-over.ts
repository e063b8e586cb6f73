import type { CheckpointHead } from '../checkpoint.ts';
import type { Exploration } from '../exploration.ts';
import type { Model } from '../model.ts';
import type { Checkpoint } from '../read-checkpoint.ts';
import { headOf, keysOf } from '../snapshot.ts';
import type { Crew, CrewRan } from './crew.ts';
import type { Beginning } from './plan.ts';

/** What threads begin with that go on where one thread is. */
export function beginAt(exploration: Exploration): Beginning {
  const { visited, current, next } = exploration;
  const words = exploration.model.words;
  const rows = {
    keys: shared(visited.size * words, keysOf(visited)),
    current: shared(current.length * words, current.pieces()),
    next: shared(next.length * words, next.pieces()),
  };
  return beginning(headOf(exploration), rows);
}

/** What threads begin with that go on from a checkpoint. */
export function beginFrom(checkpoint: Checkpoint): Beginning {
  return beginning(checkpoint.head, checkpoint);
}

/** The head of a checkpoint of threads that have ended. */
export function crewHead(
  model: Model,
  symmetry: boolean,
  before: CheckpointHead,
  ran: CrewRan,
): CheckpointHead {
  return {
    identity: model.identity,
    words: model.words,
    symmetry,
    transitions: ran.transitions,
    level: ran.level,
    event: ran.event,
    newborn: 0,
    wanted: before.wanted & ~ran.occurred,
    untraced: before.untraced | ran.occurred,
    found: before.found,
    fired: ran.fired,
    noted: ran.noted,
    origins: false,
    countBytes: 1,
    entries: { keys: ran.states, current: ran.current, next: ran.next, events: 0, children: 0 },
  };
}

/** The body of a checkpoint of threads that have ended. */
export async function* crewBody(crew: Crew): AsyncGenerator<Int32Array> {
  yield* crew.rows('keys');
  yield* crew.rows('current');
  yield* crew.rows('next');
}

function beginning(head: CheckpointHead, rows: Beginning['rows']): Beginning {
  const { transitions, level, event, wanted, fired, noted, entries } = head;
  return { rows, states: entries.keys, transitions, level, event, wanted, fired, noted };
}

function shared(words: number, pieces: Iterable<Int32Array>): SharedArrayBuffer {
  const all = new Int32Array(new SharedArrayBuffer(words * 4));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all.buffer;
}
