import { expect, it } from 'vitest';
import { CANDIDATES, clauseOf } from '../../../spec/proof/invariant.ts';
import { STATE_BEFORE } from '../../../spec/proof/vocabulary.ts';
import { Random } from '../../../src/checker/random.ts';
import { instancesOf } from '../../../src/explore/model/instances.ts';
import { Finite } from '../../../src/prove/finite.ts';
import { randomState, SIZES } from '../prove/random-state.ts';

const random = new Random(3);
const finite = new Finite(SIZES);

/** States that keep most clauses, and states in which each part is not what it was in some place. */
const STATES = Array.from({ length: 6 }, () => randomState(random)).flatMap((state) => {
  const changed = Object.entries(state).map(([name, of]) => {
    const values = of.slice();
    const at = random.below(values.length);
    values[at] = of[random.below(values.length)] as number;
    return [name, values] as const;
  });
  return [state, Object.fromEntries(changed)];
});

it.each(CANDIDATES)(
  '$name is broken by some elements where the program says that it does not hold',
  (clause) => {
    const holds = finite.formula(clauseOf(clause, STATE_BEFORE));
    for (const state of STATES)
      expect(instancesOf(clause, state, SIZES).breaks.length === 0).toBe(holds(state));
  },
);

it('all that a clause speaks of is found, each once', () => {
  const [state] = STATES as [(typeof STATES)[number]];
  const cached = CANDIDATES.find(({ name }) => name === 'nothing-cached') as (typeof CANDIDATES)[number];
  const { keeps, breaks } = instancesOf(cached, state, SIZES);
  expect(keeps).toEqual([]);
  expect(breaks.length).toBe(state.cached?.reduce((sum, is) => sum + is, 0));
  expect(new Set(breaks.map(String)).size).toBe(breaks.length);
});
