import type { Contract, WholeFlush } from './contract.ts';

/**
 * What ends the refill through an earlier CR3 value in what KVM promises. A flush of one PCID does: MOV to
 * CR3 and INVPCID single-context free or sync every root of that PCID. So does PCIDE 1->0, after which no
 * cached root can be used unsynced. A flush of everything does not: kvm_mmu_sync_prev_roots keeps a cached
 * root that is in sync at that moment, and the guest may change its tables afterwards without an exit.
 */
const KVM_ENDED_BY: Readonly<Record<WholeFlush, boolean>> = {
  'mov-cr3': true,
  'invpcid single': true,
  'mov-cr4 pcide 1->0': true,
  'mov-cr4 smep 0->1': true,
  'mov-cr4 pge': false,
  'invpcid all': false,
  'invpcid all-nonglobal': false,
};

/** The contracts that a verdict may name. */
export const CONTRACTS = {
  sdm: {
    name: 'sdm',
    doc: 'only the active CR3 fills the guest TLB',
    refill: 'active',
    endedBy: {
      'mov-cr3': true,
      'invpcid single': true,
      'mov-cr4 pcide 1->0': true,
      'mov-cr4 smep 0->1': true,
      'mov-cr4 pge': true,
      'invpcid all': true,
      'invpcid all-nonglobal': true,
    },
  },
  kvm: {
    name: 'kvm',
    doc: 'the guest TLB may also fill through CR3 values loaded before and not flushed as a PCID since',
    refill: 'loaded',
    endedBy: KVM_ENDED_BY,
  },
} as const satisfies Record<string, Contract>;

/** What `--contract` takes. */
export type ContractName = keyof typeof CONTRACTS;

/** The next stronger promises: each has one more flush end the refill. KVM keeps none of them. */
export const STRONGER_THAN_KVM: readonly Contract[] = (Object.keys(KVM_ENDED_BY) as WholeFlush[])
  .filter((flush) => !KVM_ENDED_BY[flush])
  .map((flush) => ({
    name: `kvm, ended by ${flush} too`,
    doc: `as kvm, and ${flush} ends the refill`,
    refill: 'loaded',
    endedBy: { ...KVM_ENDED_BY, [flush]: true },
  }));
