import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONTRACTS } from '../../../spec/contracts/named.ts';
import type { Event } from '../../../spec/events/event.ts';
import { KERNELS } from '../../../spec/kernels/named.ts';
import { candidatesOf, SAFETY_CLAUSE } from '../../../spec/proof/invariant.ts';
import { SAFETY } from '../../../spec/properties/vtlb-within-guest-tlb.ts';
import type { Scope } from '../../../src/check/scopes.ts';
import type { Judged } from '../../../src/mutate/judge.ts';
import { applyMutant, mutantsOf } from '../../../src/mutate/mutants.ts';
import type * as Mutants from '../../../src/mutate/prove-mutant.ts';
import { largestInvariant, nameOf } from '../../../src/prove/houdini.ts';
import { subjectOf } from '../../../src/prove/prove.ts';
import { scriptOf } from '../../../src/prove/question.ts';
import type * as Solvers from '../../../src/prove/solver.ts';
import { answersIn, type Solver } from '../../../src/prove/solver.ts';
import { formatMutantProof } from '../../../src/report/mutate.ts';
import { readProofs } from './support.ts';

/** Built, as worker threads load no TypeScript. */
const built = <T>(path: string): Promise<T> =>
  import(new URL(`../../../dist/src/${path}`, import.meta.url).href);
const { mutantProver } = await built<typeof Mutants>('mutate/prove-mutant.js');
const { openSolver } = await built<typeof Solvers>('prove/solver.js');

/** A solver that finds no counterexample to anything, and counts what it is asked. */
class Agreeing implements Solver {
  readonly name = 'agreeing 1';
  readonly givesModels = false;
  scripts = 0;
  run = async (script: string) => {
    this.scripts++;
    return 'unsat\n'.repeat(script.match(/\(check-sat\)/g)?.length ?? 0);
  };
  close = async () => {};
}

const KERNEL = KERNELS['v6.12'];
const [SURVIVOR] = mutantsOf(KERNEL, ['smepSet']) as [Judged['mutant']];

function judged(
  trace: readonly Event[] | null,
  scope: Scope = { layout: 'roles', bounds: {} },
  mutant: Judged['mutant'] = SURVIVOR,
): Judged {
  const counts = { states: 1, facts: 0, transitions: 1, depth: 1 };
  const breach = trace && { ...counts, scope, property: SAFETY, message: '', trace };
  return { mutant, needed: trace !== null, breach, explored: [] };
}

const proverOf = (solver: Solver) =>
  mutantProver(KERNEL, CONTRACTS.kvm, solver, new AbortController().signal);

it('a mutant that the solver agrees to is proved, and what was asked is not asked again', async () => {
  const solver = new Agreeing();
  const prover = proverOf(solver);
  expect(await prover(judged(null))).toEqual({ verdict: 'proved', open: [] });
  const { scripts } = solver;
  expect(scripts).toBeGreaterThan(40);
  expect(await prover(judged(null))).toEqual({ verdict: 'proved', open: [] });
  expect(solver.scripts).toBe(scripts);
});

it('one that a trace of other events breaks is broken', async () => {
  const trace: Event[] = [{ kind: 'nested', cpu: 0, action: 'enter', space: 'a', vpid: 'same' }];
  expect(await proverOf(new Agreeing())(judged(trace))).toEqual({ verdict: 'broken', open: [] });
});

it('so is one that a trace of these events breaks on other tables', async () => {
  const atTwoLevels = { layout: 'window', bounds: {} } as const;
  const trace: Event[] = [{ kind: 'access', cpu: 0, page: 'u0' }];
  expect(await proverOf(new Agreeing())(judged(trace, atTwoLevels))).toMatchObject({ verdict: 'broken' });
});

it('one that a trace of these events breaks cannot be proved', async () => {
  const trace: Event[] = [{ kind: 'access', cpu: 0, page: 'u0' }];
  await expect(proverOf(new Agreeing())(judged(trace))).rejects.toThrow('is proved, and a trace breaks it');
});

describe('asked of z3, as the table has it', () => {
  let solver: Solver;
  beforeAll(async () => {
    solver = await openSolver(undefined);
  });
  afterAll(() => solver.close());

  it.each(['movCr3Flush=same-root-only', 'pcidInvalidation=keep-prev-roots'])('%s', async (name) => {
    const mutant = mutantsOf(KERNEL).find(({ decision, to }) => `${decision}=${to}` === name);
    const proof = await proverOf(solver)(judged(null, undefined, mutant));
    expect(formatMutantProof(proof as NonNullable<typeof proof>)).toBe(readProofs()[name]);
  });

  it.each([
    ['with what backs hardware entries', candidatesOf(2), true],
    ['not without', candidatesOf(2).filter(({ name }) => name !== 'hardware-backed'), false],
  ])('INVLPG keeps safety without the flush of the address, %s', async (_, candidates, isKept) => {
    const [mutant] = mutantsOf(KERNEL, ['addressFlush']) as [Judged['mutant']];
    const { steps, initial } = subjectOf(applyMutant(KERNEL, mutant), CONTRACTS.kvm, 2);
    const { kept, dropped } = await largestInvariant({
      levels: 2,
      initial,
      steps: steps.filter((step) => nameOf(step) === 'invlpg'),
      candidates: candidates.filter(({ name }) => !name.endsWith('nothing-cached')),
      ask: async (question) => {
        const output = await solver.run(scriptOf(question), new AbortController().signal);
        return answersIn(output, question.goals.length, solver.name);
      },
      onProgress: () => {},
    });
    expect(kept.includes(SAFETY_CLAUSE)).toBe(isKept);
    expect(dropped.map(({ by }) => nameOf(by)).filter((step) => step !== 'invlpg')).toEqual([]);
  });
});
