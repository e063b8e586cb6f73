import type { Pcid, VirtualPage } from './names.ts';
import { drop, type TlbEntry, type Tlbs, type Vpid } from './tlb.ts';

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
  const { on, vpid, drops } = effect;
  tlbs[vpid][on] = drop(tlbs[vpid][on], (entry) => isNamed(drops, entry));
}
