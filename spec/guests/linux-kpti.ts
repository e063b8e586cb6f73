import type { Event, MovCr3 } from '../events/event.ts';
import type { Layout } from '../layouts/layout.ts';
import type { Space } from '../state/names.ts';
import { type Guest, GuestError, type Registers } from './guest.ts';
import { entryOf, expectEntries, type LinuxGuest, paid } from './linux.ts';

/**
 * Linux with kernel page-table isolation, on one CPU: each ASID has two PCIDs, one for the kernel and one for
 * user mode, whose tables have their user half in common.
 *
 * With n ASIDs, ASID i is PCID i+1 in the kernel and n+i+1 in user mode. Entry to the kernel loads its PCID with
 * NOFLUSH. The way out loads the user PCID with NOFLUSH, unless a flush of it is due: a flushing load of an ASID
 * leaves the flush of its user PCID to the next way out. A single page is flushed by INVLPG and by INVPCID of the
 * address under the user PCID, which is not active then. Anything may come between a store and its flush.
 *
 * Not modelled, besides what Linux without isolation leaves out: kernel pages, which are not global here, and the
 * flush of other ASIDs that a change of them needs (invalidate_other).
 *
 * @source kernel: flush_tlb_one_user, invalidate_user_asid, user_pcid_flush_mask, SWITCH_TO_USER_CR3
 */
export class LinuxKpti implements Guest<LinuxGuest> {
  readonly #layout: Layout;
  readonly #asids: number;

  /** @throws GuestError when the layout is none of this guest's */
  constructor(layout: Layout) {
    const { vcpus, pcids, kernelPages } = layout.bounds;
    if (vcpus !== 1) throw new GuestError(`guest linux-kpti: expected bound vcpus=1, not ${vcpus}`);
    if (pcids < 3) throw new GuestError(`guest linux-kpti: expected bound pcids of at least 3, not ${pcids}`);
    if (kernelPages > 0)
      throw new GuestError(`guest linux-kpti: expected bound kernelPages=0, not ${kernelPages}`);
    expectEntries('linux-kpti', layout);
    this.#layout = layout;
    this.#asids = (pcids - 1) >> 1;
  }

  get initial(): LinuxGuest {
    return { contexts: Array.from({ length: this.#asids }, () => null), owed: [] };
  }

  get debts(): readonly string[] {
    const entries = this.#layout.spaces.flatMap((space) => this.#entries(space));
    const asids = this.initial.contexts.map((_, asid) => dueAtExit(asid));
    return [...entries, ...entries.map(inUserMode), ...asids];
  }

  reliesOn({ owed }: LinuxGuest, { cr3, cr4 }: Registers, page: string): boolean {
    const entry = entryOf(this.#layout, cr3.space, page);
    return !owed.includes(cr4.pcide && cr3.low > this.#asids ? inUserMode(entry) : entry);
  }

  after(guest: LinuxGuest, registers: Registers, event: Event): LinuxGuest | null {
    const { cr3, cr4 } = registers;
    const inUser = cr4.pcide && cr3.low > this.#asids;
    switch (event.kind) {
      case 'access':
      case 'page-fault':
      case 'zap-during':
        return guest;
      case 'host':
        return event.action === 'init' ? null : guest;
      case 'write-pte': {
        const entry = entryOf(this.#layout, event.space, event.page);
        return { ...guest, owed: [...new Set([...guest.owed, entry, inUserMode(entry)])].sort() };
      }
      case 'mov-cr4':
        return event.bits.pcide === true && !cr4.pcide && !event.bits.pge && !event.bits.smep ? guest : null;
      case 'mov-cr3':
        if (cr4.pcide)
          return inUser ? this.#enter(guest, registers, event) : this.#movCr3(guest, registers, event);
        return event.noflush || event.low !== 0 ? null : this.#flushed(guest, event.space);
      case 'invlpg': {
        const entry = entryOf(this.#layout, cr3.space, event.page);
        if (!cr4.pcide) return paid(guest, [entry, inUserMode(entry)]);
        return inUser ? null : paid(guest, [entry]);
      }
      case 'invpcid':
        if (inUser) return null;
        if (event.type === 'all') return guest;
        if (event.type !== 'address' || cr3.low === 0 || event.pcid !== cr3.low + this.#asids) return null;
        return paid(guest, [inUserMode(entryOf(this.#layout, cr3.space, event.page))]);
      case 'mov-cr0':
      case 'mov-cr3-twice':
      case 'nested':
      case 'write-dir':
        return null;
    }
  }

  /** From user mode. */
  #enter(guest: LinuxGuest, { cr3 }: Registers, { space, low, noflush }: MovCr3): LinuxGuest | null {
    return noflush && space === cr3.space && low === cr3.low - this.#asids ? guest : null;
  }

  #movCr3(guest: LinuxGuest, { cr3 }: Registers, event: MovCr3): LinuxGuest | null {
    const { space, low, noflush } = event;
    if (space === cr3.space && cr3.low > 0 && low === cr3.low + this.#asids)
      return this.#leave(guest, space, cr3.low - 1, noflush);
    if (low === 0 || low > this.#asids) return null;
    if (space === cr3.space)
      return !noflush && (low === cr3.low || cr3.low === 0) ? this.#loaded(guest, event) : null;
    const asid = guest.contexts.findIndex((context) => context?.mm === space);
    if (asid < 0) return noflush ? null : this.#loaded(guest, event);
    if (low !== asid + 1) return null;
    if (noflush) return guest;
    return this.#entries(space).some((entry) => guest.owed.includes(entry))
      ? this.#loaded(guest, event)
      : null;
  }

  /** To user mode. */
  #leave(guest: LinuxGuest, space: Space, asid: number, noflush: boolean): LinuxGuest | null {
    const due = guest.owed.includes(dueAtExit(asid));
    if (noflush) return due ? null : guest;
    return due ? paid(guest, [dueAtExit(asid), ...this.#entries(space).map(inUserMode)]) : null;
  }

  /** After a flushing load: the user PCID is flushed before it is used, so nothing more is owed for it. */
  #loaded(guest: LinuxGuest, { space, low }: MovCr3): LinuxGuest {
    const flushed = this.#flushed(guest, space);
    const owed = [...new Set([...flushed.owed, dueAtExit(low - 1)])].sort();
    return { contexts: guest.contexts.with(low - 1, { mm: space, seen: true }), owed };
  }

  #flushed(guest: LinuxGuest, space: Space): LinuxGuest {
    const entries = this.#entries(space);
    return paid(guest, [...entries, ...entries.map(inUserMode)]);
  }

  #entries(space: Space): string[] {
    return this.#layout.virtualPages.map((page) => entryOf(this.#layout, space, page));
  }
}

const inUserMode = (entry: string) => `${entry} in user mode`;
const dueAtExit = (asid: number) => `user PCID of ASID ${asid}`;
