import type { Event, MovCr3, MovCr4, WritePte } from '../events/event.ts';
import type { Layout } from '../layouts/layout.ts';
import type { Space } from '../state/names.ts';
import { type Guest, GuestError, type Registers } from './guest.ts';

/**
 * When a flush follows the store that it is for.
 *
 * `prompt`: an mm's tlb_gen is raised with the store, and a CPU flushes what it owes before it loads another
 * mm. `late`: anything may come between a store and its flush, as when the task is preempted there or the store
 * is another CPU's; only what is flushed is relied on.
 */
export type Discipline = 'prompt' | 'late';

/** A dynamic ASID in use: the mm whose translations it may hold, and whether it has seen the mm's tlb_gen. */
interface Context {
  readonly mm: Space;
  /** Whether no flush of the mm has passed this ASID by. */
  readonly seen: boolean;
}

/**
 * What Linux remembers of one CPU's TLB, as far as it decides what is flushed when.
 *
 * @source kernel: struct tlb_state, struct mm_context; arch/x86/mm/tlb.c
 */
export interface LinuxGuest {
  /** By dynamic ASID. */
  readonly contexts: readonly (Context | null)[];
  /**
   * Level-1 entries for whose last store no flush was carried out or left to the next load, as `PAGE[INDEX]`, in
   * order.
   */
  readonly owed: readonly string[];
}

/**
 * Linux on one CPU, as a filter of events: which instructions that touch the TLB it carries out when.
 *
 * An mm is a space. Dynamic ASID i is PCID i+1, and PCID 0 is only used before CR4.PCIDE is set. An mm whose
 * context an ASID still holds is loaded with NOFLUSH if the ASID has seen the mm's tlb_gen, else with a flush;
 * an mm without a context is loaded with a flush, into any ASID (Linux takes them in turn). A store to an entry
 * of the mm that is loaded is followed by INVLPG of its page, or by a load of the same CR3. A store to an entry
 * of another mm (by another CPU, by reclaim) raises that mm's tlb_gen. A store to a kernel entry is followed by
 * INVLPG, which drops global entries, by INVPCID all or by a toggle of CR4.PGE. Loads of CR3 without PCIDE
 * always flush. CR4.PGE, then CR4.PCIDE are set once, at boot.
 *
 * `prompt` and `late` differ in when the flush comes: see Discipline.
 *
 * Not modelled: a second PCID for each mm (see LinuxKpti), lazy TLB mode, flushes that the hypervisor does for it,
 * global ASIDs, other CPUs than by their stores, page tables that are freed. INVPCID of an address, of one
 * PCID and of all but globals is not used without KPTI.
 *
 * @source kernel: switch_mm_irqs_off, choose_new_asid, flush_tlb_func, flush_tlb_kernel_range
 */
export class Linux implements Guest<LinuxGuest> {
  readonly #layout: Layout;
  readonly #discipline: Discipline;

  /** @throws GuestError when the layout is none of Linux's */
  constructor(layout: Layout, discipline: Discipline) {
    const { vcpus, pcids } = layout.bounds;
    if (vcpus !== 1) throw new GuestError(`guest linux: expected bound vcpus=1, not ${vcpus}`);
    if (pcids < 2) throw new GuestError(`guest linux: expected bound pcids of at least 2, not ${pcids}`);
    expectEntries('linux', layout);
    const tables = layout.spaces.map((space) => layout.homes[`${space}:u0`]?.page);
    if (tables[0] !== undefined && new Set(tables).size < tables.length)
      throw new GuestError(
        `guest linux: expected a layout whose spaces have user tables of their own, not ${layout.name}`,
      );
    this.#layout = layout;
    this.#discipline = discipline;
  }

