import { isDeepStrictEqual } from 'node:util';
import type { World } from '../../spec/world/world.ts';
import { REFUSED, type Symmetry } from '../checker/model.ts';
import { createCore } from '../core/create.ts';
import type { CoreEvent } from '../core/event.ts';
import { inspect } from '../core/properties/inspect.ts';
import { initial } from '../core/step/initial.ts';
import { step } from '../core/step/step.ts';
import { groupOf } from '../core/symmetry/group.ts';
import { renameEvent } from '../core/symmetry/rename-event.ts';
import { renamedGuestPages, renameFields } from '../core/symmetry/rename-fields.ts';
import { RowRenaming } from '../core/symmetry/rename-rows.ts';
import { symmetryOf } from '../core/symmetry/symmetry.ts';
import { EVERY_FINDING, namesOf } from '../engine/spec-findings.ts';
import { breadthFirst, type Compared } from './breadth-first.ts';
import { different, RowComparer } from './compare-rows.ts';
import type { Disagreement } from './difference.ts';

/** A renaming that acts on rows and on events. */
interface Action {
  readonly rename: (from: Int32Array, to: Int32Array) => void;
  /** By number of an event: what it becomes. */
  readonly events: readonly CoreEvent[];
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
 * findings; and the state that stands for others is the same for all of them. In a difference, `spec` is what
 * comes of the state as it was found.
 *
 * @param maxStates how many states to take every event in; all that are reachable by default
 * @throws Error if the layout has no symmetry
 */
export function compareSymmetry(world: World, maxStates?: number): SymmetryCompared {
  const { core, events } = createCore(world);
  const { layout: rows } = core;
  const symmetry = symmetryOf(world.layout, rows);
  if (symmetry === null) throw new Error(`layout ${world.layout.name} has no symmetry`);
  const group = actionsOf(world, rows, events);
  const comparer = new RowComparer(world.layout, rows);
  const after = new Int32Array(rows.bufferWords);
  const renamed = new Int32Array(rows.bufferWords);
  const canonical = new Int32Array(rows.bufferWords);
  const orbits = new Set<string>();
  const found = (row: Int32Array) => {
    core.row.set(row);
    return inspect(core, EVERY_FINDING);
  };

  const compared = breadthFirst(
    {
      words: rows.words,
      start: (add) => {
        initial(core);
        add(core.row);
        return eventsAgree(symmetry, group, events);
      },
      enter: (state) => {
        canonical.set(state);
        const by = symmetry.canonicalize(canonical);
        orbits.add(canonical.subarray(0, rows.words).join());
        (group[by] as Action).rename(state, renamed);
        const one = comparer.compare(canonical, renamed);
        if (one !== null) return { ...one, field: `canonical ${one.field}` };
        const findings = found(state);
        for (const { rename } of group) {
          rename(state, renamed);
          const other = different('findings of the state', findings, found(renamed), namesOf);
          if (other !== null) return other;
          symmetry.canonicalize(renamed);
          const orbit = comparer.compare(canonical, renamed);
          if (orbit !== null) return { ...orbit, field: `canonical ${orbit.field}` };
        }
        return null;
      },
      take: (state, event, add) => {
        core.row.set(state);
        const findings = step(core, events[event] as CoreEvent, EVERY_FINDING);
        after.set(core.row);
        for (const { rename, events: become } of group) {
          rename(state, renamed);
          core.row.set(renamed);
          const result = step(core, become[event] as CoreEvent, EVERY_FINDING);
          const other = different('result', findings, result, resultOf);
          if (other !== null) return other;
          if (findings === REFUSED) continue;
          rename(after, renamed);
          const disagreement = comparer.compare(renamed, core.row);
          if (disagreement !== null) return disagreement;
        }
        if (findings === REFUSED) return true;
        add(after);
        return false;
      },
    },
    world.layout.events,
    maxStates,
  );
  return { ...compared, order: symmetry.order, orbits: orbits.size };
}

/** The symmetry's renamings, in its own order. */
function actionsOf(
  { layout }: World,
  rows: ReturnType<typeof createCore>['core']['layout'],
  events: readonly CoreEvent[],
): Action[] {
  return groupOf(layout, rows).renamings.map((renaming) => {
    const row = new RowRenaming(rows.words, renameFields(rows, renaming));
    const pageOf = renamedGuestPages(rows, renaming);
    return {
      rename: (from, to) => {
        for (let word = 0; word < rows.words; word++) to[word] = row.word(from, word);
      },
      events: events.map((event) => renameEvent(rows, event, renaming, pageOf)),
    };
  });
}

/** `eventBefore` must undo the renaming of events. */
function eventsAgree(
  symmetry: Symmetry,
  group: readonly Action[],
  events: readonly CoreEvent[],
): Disagreement | null {
  for (const [number, { events: become }] of group.entries()) {
    for (const [event, expected] of events.entries()) {
      const before = symmetry.eventBefore(number, event);
      if (!isDeepStrictEqual(become[before], expected))
        return {
          field: `event before ${event} in renaming ${number}`,
          spec: 'another',
          core: String(before),
        };
    }
  }
  return null;
}

function resultOf(result: number): string {
  return result === REFUSED ? '#GP' : namesOf(result);
}
