import type { Pcid, VirtualPage } from './names.ts';
import { type Cr3, sameCr3 } from './registers.ts';
import { drop, filled, type TlbEntry, type Tlbs, type Vpid } from './tlb.ts';

/** Names entries of a TLB. */
export interface EntryNames {
  /** Entries with this tag. */
  readonly pcid: Pcid | 'every';
  /** Entries for this page. */
  readonly page: VirtualPage | 'every';
  /** Whether global entries for the page go too, whatever their tag. */
  readonly globals: boolean;
}

/** Names every entry. */
export const EVERY_ENTRY: EntryNames = { pcid: 'every', page: 'every', globals: true };

/** What KVM has flushed in hardware: one VPID or one address of it, under every PCID. */
export interface Flush {
  readonly vpid: Vpid;
  readonly page: VirtualPage | 'every';
}

/** What an event does to the TLBs of a vCPU, whatever they hold. */
export type TlbEffect =
  /** The guest's own TLB, or the hardware's, loses entries under a VPID. */
  | { readonly on: 'guest' | 'hardware'; readonly vpid: Vpid; readonly drops: EntryNames }
  /** The guest's own TLB takes in entries under a VPID. */
  | { readonly on: 'guest'; readonly vpid: Vpid; readonly takes: readonly TlbEntry[] }
  /** Some CR3 values are no longer ones through which the guest's TLB may fill under a VPID. */
  | { readonly on: 'refills'; readonly vpid: Vpid; readonly ends: (cr3: Cr3) => boolean }
  /** One more is. */
  | { readonly on: 'refills'; readonly vpid: Vpid; readonly begins: Cr3 }
  /** The vCPU goes on to run on the other physical CPU. */
  | { readonly on: 'cpus' };

/** Whether an entry is among those named. */
export function isNamed({ pcid, page, globals }: EntryNames, entry: TlbEntry): boolean {
  const tagged = entry.pcid === 'global' ? globals : pcid === 'every' || pcid === entry.pcid;
  return tagged && (page === 'every' || page === entry.page);
}

/** Carries out an effect. */
export function affect(tlbs: Tlbs, effect: TlbEffect): void {
  if (effect.on === 'cpus') {
    for (const under of Object.values(tlbs)) {
      const { hardware, away } = under;
      under.hardware = away;
      under.away = hardware;
    }
    return;
  }
  const under = tlbs[effect.vpid];
  if (effect.on === 'refills') {
    if ('ends' in effect) under.loaded = under.loaded.filter((cr3) => !effect.ends(cr3));
    else under.loaded = withCr3(under.loaded, effect.begins);
    return;
  }
  if ('takes' in effect) {
    under.guest = filled(under.guest, effect.takes);
    return;
  }
  const { on, drops } = effect;
  under[on] = drop(under[on], (entry) => isNamed(drops, entry));
}

/** Some CR3 values and one more, in one order. */
function withCr3(values: readonly Cr3[], cr3: Cr3): readonly Cr3[] {
  return values.some((each) => sameCr3(each, cr3)) ? values : [...values, cr3].sort(byValue);
}

function byValue(one: Cr3, other: Cr3): number {
  if (one.space !== other.space) return one.space < other.space ? -1 : 1;
  return one.low - other.low;
}