  /** As the CPU is started: PCIDE clear, no ASID in use. */
  get initial(): LinuxGuest {
    return { contexts: Array.from({ length: this.#layout.bounds.pcids - 1 }, () => null), owed: [] };
  }

  /** What Linux remembers after an event; null if it would not carry it out now. */
  after(guest: LinuxGuest, registers: Registers, event: Event): LinuxGuest | null {
    if (event.kind === 'mov-cr4') return this.#movCr4(guest, registers, event);
    if (this.#withinToggle(registers)) return null;
    switch (event.kind) {
      case 'access':
      case 'page-fault':
      case 'zap-during':
        return guest;
      case 'host':
        return event.action === 'init' ? null : guest;
      case 'write-pte':
        return this.#store(guest, registers, event);
      case 'invlpg':
        return paid(guest, [this.#entryOf(registers.cr3.space, event.page)]);
      case 'invpcid':
        return event.type === 'all' ? paid(guest, this.#kernelEntries()) : null;
      case 'mov-cr3':
        return registers.cr4.pcide
          ? this.#movCr3(guest, registers, event)
          : this.#movCr3WithoutPcids(guest, registers, event);
      case 'mov-cr0':
      case 'mov-cr3-twice':
      case 'nested':
      case 'write-dir':
        return null;
    }
  }

  get debts(): readonly string[] {
    return [
      ...new Set(this.#layout.spaces.flatMap((space) => this.#userEntries(space))),
      ...this.#kernelEntries(),
    ];
  }

  reliesOn({ owed }: LinuxGuest, { cr3 }: Registers, page: string): boolean {
    return !owed.includes(this.#entryOf(cr3.space, page));
  }

  #entryOf(space: Space, page: string): string {
    return entryOf(this.#layout, space, page);
  }

  /** Between the two halves of a flush by CR4.PGE nothing else happens: interrupts are off. */
  #withinToggle({ cr4 }: Registers): boolean {
    return this.#hasKernel && cr4.pcide && !cr4.pge;
  }

  #store(guest: LinuxGuest, { cr3 }: Registers, { space, page }: WritePte): LinuxGuest {
    const entry = this.#entryOf(space, page);
    const elsewhere = space !== cr3.space && !this.#kernelEntries().includes(entry);
    if (elsewhere && this.#discipline === 'prompt') {
      const contexts = guest.contexts.map((each) => (each?.mm === space ? { ...each, seen: false } : each));
      return { ...guest, contexts };
    }
    return { ...guest, owed: [...new Set([...guest.owed, entry])].sort() };
  }

  #movCr4(guest: LinuxGuest, { cr4 }: Registers, { bits }: MovCr4): LinuxGuest | null {
    const after = { ...cr4, ...bits };
    const toggles = after.pge !== cr4.pge;
    if (after.smep !== cr4.smep || (!after.pcide && cr4.pcide)) return null;
    if (!toggles && after.pcide === cr4.pcide) return null;
    if (after.pcide && !cr4.pcide && this.#hasKernel && !after.pge) return null;
    return toggles ? paid(guest, this.#kernelEntries()) : guest;
  }

  #movCr3WithoutPcids(guest: LinuxGuest, { cr3, cr4 }: Registers, event: MovCr3): LinuxGuest | null {
    if (event.noflush || event.low !== 0) return null;
    if (event.space !== cr3.space && this.#mustFlushFirst(guest, cr3.space)) return null;
    const flushed = paid(guest, this.#userEntries(event.space));
    return cr4.pge ? flushed : paid(flushed, this.#kernelEntries());
  }

  #movCr3(guest: LinuxGuest, { cr3 }: Registers, event: MovCr3): LinuxGuest | null {
    const { space, low, noflush } = event;
    if (low === 0) return null;
    if (space === cr3.space)
      return !noflush && (low === cr3.low || cr3.low === 0) ? this.#loaded(guest, event) : null;
    if (this.#mustFlushFirst(guest, cr3.space)) return null;
    const asid = guest.contexts.findIndex((context) => context?.mm === space);
    if (asid < 0) return noflush ? null : this.#loaded(guest, event);
    if (low !== asid + 1) return null;
    const owes = this.#userEntries(space).some((entry) => guest.owed.includes(entry));
    const { seen } = guest.contexts[asid] as Context;
    if (noflush) return seen ? guest : null;
    return !seen || owes ? this.#loaded(guest, event) : null;
  }

  /** After a flushing load. */
  #loaded(guest: LinuxGuest, { space, low }: MovCr3): LinuxGuest {
    const contexts = guest.contexts.with(low - 1, { mm: space, seen: true });
    return paid({ ...guest, contexts }, this.#userEntries(space));
  }

  #mustFlushFirst(guest: LinuxGuest, loaded: Space): boolean {
    const entries = [...this.#userEntries(loaded), ...this.#kernelEntries()];
    return this.#discipline === 'prompt' && entries.some((entry) => guest.owed.includes(entry));
  }

  get #hasKernel(): boolean {
    return this.#layout.bounds.kernelPages > 0;
  }

  #userEntries(space: Space): string[] {
    return this.#entries(space, 'u');
  }

  #kernelEntries(): string[] {
    return this.#entries(this.#layout.spaces[0] as Space, 'k');
  }

  #entries(space: Space, half: 'u' | 'k'): string[] {
    return this.#layout.virtualPages
      .filter((page) => page.startsWith(half))
      .map((page) => this.#entryOf(space, page));
  }
}

/** Linux maps no upper-level page as a page table. @throws GuestError for a layout with a window */
export function expectEntries(guest: string, { window, name }: Layout): void {
  if (window)
    throw new GuestError(
      `guest ${guest}: expected a layout whose every page has a page-table entry of its own, not ${name}`,
    );
}

/** The entry that translates a page of a space, as `PAGE[INDEX]`. */
export function entryOf({ homes }: Layout, space: Space, page: string): string {
  const home = homes[`${space}:${page}`];
  if (home === undefined) throw new Error(`cannot happen: no entry for ${space}:${page}`);
  return `${home.page}[${home.index}]`;
}

/** After a flush that pays what is owed. */
export function paid(guest: LinuxGuest, debts: readonly string[]): LinuxGuest {
  if (!guest.owed.some((debt) => debts.includes(debt))) return guest;
  return { ...guest, owed: guest.owed.filter((debt) => !debts.includes(debt)) };
}
