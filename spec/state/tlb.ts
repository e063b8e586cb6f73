import type { Frame, Pcid, VirtualPage } from './names.ts';
import type { Cr3 } from './registers.ts';

/** A cached translation. A global one is used under every PCID. */
export interface TlbEntry {
  readonly pcid: Pcid | 'global';
  readonly page: VirtualPage;
  readonly frame: Frame;
}

/**
 * A translation lookaside buffer as a *may* set: every translation that the processor could be holding, not
 * those that it happens to hold. A processor may fill its TLB at any moment and evict at any moment, so the
 * set grows until an invalidation and covers every real TLB. Kept in one order, so that equal sets are equal
 * arrays; never changed in place.
 *
 * @source SDM vol. 3A, 4.10.2 and 4.10.4
 */
export type Tlb = readonly TlbEntry[];

/** A TLB after a flush of everything. */
export const EMPTY_TLB: Tlb = [];

/** What is cached under one VPID, by the guest's TLB and by the hardware's. */
export interface VpidTlbs {
  /** Ghost: what the guest's own TLB could hold under the contract. */
  guest: Tlb;
  /**
   * Ghost: the CR3 values through which the contract lets the guest's TLB fill, the active one among them;
   * empty where only the active one does.
   */
  loaded: readonly Cr3[];
  /**
   * What the physical TLB could hold. KVM never sets the Global bit in an SPTE, so no entry is global.
   */
  hardware: Tlb;
  /** What the physical TLB of the other CPU could still hold, from when the vCPU ran there. */
  away: Tlb;
}

/** The VPIDs of a vCPU, as KVM calls them: that of L1, and the one that stands for all those that L1 gives L2. */
export const VPIDS = ['vpid01', 'vpid02'] as const;

/** A VPID. @source kernel: vmx->vpid, nested.vpid02 */
export type Vpid = (typeof VPIDS)[number];

/** What TLBs hold for a vCPU, under each VPID. */
export type Tlbs = Record<Vpid, VpidTlbs>;

/** What TLBs hold under a VPID that was never used. */
export function unusedVpid(): VpidTlbs {
  return { guest: EMPTY_TLB, loaded: [], hardware: EMPTY_TLB, away: EMPTY_TLB };
}

/** The TLB after it took in one translation. */
export function fill(tlb: Tlb, pcid: Pcid | 'global', page: VirtualPage, frame: Frame): Tlb {
  let position = tlb.length;
  for (let i = 0; i < tlb.length; i++) {
    const order = compare(tlb[i] as TlbEntry, pcid, page, frame);
    if (order === 0) return tlb;
    if (order > 0) {
      position = i;
      break;
    }
  }
  return tlb.toSpliced(position, 0, { pcid, page, frame });
}

/** The TLB after it took in some translations. */
export function filled(tlb: Tlb, entries: readonly TlbEntry[]): Tlb {
  return entries.reduce((full, { pcid, page, frame }) => fill(full, pcid, page, frame), tlb);
}

/** The TLB without the entries that an invalidation names. */
export function drop(tlb: Tlb, named: (entry: TlbEntry) => boolean): Tlb {
  return tlb.some(named) ? tlb.filter((entry) => !named(entry)) : tlb;
}

/** Whether an access to `page` under `pcid` could use a cached translation to `frame`. */
export function mayHold(tlb: Tlb, pcid: Pcid, page: VirtualPage, frame: Frame): boolean {
  return tlb.some((entry) => entry.frame === frame && answers(entry, pcid, page));
}

/** Whether a TLB holds a translation under just this tag. */
export function mayHoldTagged(tlb: Tlb, pcid: Pcid | 'global', page: VirtualPage, frame: Frame): boolean {
  return tlb.some((entry) => entry.pcid === pcid && entry.page === page && entry.frame === frame);
}

/** The frames that an access to `page` under `pcid` could get from this TLB. */
export function framesFor(tlb: Tlb, pcid: Pcid, page: VirtualPage): Frame[] {
  return [...new Set(tlb.filter((entry) => answers(entry, pcid, page)).map((entry) => entry.frame))].sort();
}

function answers(entry: TlbEntry, pcid: Pcid, page: VirtualPage): boolean {
  return entry.page === page && (entry.pcid === pcid || entry.pcid === 'global');
}

function compare(entry: TlbEntry, pcid: Pcid | 'global', page: VirtualPage, frame: Frame): number {
  if (entry.page !== page) return entry.page < page ? -1 : 1;
  if (entry.pcid !== pcid) return rank(entry.pcid) - rank(pcid);
  if (entry.frame !== frame) return entry.frame < frame ? -1 : 1;
  return 0;
}

function rank(pcid: Pcid | 'global'): number {
  return pcid === 'global' ? -1 : pcid;
}
