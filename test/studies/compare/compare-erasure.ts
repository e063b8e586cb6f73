import type { World } from '../../../spec/world/world.ts';
import { REFUSED } from '../../../src/checker/model.ts';
import type { RowLayout } from '../../../src/engine/rows/fields.ts';
import type { WordMask } from '../../../src/engine/rows/tagged-set.ts';
import { wholeStates } from '../whole-states.ts';
import { breadthFirst, type Compared } from './breadth-first.ts';
import { differenceOfRows } from './compare-rows.ts';

/**
 * Whether a part of the state has no influence on the rest: with that part erased before a step, the rest comes
 * out of the step the same. Asked of every event in every reachable state.
 *
 * @param part what to erase, given the rows of the world
 * @param maxStates how many states to ask; all that are reachable by default
 */
export function compareErasure(
  world: World,
  part: (rows: RowLayout) => readonly WordMask[],
  maxStates?: number,
): Compared {
  const { model, rows, machineOf } = wholeStates(world);
  const { words } = rows;
  const erased = part(rows);
  const erase = (row: Int32Array) => {
    for (const { word, mask } of erased) row[word] = (row[word] as number) & ~mask;
  };
  const after = new Int32Array(model.bufferWords);
  const rest = new Int32Array(model.bufferWords);
  return breadthFirst(
    {
      words,
      start: (add) => {
        model.initial(after);
        add(after);
        return null;
      },
      enter: () => null,
      take: (state, event, add) => {
        after.set(state);
        rest.set(state);
        erase(rest);
        const refused = model.step(after, event, 0) === REFUSED;
        const refusedToo = model.step(rest, event, 0) === REFUSED;
        if (refused !== refusedToo)
          return { field: 'outcome', one: String(refused), other: String(refusedToo) };
        if (refused) return true;
        const whole = after.slice(0, words);
        erase(whole);
        erase(rest);
        const wrong = differenceOfRows(machineOf, words, whole, rest);
        if (wrong !== null) return wrong;
        add(after);
        return false;
      },
    },
    world.layout.events,
    maxStates,
  );
}
