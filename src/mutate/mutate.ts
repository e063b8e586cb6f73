import type { Contract } from '../../spec/contracts/contract.ts';
import { decisionsOf } from '../../spec/define/kernel.ts';
import type { DecisionName } from '../../spec/kernels/decisions.ts';
import { LAYOUTS } from '../../spec/layouts/named.ts';
import type { OverriddenKernel } from '../../spec/world/world.ts';
import { inTurn } from '../check/in-turn.ts';
import type { CheckJob } from '../check/job.ts';
import { withPool } from '../check/pool.ts';
import type { CheckResult } from '../check/result.ts';
import { SCOPES, type Scope } from '../check/scopes.ts';
import type { OverridesSource } from '../engine/overrides.ts';
import { type CostComparison, compareWork, workOf } from './cost.ts';
import { type BaseSearch, type Judged, judge } from './judge.ts';
import { applyMutant, mutantsOf } from './mutants.ts';
import type { MutantProof } from './prove-mutant.ts';

/** What to mutate, and how. */
export interface MutateInput {
  readonly kernel: OverriddenKernel;
  /** Where its own functions and reducers come from, if it has any. */
  readonly overrides?: OverridesSource | undefined;
  readonly contract: Contract;
  /** The decisions to change; all if it is left out. */
  readonly decisions?: readonly DecisionName[] | undefined;
  readonly scopes?: readonly Scope[];
  /** Searches carried out side by side. */
  readonly workers: number;
  readonly signal: AbortSignal;
  /** Says what a mutant is for any number of everything, after its searches. */
  readonly proofOf?: (judged: Judged) => Promise<MutantProof | null>;
  readonly onProgress: (text: string) => void;
}

/** The kernel's own search of a layout; null if it was cut off. */
export interface Base {
  readonly scope: Scope;
  readonly result: CheckResult | null;
}

/** A mutant with everything that was found of it. */
export interface MutantFound extends Judged {
  /** Null where a limit came first. */
  readonly costs: CostComparison | null;
  /** What it is for any number of everything; null where that was not asked, or a limit came first. */
  readonly proof: MutantProof | null;
}

/** What came out of changing each decision. */
export interface Mutated {
  readonly base: readonly Base[];
  readonly mutants: readonly MutantFound[];
}

/**
 * Changes each decision to each of its other values, one at a time. The kernel itself comes first; its mutants
 * are compared on the layouts where it holds, for elsewhere a breach says nothing about them.
 */
export async function mutate(input: MutateInput): Promise<Mutated> {
  const {
    kernel,
    overrides,
    contract,
    decisions,
    scopes = SCOPES,
    workers,
    signal,
    onProgress,
    proofOf,
  } = input;
  const mutants = mutantsOf(kernel, decisions);
  const work = workOf(kernel);
  return withPool(workers, signal, async (run) => {
    const search = (of: OverriddenKernel, scope: Scope) => run(jobOf(of, overrides, contract, scope));
    const base = await inTurn(
      scopes,
      workers,
      async (scope) => ({ scope, result: await search(kernel, scope) }),
      (done) => onProgress(`the kernel as it is: ${done} of ${scopes.length} layouts searched`),
    );
    const holding = base.filter(holds);
    const judged = await inTurn(
      mutants,
      workers,
      async (mutant) => {
        const mutated = applyMutant(kernel, mutant);
        const judgement = await judge(mutant, holding, (scope) => search(mutated, scope));
        const costs = signal.aborted ? null : compareWork(work, workOf(mutated));
        const proof = signal.aborted || proofOf === undefined ? null : await proofOf(judgement);
        return { ...judgement, costs, proof };
      },
      (done) => onProgress(`${done} of ${mutants.length} mutants judged`),
    );
    return { base, mutants: judged };
  });
}

/** Whether a layout was explored whole and nothing broke. */
export function holds(base: Base): base is BaseSearch {
  return base.result?.complete === true && base.result.violations.length === 0;
}

function jobOf(
  kernel: OverriddenKernel,
  overrides: OverridesSource | undefined,
  contract: Contract,
  { layout, bounds }: Scope,
): CheckJob {
  return {
    kernel: decisionsOf(kernel),
    overrides,
    contract,
    layout: LAYOUTS[layout],
    bounds,
    tlbs: 'apart',
    amongMany: true,
    flushesOrdered: false,
  };
}
