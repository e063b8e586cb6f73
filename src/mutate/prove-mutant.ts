import type { Contract } from '../../spec/contracts/contract.ts';
import type { Kernel } from '../../spec/kernels/decisions.ts';
import { SAFETY } from '../../spec/properties/vtlb-within-guest-tlb.ts';
import { isCovered } from '../prove/events.ts';
import { findTrace } from '../prove/find-trace.ts';
import { type Asking, type ProofVerdict, prove, subjectOf } from '../prove/prove.ts';
import type { Solver } from '../prove/solver.ts';
import type { Judged } from './judge.ts';
import { applyMutant } from './mutants.ts';

/**
 * Says what mutants of a kernel are for any number of everything. One whose searches broke safety is broken, and must
 * not be proved: that would be a fault of the relations.
 */
export function mutantProver(
  kernel: Kernel,
  contract: Contract,
  solver: Solver,
  signal: AbortSignal,
): (judged: Judged) => Promise<ProofVerdict | null> {
  const asking: Asking = { solver, signal, onProgress: () => {}, asked: new Map() };
  return async ({ mutant, breach }) => {
    const mutated = applyMutant(kernel, mutant);
    try {
      const { isProved } = await prove(subjectOf(mutated, contract, [mutant.decision]), asking);
      const trace = breach?.property === SAFETY ? breach.trace : null;
      if (isProved && trace?.every(isCovered))
        throw new Error(`cannot happen: ${mutant.decision}=${mutant.to} is proved, and a trace breaks it`);
      if (trace !== null) return 'broken';
      if (isProved) return 'proved';
      return (await findTrace(mutated, undefined, contract, signal, () => {})) === null ? 'open' : 'broken';
    } catch (error) {
      if (signal.aborted) return null;
      throw error;
    }
  };
}
