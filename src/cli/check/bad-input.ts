import { GuestError } from '../../../spec/guests/guest.ts';
import { CheckpointError } from '../../checker/checkpoint-error.ts';
import { isSystemError, WriteError } from '../../checker/whole-file.ts';
import { KernelPanic } from '../../conform/kernel-machine.ts';
import { InputError } from '../exit-code.ts';
import { type ChosenKernel, runKernels } from '../kernel.ts';

/** Says that it is bad input of a file that cannot be used or written, and of reducers that fail. */
export async function orBadInput<T>(chosen: ChosenKernel, work: () => Promise<T>): Promise<T> {
  return runKernels([chosen], () => orBadFile(work));
}

async function orBadFile<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isBadInput =
      error instanceof CheckpointError ||
      error instanceof WriteError ||
      error instanceof GuestError ||
      // Of code that is searched: where it did not give up before, on the way to a state.
      error instanceof KernelPanic;
    throw isBadInput || isSystemError(error) ? new InputError(error.message) : error;
  }
}
