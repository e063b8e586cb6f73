import { afterAll, beforeAll, expect, it } from 'vitest';
import { CONTRACTS } from '../../../spec/contracts/named.ts';
import { KERNELS, type KernelName } from '../../../spec/kernels/named.ts';
import { candidatesOf } from '../../../spec/proof/invariant.ts';
import { LEVEL_COUNTS } from '../../../spec/proof/vocabulary.ts';
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

const attempt = (kernel: KernelName, contract: keyof typeof CONTRACTS, levels: number) =>
  prove(subjectOf(KERNELS[kernel], CONTRACTS[contract], levels), {
    solver,
    signal: new AbortController().signal,
    onProgress: () => {},
  });

const cases = (kernels: readonly KernelName[]) =>
  LEVEL_COUNTS.flatMap((levels) => kernels.map((kernel) => [kernel, levels] as const));

it.each(cases(Object.keys(KERNELS) as KernelName[]))(
  '%s keeps the clauses that are recorded of it, on %i levels',
  async (kernel, levels) => {
    const { isProved, invariant } = await attempt(kernel, 'kvm', levels);
    const notKept = candidatesOf(levels)
      .filter((clause) => !invariant.kept.includes(clause))
      .map(({ name }) => name);
    expect(isProved ? notKept : undefined).toEqual(NOT_KEPT[kernel]);
  },
);

it.each(cases(['naive', 'v6.12']))(
  '%s is proved under contract sdm or not, on %i levels',
  async (kernel, levels) => {
    expect((await attempt(kernel, 'sdm', levels)).isProved).toBe(kernel === 'naive');
  },
);
