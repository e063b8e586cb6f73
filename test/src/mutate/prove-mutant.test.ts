import { expect, it } from 'vitest';
import { CONTRACTS } from '../../../spec/contracts/named.ts';
import type { Event } from '../../../spec/events/event.ts';
import { KERNELS } from '../../../spec/kernels/named.ts';
import { SAFETY } from '../../../spec/properties/vtlb-within-guest-tlb.ts';
import type { Judged } from '../../../src/mutate/judge.ts';
import { mutantsOf } from '../../../src/mutate/mutants.ts';
import { mutantProver } from '../../../src/mutate/prove-mutant.ts';
import type { Solver } from '../../../src/prove/solver.ts';

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
const [mutant] = mutantsOf(KERNEL, ['smepSet']) as [Judged['mutant']];

function judged(trace: readonly Event[] | null): Judged {
  const counts = { states: 1, facts: 0, transitions: 1, depth: 1 };
  const scope = { layout: 'roles', bounds: {} } as const;
  const breach = trace && { ...counts, scope, property: SAFETY, message: '', trace };
  return { mutant, needed: trace !== null, breach, explored: [] };
}

const proverOf = (solver: Solver) =>
  mutantProver(KERNEL, CONTRACTS.kvm, solver, new AbortController().signal);

it('a mutant that the solver agrees to is proved, and what was asked is not asked again', async () => {
  const solver = new Agreeing();
  const prover = proverOf(solver);
  expect(await prover(judged(null))).toBe('proved');
  const { scripts } = solver;
  expect(scripts).toBeGreaterThan(40);
  expect(await prover(judged(null))).toBe('proved');
  expect(solver.scripts).toBe(scripts);
});

it('one that a trace of other events breaks is broken', async () => {
  const trace: Event[] = [{ kind: 'nested', cpu: 0, action: 'invvpid' }];
  expect(await proverOf(new Agreeing())(judged(trace))).toBe('broken');
});

it('one that a trace of these events breaks cannot be proved', async () => {
  const trace: Event[] = [{ kind: 'access', cpu: 0, page: 'u0' }];
  await expect(proverOf(new Agreeing())(judged(trace))).rejects.toThrow('is proved, and a trace breaks it');
});
