import { expect, it } from 'vitest';
import { DECISIONS } from '../../../spec/kernels/decisions.ts';
import { KERNELS } from '../../../spec/kernels/named.ts';
import { applyMutant, mutantsOf } from '../../../src/mutate/mutants.ts';

const kernel = KERNELS['v6.12'];

it('changes each decision to each of its other values', () => {
  const values = Object.values(DECISIONS).map((decision) => Object.keys(decision.values).length);
  const mutants = mutantsOf(kernel);
  expect(mutants.length).toBe(values.reduce((sum, count) => sum + count - 1, 0));
  for (const mutant of mutants) {
    const changed = applyMutant(kernel, mutant);
    const differing = Object.entries(changed).filter(
      ([decision, value]) => value !== kernel[decision as never],
    );
    expect(differing).toEqual([[mutant.decision, mutant.to]]);
    expect(mutant.from).toBe(kernel[mutant.decision]);
  }
});

it('changes only the decisions that are asked for, in the order of the table', () => {
  const decisions = mutantsOf(kernel, ['pgeToggle', 'rootReuse']).map(({ decision }) => decision);
  expect([...new Set(decisions)]).toEqual(['rootReuse', 'pgeToggle']);
});
