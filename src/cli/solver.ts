import { openSolver, type Solver, SolverError } from '../prove/solver.ts';
import { InputError } from './exit-code.ts';

/** Works with the solver that is asked for. @throws InputError if it is not there, or does not answer as one does */
export async function withSolver<T>(
  asked: string | undefined,
  work: (solver: Solver) => Promise<T>,
): Promise<T> {
  try {
    const solver = await openSolver(asked);
    try {
      return await work(solver);
    } finally {
      await solver.close();
    }
  } catch (error) {
    throw error instanceof SolverError ? new InputError(error.message) : error;
  }
}
