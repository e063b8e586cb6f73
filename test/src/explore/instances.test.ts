import { describe, expect, it } from 'vitest';
import { candidatesOf, clauseOf } from '../../../spec/proof/invariant.ts';
import { LEVEL_COUNTS, vocabularyOf } from '../../../spec/proof/vocabulary.ts';
import { Random } from '../../../src/checker/random.ts';
import { instancesOf } from '../../../src/explore/model/instances.ts';
import { Finite } from '../../../src/prove/finite.ts';
import { randomState, SIZES } from '../prove/random-state.ts';

const finite = new Finite(SIZES);

describe.each(LEVEL_COUNTS)('on tables of %i levels', (levels) => {
  const random = new Random(3);
  const { before } = vocabularyOf(levels);

  /** States that keep most clauses, and states in which each part is not what it was in some place. */
  const states = Array.from({ length: 6 }, () => randomState(random, levels)).flatMap((state) => {
    const changed = Object.entries(state).map(([name, of]) => {
      const values = of.slice();
      const at = random.below(values.length);
      values[at] = of[random.below(values.length)] as number;
      return [name, values] as const;
    });
    return [state, Object.fromEntries(changed)];
  });

  it.each(candidatesOf(levels))(
    '$name is broken by some elements where the program says that it does not hold',
    (clause) => {
      const holds = finite.formula(clauseOf(clause, before));
      for (const state of states)
        expect(instancesOf(clause, before, state, SIZES).breaks.length === 0).toBe(holds(state));
    },
  );

  it('all that a clause speaks of is found, each once', () => {
    const [state] = states as [(typeof states)[number]];
    const cached = candidatesOf(levels).find(({ name }) => name === 'nothing-cached');
    const { keeps, breaks } = instancesOf(cached as NonNullable<typeof cached>, before, state, SIZES);
    expect(keeps).toEqual([]);
    expect(breaks.length).toBe(state.cached?.reduce((sum, is) => sum + is, 0));
    expect(new Set(breaks.map(String)).size).toBe(breaks.length);
  });
});
