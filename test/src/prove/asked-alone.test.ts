import { expect, it } from 'vitest';
import { CONTRACTS } from '../../../spec/contracts/named.ts';
import { KERNELS } from '../../../spec/kernels/named.ts';
import { prove, subjectOf } from '../../../src/prove/prove.ts';
import type { Solver } from '../../../src/prove/solver.ts';

/** A solver that says something of a goal alone, and nothing of several. */
const solver: Solver = {
  name: 'shy 1',
  givesModels: false,
  run: async (script) => {
    const goals = script.match(/\(check-sat\)/g)?.length ?? 0;
    return `${goals === 1 ? 'unsat' : 'unknown'}\n`.repeat(goals);
  },
  close: async () => {},
};

it('what a solver does not say of a goal among others is asked of it alone', async () => {
  const subject = subjectOf(KERNELS['v6.12'], CONTRACTS.kvm, 2);
  const { isProved } = await prove(
    { ...subject, steps: subject.steps.slice(0, 1) },
    { solver, signal: new AbortController().signal, onProgress: () => {} },
  );
  expect(isProved).toBe(true);
});
