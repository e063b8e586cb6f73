import type { GuestMemory } from './guest-memory.ts';
import type { PageName } from './names.ts';
import type { Shadow } from './shadow.ts';
import type { KvmVcpu, Vcpu } from './vcpu.ts';
import type { Work } from './work.ts';

/** The whole state: the guest's page tables, KVM's shadow of them, and the processors; with the last step's work. */
export interface Machine {
  /** The guest's: its page tables. */
  memory: GuestMemory;
  /** KVM's: the shadow pages. */
  shadow: Shadow;
  /**
   * KVM's: whether some SPTE maps a guest page-table page writable, so that the guest stores to it without an
   * exit. Set by the first native store, cleared when KVM write-protects the page.
   *
   * @source kernel: the rmap of the page's gfn, rmap_write_protect
   */
  writable: Record<PageName, boolean>;
  vcpus: Vcpu[];
  /** What the last step cost; no part of the state. */
  work: Work;
}

/** The machine as KVM's functions see it: all but what TLBs hold. */
export interface KvmMachine extends Omit<Machine, 'vcpus'> {
  readonly vcpus: KvmVcpu[];
}
