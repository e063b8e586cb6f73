import type { EntryNames } from '../state/tlb-effects.ts';

/** The rows of the manual's table of invalidations. @source SDM vol. 3A, 4.10.4.1 */
export type Operation =
  | 'invlpg'
  | 'page fault'
  | 'invpcid address'
  | 'invpcid single'
  | 'invpcid all'
  | 'invpcid all-nonglobal'
  | 'mov-cr3'
  | 'mov-cr4 pge'
  | 'mov-cr4 pcide 1->0'
  | 'mov-cr4 smep 0->1';

/** What an operation makes the processor drop. */
export interface Invalidation extends EntryNames {
  readonly operation: Operation;
}
