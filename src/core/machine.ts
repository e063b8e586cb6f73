import type { Contract } from '../../spec/contracts/contract.ts';
import type { Kernel } from '../../spec/kernels/decisions.ts';
import type { RowLayout } from './row/fields.ts';

/**
 * The fast machine. Its whole state is the row, which every function of the core changes in place; the rest
 * stays the same during a run, as the World of the spec does.
 */
export interface Core {
  /** The words of the state, then the words that a step works in. */
  readonly row: Int32Array;
  readonly layout: RowLayout;
  readonly kernel: Kernel;
  readonly contract: Contract;
  /** What the steps have exercised so far, one bit a note. */
  readonly noted: Int32Array;
  /** Notes that need not be taken again: what was exercised before the core was specialised. */
  readonly settled: Int32Array;
  /** Whether steps count their work. */
  readonly counting: boolean;
  /** What the steps have cost since this was cleared, by number of a count. */
  readonly work: Int32Array;
  /** The frames that the last event may read, one bit a frame, in one word; kept while steps count. */
  readonly sees: Int32Array;
}
