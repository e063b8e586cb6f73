import type { Contract } from '../../spec/contracts/contract.ts';
import type { Kernel } from '../../spec/kernels/decisions.ts';
import { buildLayout } from '../../spec/layouts/build.ts';
import { LAYOUTS } from '../../spec/layouts/named.ts';
import { LEVEL_COUNTS } from '../../spec/proof/vocabulary.ts';
import { SAFETY } from '../../spec/properties/vtlb-within-guest-tlb.ts';
import { beyondRelations, isCovered } from '../prove/events.ts';
import { findTrace } from '../prove/find-trace.ts';
import {
  type Asking,
  type Obstacle,
  obstaclesOf,
  type ProofVerdict,
  proveAll,
  subjectsOf,
} from '../prove/prove.ts';
import type { Solver } from '../prove/solver.ts';
import type { Breach, Judged } from './judge.ts';
import { applyMutant } from './mutants.ts';

/** What a mutant is for any number of everything. */
export interface MutantProof {
  readonly verdict: ProofVerdict;
  /** What stands in the way of a proof. Where nothing does and a trace breaks it, that has what the relations leave out. */
  readonly open: readonly Obstacle[];
}

/**
 * Says what mutants of a kernel are for any number of everything. One whose searches broke safety is broken, and must
 * not be proved by the events and tables of that trace: that would be a fault of the relations.
 */
export function mutantProver(
  kernel: Kernel,
  contract: Contract,
  solver: Solver,
  signal: AbortSignal,
): (judged: Judged) => Promise<MutantProof | null> {
  const asking: Asking = { solver, signal, onProgress: () => {}, asked: new Map() };
  return async ({ mutant, breach }) => {
    const mutated = applyMutant(kernel, mutant);
    try {
      const subjects = subjectsOf(mutated, contract, LEVEL_COUNTS, [mutant.decision]);
      const attempts = await proveAll(subjects, asking);
      const open = attempts.flatMap(obstaclesOf);
      const failed = attempts.find(({ isProved }) => !isProved);
      if (breach?.property === SAFETY) {
        if (failed === undefined && isOfRelations(breach))
          throw new Error(`cannot happen: ${mutant.decision}=${mutant.to} is proved, and a trace breaks it`);
        return { verdict: 'broken', open };
      }
      if (failed === undefined) return { verdict: 'proved', open };
      const trace = await findTrace(failed.subject.levels, mutated, undefined, contract, signal, () => {});
      return { verdict: trace === null ? 'open' : 'broken', open };
    } catch (error) {
      if (signal.aborted) return null;
      throw error;
    }
  };
}

/** Whether the relations have everything that a trace has. */
function isOfRelations({ trace, scope }: Breach): boolean {
  const layout = buildLayout(LAYOUTS[scope.layout], scope.bounds);
  return trace.every(isCovered) && beyondRelations(layout) === null;
}
