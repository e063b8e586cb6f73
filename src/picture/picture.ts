import type { Outcome } from '../../spec/events/event.ts';
import type { Holder } from '../../spec/properties/vtlb.ts';
import type { Frame, PageName, Pcid, VirtualPage } from '../../spec/state/names.ts';
import type { Request } from '../../spec/state/requests.ts';
import type { Role, ShadowPageId } from '../../spec/state/shadow.ts';

/**
 * The step since which something is stale without a break, 0 for the start; null when it is not stale. Only
 * what is in the vTLB can be stale.
 */
export type Stale = { readonly since: number } | null;

/** One state of a replay, ready to be drawn: what there is to see and in which order, and nothing to compute. */
export interface Picture extends MachinePicture {
  /** 0 is the start, i the state after step i. */
  readonly at: number;
  /** What led here; null at the start. */
  readonly step: StepPicture | null;
  /** What differs from the state before; empty at the start. */
  readonly changes: readonly Change[];
}

/** The step that led to a state. */
export interface StepPicture {
  /** The event, as traces write it. */
  readonly event: string;
  readonly cpu: number;
  readonly outcome: Outcome;
  /** The requests that the handler raised. */
  readonly requests: readonly Request[];
  /** What an access may read. */
  readonly sees: readonly Frame[];
  /** The properties that it broke, and what is wrong, in words. */
  readonly breaches: readonly { readonly property: string; readonly message: string }[];
}

/** A difference between two states. */
export interface Change {
  /** The `key` of each thing that differs: a register, a slot, a TLB entry, a page or an entry of a page. */
  readonly keys: readonly string[];
  /** In short words: `root a|0 -> b|0`. */
  readonly text: string;
}

/** A machine without its history. */
export interface MachinePicture {
  readonly vcpus: readonly VcpuPicture[];
  /** The guest's page-table pages, from the top level down, each with what shadows it. */
  readonly tables: readonly TablePicture[];
}

/** One virtual processor. */
export interface VcpuPicture {
  readonly cpu: number;
  /** CR0.WP, CR3, CR4.PCIDE, ...: in the order in which people name them. */
  readonly registers: readonly RegisterPicture[];
  /** What else holds of it now: that L2 runs, or that the next entry will fail. */
  readonly notes: readonly NotePicture[];
  readonly pcide: boolean;
  /** The current CR3, as `SPACE|LOW`. */
  readonly cr3: string;
  /** What KVM last loaded into the hardware's CR3. */
  readonly hardwareCr3: HardwareCr3Picture | null;
  /** The current root, then prev_roots from the most recently used on. */
  readonly slots: readonly SlotPicture[];
  /** Requests raised and not yet served, in the order of their service: none while the guest runs. */
  readonly requests: readonly Request[];
  /** Both TLBs, tag by tag; every tag that one of them has, and the active one. */
  readonly tags: readonly TagPicture[];
  /** What is cached for this vCPU where it cannot be used now, the same places in the same order always. */
  readonly elsewhere: readonly ElsewherePicture[];
}

/** Something that holds now, in words. */
export interface NotePicture {
  readonly key: string;
  /** `L2 runs`. */
  readonly text: string;
}

/** A place where entries wait for a migration, or for a nested VM entry or exit. */
export interface ElsewherePicture {
  /**
   * `TLB of the other physical CPU`, `hardware TLB under the other VPID`, `guest TLB under the other VPID`, `TLB of
   * the other physical CPU under the other VPID`.
   */
  readonly name: string;
  readonly entries: readonly TlbEntryPicture[];
}

/** A register, or a bit of one. */
export interface RegisterPicture {
  readonly key: string;
  /** `CR4.PCIDE`. */
  readonly name: string;
  /** `0`, `1`, or a CR3 value. */
  readonly value: string;
}

/** A shadow page and the PCID that tags what is cached through it. */
export interface HardwareCr3Picture {
  readonly key: string;
  readonly page: ShadowPageId;
  readonly pcid: Pcid;
}

/** A slot for a root: `root`, or one of prev_roots. */
export interface SlotPicture {
  readonly key: string;
  readonly holder: Exclude<Holder, 'hardware TLB'>;
  /** Whether what is in this slot is in the vTLB: always for the root, for prev_roots while PCIDE=1. */
  readonly inVtlb: boolean;
  /** Null where the slot is empty. */
  readonly root: RootPicture | null;
}

/** A root, current or cached. */
export interface RootPicture {
  /** The guest CR3 it was built for, as `SPACE|LOW`. */
  readonly cr3: string;
  readonly page: ShadowPageId;
  /** Whether something below it may be unsync. */
  readonly unsync: boolean;
  /** Whether it was zapped since. */
  readonly obsolete: boolean;
  /** What a walk from it finds. */
  readonly translations: readonly TranslationPicture[];
  /** The longest time that any of its translations is stale. */
  readonly stale: Stale;
}

/** A translation that a root gives. */
export interface TranslationPicture {
  readonly page: VirtualPage;
  readonly frame: Frame;
  readonly stale: Stale;
  /** Whether it is not stale only because its root is outside the vTLB. */
  readonly staleIfUsed: boolean;
}

/** What both TLBs may hold under one tag. */
export interface TagPicture {
  readonly tag: Pcid | 'global';
  /** Whether the guest runs with this tag now. */
  readonly active: boolean;
  readonly hardware: readonly TlbEntryPicture[];
  readonly guest: readonly TlbEntryPicture[];
}

/** An entry of a TLB. */
export interface TlbEntryPicture {
  readonly key: string;
  readonly tag: Pcid | 'global';
  readonly page: VirtualPage;
  readonly frame: Frame;
  /** Whether it is in the vTLB: an entry of the hardware TLB that a CR3 value of the vTLB can reach. */
  readonly inVtlb: boolean;
  readonly stale: Stale;
}

/** A guest page-table page, and beside it the shadow pages that KVM has for it. */
export interface TablePicture {
  readonly key: string;
  readonly page: PageName;
  /** 1 for a page table. */
  readonly level: number;
  /** Whether its entries carry the G bit. */
  readonly global: boolean;
  /** Whether the guest can store to it without an exit. */
  readonly writable: boolean;
  readonly entries: readonly EntryPicture[];
  /** One a role, and those that were zapped while they were roots. */
  readonly shadows: readonly ShadowPicture[];
}

/** An entry of the guest's. */
export interface EntryPicture {
  readonly key: string;
  readonly index: number;
  /** What it is for: `u0` in a page table, `user` or `kernel` in a top page, else its index. */
  readonly name: string;
  /** A frame, the page that it links to, or null (P=0). */
  readonly value: string | null;
  readonly isLink: boolean;
}

/** A shadow page. */
export interface ShadowPicture {
  readonly key: string;
  readonly id: ShadowPageId;
  readonly role: Role;
  /** Whether its entries may be older than the guest's. */
  readonly unsync: boolean;
  readonly obsolete: boolean;
  readonly writeFloodingCount: number;
  /** The slots that hold it, with their vCPU where there are several: `root`, `cpu 1 prev_roots[0]`. */
  readonly heldBy: readonly string[];
  readonly entries: readonly ShadowEntryPicture[];
}

/** An entry of a shadow page. */
export interface ShadowEntryPicture extends EntryPicture {
  /** Whether something below it may be unsync. */
  readonly unsyncChild: boolean;
  /** Whether it is present and not what the guest's entry says now. */
  readonly behind: boolean;
  /** Whether a root of the vTLB gives a stale translation through it. */
  readonly stale: Stale;
}
