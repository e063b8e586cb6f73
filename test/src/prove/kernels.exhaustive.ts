import { afterAll, beforeAll, expect, it } from 'vitest';
import { CONTRACTS } from '../../../spec/contracts/named.ts';
import { KERNELS, type KernelName } from '../../../spec/kernels/named.ts';
import { CANDIDATES } from '../../../spec/proof/invariant.ts';
import { NOT_KEPT } from '../../../src/explore/model/not-kept.ts';
import { prove, subjectOf } from '../../../src/prove/prove.ts';
import type * as Solvers from '../../../src/prove/solver.ts';

/** Built, as worker threads load no TypeScript. */
const { openSolver }: typeof Solvers = await import(
  new URL('../../../dist/src/prove/solver.js', import.meta.url).href
);

let solver: Solvers.Solver;
beforeAll(async () => {
  solver = await openSolver(undefined);
});
afterAll(() => solver.close());

const attempt = (kernel: KernelName, contract: keyof typeof CONTRACTS) =>
  prove(subjectOf(KERNELS[kernel], CONTRACTS[contract]), {
    solver,
    signal: new AbortController().signal,
    onProgress: () => {},
  });

it.each(Object.keys(KERNELS) as KernelName[])(
  '%s keeps the clauses that are recorded of it',
  async (kernel) => {
    const { isProved, invariant } = await attempt(kernel, 'kvm');
    const notKept = CANDIDATES.filter((clause) => !invariant.kept.includes(clause)).map(({ name }) => name);
    expect(isProved ? notKept : undefined).toEqual(NOT_KEPT[kernel]);
  },
);

it.each([
  ['naive', true],
  ['v6.12', false],
] as const)('%s is proved under contract sdm: %s', async (kernel, isProved) => {
  expect((await attempt(kernel, 'sdm')).isProved).toBe(isProved);
});
