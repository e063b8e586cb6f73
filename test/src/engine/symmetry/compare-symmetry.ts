import { isDeepStrictEqual } from 'node:util';
import type { World } from '../../../../spec/world/world.ts';
import { type Model, REFUSED, type Symmetry } from '../../../../src/checker/model.ts';
import type { FactLayout } from '../../../../src/engine/facts/fact-layout.ts';
import type { RowLayout } from '../../../../src/engine/rows/fields.ts';
import { EVERY_GOAL, namesOf } from '../../../../src/engine/spec-goals.ts';
import { type Action, actionsOf } from '../../../../src/engine/symmetry/actions.ts';
import { symmetryOf } from '../../../../src/engine/symmetry/symmetry.ts';
import { Unpacker } from '../../../../src/engine/views/unpack.ts';
import { breadthFirst, type Compared } from '../../../studies/compare/breadth-first.ts';
import { differenceOfRows, said } from '../../../studies/compare/compare-rows.ts';
import type { Disagreement } from '../../../studies/compare/difference.ts';

/** A model and its rows. */
export interface Renamable {
  readonly world: World;
  readonly model: Model;
  readonly rows: RowLayout;
  /** Where TLBs are facts beside the rows, those of the one run that led there; null if they are in the rows. */
  readonly facts: FactLayout | null;
  /** The facts in a buffer become those after TLBs took in what they may. */
  readonly fill: (buffer: Int32Array) => void;
}

/** What a comparison went through. */
export interface SymmetryCompared extends Compared {
  /** Renamings in the layout's group. */
  readonly order: number;
  /** Orbits of the states that every event was taken in: what a search up to renaming counts. */
  readonly orbits: number;
}

/**
 * Shows that renaming changes nothing: in each state found breadth first, for each renaming of the layout's
 * symmetry and each event, to rename and then step comes to the same as to step and then rename, with the same
 * goals; and the state that stands for others is the same for all of them. In a difference, the first side is
 * what comes of the state as it was found.
 *
 * @param maxStates how many states to take every event in; all that are reachable by default
 * @throws Error if the layout has no symmetry
 */
export function compareSymmetry(machine: Renamable, maxStates?: number): SymmetryCompared {
  const { world, model, rows, facts, fill } = machine;
  const words = model.words + model.facts;
  const symmetry = symmetryOf(world.layout, rows, facts);
  if (symmetry === null) throw new Error(`layout ${world.layout.name} has no symmetry`);
  const group = actionsOf(world.layout, rows, facts);
  const compare = comparerOf(machine);
  const buffer = new Int32Array(model.bufferWords);
  const after = new Int32Array(words);
  const renamed = new Int32Array(words);
  const renamedAfter = new Int32Array(words);
  const canonical = new Int32Array(words);
  const orbits = new Set<string>();
  const take = (to: Int32Array): void => {
    fill(buffer);
    to.set(buffer.subarray(0, words));
  };
  const step = (from: Int32Array, event: number, to: Int32Array): number => {
    buffer.set(from);
    const found = model.step(buffer, event, EVERY_GOAL);
    if (found !== REFUSED) take(to);
    return found;
  };
  const found = (row: Int32Array): number => {
    buffer.set(row);
    return model.inspect(buffer, EVERY_GOAL);
  };

  /** Facts may differ by a renaming that leaves the row as it is: which state stands for others is the row's affair. */
  const standsFor = (other: Int32Array): Disagreement | null => {
    const wrong = compare(canonical, other);
    if (wrong === null || facts === null) return wrong;
    return group.some(({ rename }) => {
      rename(canonical, renamedAfter);
      return compare(renamedAfter, other) === null;
    })
      ? null
      : wrong;
  };

  const compared = breadthFirst(
    {
      words,
      start: (add) => {
        model.initial(buffer);
        take(after);
        add(after);
        return eventsAgree(symmetry, group);
      },
      enter: (state) => {
        canonical.set(state);
        const by = symmetry.canonicalize(canonical);
        orbits.add(canonical.join());
        (group[by] as Action).rename(state, renamed);
        const one = compare(canonical, renamed);
        if (one !== null) return { ...one, field: `canonical ${one.field}` };
        const goals = found(state);
        for (const { rename } of group) {
          rename(state, renamed);
          const other = found(renamed);
          if (other !== goals)
            return { field: 'goals of the state', one: namesOf(goals), other: namesOf(other) };
          symmetry.canonicalize(renamed);
          const orbit = standsFor(renamed);
          if (orbit !== null) return { ...orbit, field: `canonical ${orbit.field}` };
        }
        return null;
      },
      take: (state, event, add) => {
        const goals = step(state, event, after);
        for (const { rename, events: become } of group) {
          rename(state, renamed);
          const result = step(renamed, become[event] as number, renamedAfter);
          if (result !== goals) return { field: 'result', one: resultOf(goals), other: resultOf(result) };
          if (goals === REFUSED) continue;
          rename(after, renamed);
          const disagreement = compare(renamed, renamedAfter);
          if (disagreement !== null) return disagreement;
        }
        if (goals === REFUSED) return true;
        add(after);
        return false;
      },
    },
    world.layout.events,
    maxStates,
  );
  return { ...compared, order: symmetry.order, orbits: orbits.size };
}

/** Compares rows, and their facts word by word. */
function comparerOf({ world, rows, facts }: Renamable) {
  const unpacker = new Unpacker(world.layout, rows);
  const machineOf = (row: Int32Array) => unpacker.unpack(row);
  const factWords = facts?.words ?? 0;
  return (one: Int32Array, other: Int32Array): Disagreement | null => {
    const wrong = differenceOfRows(machineOf, rows.words, one, other);
    if (wrong !== null) return wrong;
    for (let word = rows.words; word < rows.words + factWords; word++) {
      if (one[word] !== other[word]) return said(`word ${word}, of facts,`, one[word], other[word]);
    }
    return null;
  };
}

/** `eventBefore` must undo the renaming of events, and every event must become one of the layout. */
function eventsAgree(symmetry: Symmetry, group: readonly Action[]): Disagreement | null {
  for (const [number, { events: become }] of group.entries()) {
    const back = become.map((_, event) => become[symmetry.eventBefore(number, event)]);
    const all = [...become.keys()];
    if (!isDeepStrictEqual(back, all))
      return { field: `events before renaming ${number}`, one: all.join(), other: back.join() };
  }
  return null;
}

function resultOf(result: number): string {
  return result === REFUSED ? '#GP' : namesOf(result);
}
