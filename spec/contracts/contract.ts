import type { Operation } from './invalidation.ts';

/** Operations that invalidate at least a whole PCID. */
export type WholeFlush = Exclude<Operation, 'invlpg' | 'invpcid address' | 'page fault'>;

/** Whether an operation invalidates at least a whole PCID. */
export function isWholeFlush(operation: Operation): operation is WholeFlush {
  return operation !== 'invlpg' && operation !== 'invpcid address' && operation !== 'page fault';
}

/**
 * How strict the architecture is taken to be: through which CR3 values the guest's TLB may fill.
 *
 * `active`: only through the CR3 that is loaded. `loaded`: also through CR3 values that the vCPU has loaded
 * before with PCIDE=1, until a flush that `endedBy` marks covers their PCID. The fewer refills, the stronger the
 * contract.
 */
export interface Contract {
  readonly name: string;
  readonly doc: string;
  readonly refill: 'active' | 'loaded';
  readonly endedBy: Readonly<Record<WholeFlush, boolean>>;
}
