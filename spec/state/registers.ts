import type { Pcid, Space } from './names.ts';

/** CR0, as far as shadow paging depends on it. */
export interface Cr0 {
  wp: boolean;
}

/**
 * A CR3 value without the NOFLUSH bit: the space whose top page it points to, and bits 11:0. The low bits are
 * a PCID only while CR4.PCIDE=1; with PCIDE=0 bits 3 and 4 are PWT and PCD and the rest is ignored.
 */
export interface Cr3 {
  readonly space: Space;
  readonly low: number;
}

/** CR4, as far as shadow paging depends on it. */
export interface Cr4 {
  pcide: boolean;
  pge: boolean;
  smep: boolean;
}

/** The bits of CR4 that are modelled, in the order in which a trace writes them. */
export const CR4_BITS = ['pcide', 'pge', 'smep'] as const satisfies readonly (keyof Cr4)[];

/** A bit of CR4 that is modelled. */
export type Cr4Bit = (typeof CR4_BITS)[number];

/** Whether two CR3 values are the same in every bit. */
export function sameCr3(one: Cr3, other: Cr3): boolean {
  return one.space === other.space && one.low === other.low;
}

/** The PCID that a CR3 value selects under this CR4. @source kernel: kvm_get_pcid; SDM vol. 3A, 4.10.1 */
export function pcidOf(cr4: Cr4, cr3: Cr3): Pcid {
  return cr4.pcide ? cr3.low : 0;
}

/** A CR3 value as people and traces write it: `a|1`. */
export function formatCr3(cr3: Cr3): string {
  return `${cr3.space}|${cr3.low}`;
}
