import type { Vpid } from '../../../spec/state/tlb.ts';
import type { Field } from './field.ts';
import type { TaggedSet, WordMask } from './tagged-set.ts';

/** A page of virtual addresses. */
export interface PageFields {
  readonly name: string;
  readonly index: number;
  /** The entry to take at each level, from the top page down. */
  readonly path: readonly number[];
  /** Whether its level-1 entry carries the G bit. */
  readonly global: boolean;
  /** The level of the guest page that holds its entry: above 1 where an upper-level page is a page table too. */
  readonly level: number;
  /** What its entry may hold besides nothing, which counts as 0: value n is the n-th. */
  readonly frames: readonly string[];
}

/** Where a guest page-table page is kept. */
export interface GuestPageFields {
  readonly name: string;
  readonly level: number;
  readonly global: boolean;
  readonly writable: Field;
  /** 0 is none. In a level-1 page n is frame n; above, `targets` says what n is. */
  readonly entries: readonly Field[];
  /** By entry and value: the page that an upper entry points to. */
  readonly targets: readonly (readonly (GuestPageFields | undefined)[])[];
  /** Its shadow pages, one a role; two where it is a page table too. */
  readonly shadows: readonly ShadowPageFields[];
}

/** A slot of an upper-level shadow page that can hold a link to a certain child. */
export interface ParentSlot {
  readonly parent: ShadowPageFields;
  readonly index: number;
  /** What the entry is when it links the child. */
  readonly value: number;
}

/** Where a shadow page is kept. All its fields are 0 while it does not exist. */
export interface ShadowPageFields {
  readonly name: string;
  readonly page: GuestPageFields;
  /** A number in `ROLES`. */
  readonly role: number;
  /** Not that of its page where it shadows an upper-level page as a page table. */
  readonly level: number;
  /** Number among the level-1 shadow pages. */
  readonly leaf: number;
  /** Number among the top shadow pages, as root slots give it. */
  readonly top: number;
  readonly exists: Field;
  readonly unsync: Field;
  /** Coded like the entries of the guest page. */
  readonly entries: readonly Field[];
  readonly unsyncChildren: readonly Field[];
  readonly writeFloodingCount: Field;
  /** By entry and value: the shadow page that an upper entry links. */
  readonly children: readonly (readonly (ShadowPageFields | undefined)[])[];
  readonly parents: readonly ParentSlot[];
  /** The page of the same role that is obsolete, where there can be one that is no root. */
  readonly obsolete: ObsoletePageFields | undefined;
  /** The level-1 pages that may lie below it. */
  readonly leaves: readonly ShadowPageFields[];
}

/** Where a shadow page is kept that was made below an obsolete root. It is like an obsolete one to all but itself. */
export interface ObsoletePageFields {
  readonly name: string;
  readonly page: GuestPageFields;
  readonly role: number;
  readonly level: number;
  readonly exists: Field;
  /** Coded like the entries of the guest page. */
  readonly entries: readonly Field[];
}

/** Where what is cached under one VPID is kept. The TLBs have no bits in rows that keep them apart. */
export interface VpidFields {
  readonly hardware: TaggedSet;
  readonly away: TaggedSet;
  /** Entries with a PCID. */
  readonly guest: TaggedSet;
  /** Entries that are global: one tag. */
  readonly globals: TaggedSet;
  /** Tags are low bits, items are spaces. */
  readonly loaded: TaggedSet;
}

/** A CR3 value, `low << spaceBits | space`, and its parts. */
export interface Cr3Field extends Field {
  readonly space: Field;
  readonly low: Field;
}

/** A root slot, and its parts. All are 0 while it is empty. */
export interface RootField extends Field {
  readonly valid: Field;
  readonly space: Field;
  readonly low: Field;
  readonly role: Field;
  readonly obsolete: Field;
  /** The space whose top page it points to, where that need not be the one of its CR3; else of no bits. */
  readonly pageSpace: Field;
}

/** The hardware's CR3: the top shadow page and the PCID, and its parts. */
export interface HardwareCr3Field extends Field {
  readonly space: Field;
  readonly role: Field;
  readonly pcid: Field;
}

/** Where a virtual processor is kept. */
export interface VcpuFields {
  readonly cpu: number;
  readonly wp: Field;
  readonly pcide: Field;
  readonly pge: Field;
  readonly smep: Field;
  readonly cr3: Cr3Field;
  readonly guestMode: Field;
  readonly ownVpid: Field;
  readonly root: RootField;
  readonly prevRoots: readonly RootField[];
  readonly hardwareCr3: HardwareCr3Field;
  readonly entryFails: Field;
  readonly vpids: Readonly<Record<Vpid, VpidFields>>;
}

/** What a row holds of TLBs: all, only those of the hardware, or nothing. */
export type TlbsInRows = 'whole' | 'hardware' | 'apart';

/** Where everything is in the rows of a layout. */
export interface RowLayout {
  /** Words of a state. */
  readonly words: number;
  readonly tlbs: TlbsInRows;
  /** Whether the CR3 values that were loaded are kept apart too, as facts. */
  readonly loadedApart: boolean;
  /** Whether a root may point to the top page of another space than that of its CR3. */
  readonly strayRoots: boolean;
  /** The bits of what vCPUs have besides TLBs and the CR3 values that they have loaded. */
  readonly ofVcpus: readonly WordMask[];
  /** The fields of a state, in the order in which they were given out. */
  readonly fields: readonly Field[];
  /** Always 1, so that no state has a word 0 of zero. */
  readonly occupied: Field;
  readonly spaces: number;
  readonly pcids: number;
  readonly frames: number;
  readonly spaceBits: number;
  readonly cr3Bits: number;
  readonly roleBits: number;
  /** Whether a shadow page can be zapped. */
  readonly zaps: boolean;
  readonly pages: readonly PageFields[];
  readonly guestPages: readonly GuestPageFields[];
  /** The top page of each space. */
  readonly guestTops: readonly GuestPageFields[];
  readonly shadowPages: readonly ShadowPageFields[];
  /** Pages that are obsolete and no roots; none where no event makes any. */
  readonly obsoletePages: readonly ObsoletePageFields[];
  /** By number among the top shadow pages; not every number is one. */
  readonly tops: readonly (ShadowPageFields | undefined)[];
  readonly vcpus: readonly VcpuFields[];
}

/** While rows are laid out. */
export type Mutable<T> = { -readonly [K in keyof T]: T[K] };
