import type { Layout } from '../../../spec/layouts/layout.ts';
import type { GUEST_PAGE, KVM_VCPU, SHADOW_PAGE, VM } from '../../../spec/schema/schema.ts';
import type { Fixed, Parts, Register, Sorts } from '../../../spec/schema/sorts.ts';
import type { GuestPage } from '../../../spec/state/guest-memory.ts';
import type { PageName } from '../../../spec/state/names.ts';
import type { ShadowIdentity, ShadowPageId } from '../../../spec/state/shadow.ts';
import type { Vpid } from '../../../spec/state/tlb.ts';
import type { Entry } from '../../../spec/state/walk.ts';
import type { Compound, Field } from './field.ts';
import type { TaggedSet, WordMask } from './tagged-set.ts';

/** A CR3 value, and its parts. */
export type Cr3Field = Compound<'space' | 'low'>;

/**
 * A root slot, and its parts. `pageSpace` is the space whose top page it points to, where that need not be the one of
 * its CR3; else of no bits.
 */
export type RootField = Compound<'valid' | 'space' | 'low' | 'role' | 'obsolete' | 'pageSpace'>;

/** The hardware's CR3: the top shadow page and the PCID. */
export type HardwareCr3Field = Compound<'space' | 'role' | 'pcid'>;

/** An entry of a page. */
export interface EntryField extends Field {
  /** What each value stands for; 0 is none. */
  readonly meanings: readonly Entry[];
}

/** How a field of each sort is placed. */
export interface Places {
  flag: Field;
  count: Field;
  cr3: Cr3Field;
  root: RootField;
  'root slots': readonly RootField[];
  'hardware CR3': HardwareCr3Field;
  requests: null;
  entries: readonly EntryField[];
  'entry flags': readonly Field[];
  'page flags': Readonly<Record<PageName, Field>>;
}

/** A sort that is placed by itself; what TLBs hold has a place by what is kept of them. */
export type PlacedSort = Exclude<keyof Sorts, 'tlb' | 'CR3 values'>;

type Placed<S> = S extends { readonly kind: infer K extends keyof Places }
  ? Places[K]
  : S extends Parts<infer F> | Register<infer F>
    ? PlacedFields<F>
    : never;

/** The places of the fields that a schema describes. */
export type PlacedFields<S> = {
  readonly [F in keyof S as S[F] extends Fixed ? never : F]: Placed<S[F]>;
};

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
export interface GuestPageFields
  extends PlacedFields<typeof GUEST_PAGE>,
    Pick<GuestPage, 'level' | 'global'> {
  readonly name: PageName;
}

/** Where a shadow page is kept, and what is fixed of it. All its fields are 0 while it does not exist. */
export interface ShadowPageFields extends PlacedFields<typeof SHADOW_PAGE>, ShadowIdentity {
  readonly name: ShadowPageId;
  readonly exists: Field;
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

/** Where a virtual processor is kept. */
export interface VcpuFields extends PlacedFields<typeof KVM_VCPU> {
  readonly cpu: number;
  /** That of `mmu`, at hand. */
  readonly root: RootField;
  readonly vpids: Readonly<Record<Vpid, VpidFields>>;
}

/** What a row holds of TLBs: all, only those of the hardware, or nothing. */
export type TlbsInRows = 'whole' | 'hardware' | 'apart';

/** Where everything is in the rows of a layout. */
export interface RowLayout extends PlacedFields<typeof VM> {
  readonly layout: Layout;
  /** Words of a state. */
  readonly words: number;
  readonly tlbs: TlbsInRows;
  /** Whether the CR3 values that were loaded are kept apart too, as facts. */
  readonly loadedApart: boolean;
  /** The bits of what vCPUs have besides TLBs and the CR3 values that they have loaded. */
  readonly ofVcpus: readonly WordMask[];
  /** The fields of a state, in the order in which they were given out. */
  readonly fields: readonly Field[];
  /** Always 1, so that no state has a word 0 of zero. */
  readonly occupied: Field;
  readonly spaces: number;
  readonly pcids: number;
  readonly frames: number;
  /** Whether a shadow page can be zapped. */
  readonly zaps: boolean;
  readonly pages: readonly PageFields[];
  readonly guestPages: readonly GuestPageFields[];
  /** Those that are obsolete and no roots are the last. */
  readonly shadowPages: readonly ShadowPageFields[];
  readonly vcpus: readonly VcpuFields[];
}
