import type { World } from '../../spec/world/world.ts';
import { REFUSED } from '../checker/model.ts';
import { createCore } from '../core/create.ts';
import type { CoreEvent } from '../core/event.ts';
import type { RowLayout } from '../core/row/fields.ts';
import type { WordMask } from '../core/row/tagged-set.ts';
import { initial } from '../core/step/initial.ts';
import { step } from '../core/step/step.ts';
import { breadthFirst, type Compared } from './breadth-first.ts';
import { RowComparer } from './compare-rows.ts';

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
  const { core, events } = createCore(world);
  const { words } = core.layout;
  const erased = part(core.layout);
  const erase = (row: Int32Array) => {
    for (const { word, mask } of erased) row[word] = (row[word] as number) & ~mask;
  };
  const comparer = new RowComparer(world.layout, core.layout);
  const after = new Int32Array(words);
  const rest = new Int32Array(words);
  const take = (row: Int32Array, event: number): number => {
    core.row.set(row);
    return step(core, events[event] as CoreEvent, 0);
  };
  return breadthFirst(
    {
      words,
      start: (add) => {
        initial(core);
        add(core.row);
        return null;
      },
      enter: () => null,
      take: (state, event, add) => {
        const refused = take(state, event) === REFUSED;
        for (let word = 0; word < words; word++) after[word] = core.row[word] as number;
        erase(state);
        const refusedToo = take(state, event) === REFUSED;
        if (refused !== refusedToo)
          return { field: 'outcome', spec: String(refused), core: String(refusedToo) };
        if (refused) return true;
        for (let word = 0; word < words; word++) rest[word] = core.row[word] as number;
        erase(rest);
        const whole = after.slice();
        erase(whole);
        const wrong = comparer.compare(whole, rest);
        if (wrong !== null) return wrong;
        add(after);
        return false;
      },
    },
    world.layout.events,
    maxStates,
  );
}
