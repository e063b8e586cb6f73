import type { World } from '../../spec/world/world.ts';
import { REFUSED } from '../checker/model.ts';
import { createCore } from '../core/create.ts';
import type { CoreEvent } from '../core/event.ts';
import { inspect } from '../core/properties/inspect.ts';
import { NOTES } from '../core/row/notes.ts';
import { loadProgram, specialize } from '../core/specialize/specialize.ts';
import { initial } from '../core/step/initial.ts';
import { step } from '../core/step/step.ts';
import { EVERY_FINDING, namesOf } from '../engine/spec-findings.ts';
import { breadthFirst, type Compared } from './breadth-first.ts';
import { different, RowComparer } from './compare-rows.ts';
import type { Disagreement } from './difference.ts';

/** In one of so many states other findings are wanted too. */
const OTHER_MASKS_EVERY = 8;
/** What is wanted there, in turn: nothing, everything, each finding, all but each. */
const MASKS: readonly number[] = [
  0,
  -1,
  ...Array.from({ length: 31 }, (_, i) => 1 << i)
    .filter((bit) => (EVERY_FINDING & bit) !== 0)
    .flatMap((bit) => [bit, EVERY_FINDING & ~bit]),
];

/**
 * Holds the straight-line code that is written out for a core against the core's own functions, breadth first:
 * results, states and notes must be the same, with every finding wanted, and in some states with others. In a
 * difference, `spec` is what the functions give. The code is written out from `dist`, which must be up to
 * date.
 *
 * @param maxStates how many states to take every event in; all that are reachable by default
 */
export async function compareSpecialized(world: World, maxStates?: number): Promise<Compared> {
  const { core, events } = createCore(world);
  const { words, bufferWords } = core.layout;
  const code = specialize(await loadProgram(), core, events);
  const comparer = new RowComparer(world.layout, core.layout);
  const other = new Int32Array(bufferWords);
  const noted = new Int32Array(core.noted.length);
  let entered = 0;
  let wanting: number[] = [];

  const same = (
    functions: (wanted: number) => number,
    straight: (wanted: number) => number,
    wanted: number,
  ): number | Disagreement => {
    core.noted.fill(0);
    const result = functions(wanted);
    noted.set(core.noted);
    core.noted.fill(0);
    const otherResult = straight(wanted);
    if ((result & otherResult & REFUSED) !== 0) return REFUSED;
    return (
      different(`result, ${namesOf(wanted)} wanted`, result, otherResult, resultOf) ??
      comparer.compare(core.row, other) ??
      sameNotes(noted, core.noted) ??
      result
    );
  };
  const inspected = (wanted: number) =>
    same(
      (mask) => inspect(core, mask),
      (mask) => code.inspect(other, mask),
      wanted,
    );

  return breadthFirst(
    {
      words,
      start: (add) => {
        initial(core);
        add(core.row);
        return null;
      },
      enter: (state) => {
        entered++;
        wanting = [EVERY_FINDING];
        if (entered % OTHER_MASKS_EVERY === 0) {
          wanting.unshift(MASKS[(entered / OTHER_MASKS_EVERY) % MASKS.length] as number);
        }
        for (const wanted of wanting) {
          core.row.set(state);
          other.set(state);
          const found = inspected(wanted);
          if (typeof found === 'object') return found;
        }
        return null;
      },
      take: (state, event, add) => {
        for (const wanted of wanting) {
          core.row.set(state);
          other.set(state);
          const found = same(
            (mask) => step(core, events[event] as CoreEvent, mask),
            (mask) => code.step(other, event, mask),
            wanted,
          );
          if (typeof found === 'object') return found;
          if (found === REFUSED) return true;
        }
        add(core.row);
        return false;
      },
    },
    world.layout.events,
    maxStates,
  );
}

function sameNotes(one: Int32Array, other: Int32Array): Disagreement | null {
  const noted = (notes: Int32Array, note: number) => ((notes[note >>> 5] as number) >>> (note & 31)) & 1;
  for (const [note, name] of NOTES.entries()) {
    const found = different(`note ${name}`, noted(one, note), noted(other, note));
    if (found !== null) return found;
  }
  return null;
}

function resultOf(result: number): string {
  return (result & REFUSED) === 0 ? namesOf(result) : '#GP';
}
