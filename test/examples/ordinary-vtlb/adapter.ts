import type { Event, Layout } from 'vtlb/spec';
import type { Adapter, Observed } from 'vtlb/testing';
import { type Entry, PageTables } from './page-tables.ts';
import { GeneralProtection, type Page, Vtlb } from './vtlb.ts';

/** Drives a virtual TLB of one processor by the events of a trace. */
export class VtlbAdapter implements Adapter {
  readonly #make: typeof Vtlb;
  #layout!: Layout;
  #tables!: PageTables;
  #vtlb!: Vtlb;

  constructor(make: typeof Vtlb = Vtlb) {
    this.#make = make;
  }

  reset(layout: Layout): void {
    this.#layout = layout;
    this.#tables = new PageTables(
      Object.entries(layout.memory).map(([name, { entries }]) => [name, entries] as const),
    );
    this.#vtlb = new this.#make(this.#tables, layout.spaces[0] as string);
  }

  apply(event: Event): Observed {
    try {
      const reads = this.#carryOut(event);
      return reads === undefined ? { outcome: 'ok' } : { outcome: 'ok', reads };
    } catch (error) {
      if (error instanceof GeneralProtection) return { outcome: '#GP' };
      throw error;
    }
  }

  state(): string {
    return String(this.#vtlb);
  }

  #carryOut(event: Event): Entry | undefined {
    const vtlb = this.#vtlb;
    switch (event.kind) {
      case 'access':
        return vtlb.access(this.#page(event.page));
      case 'write-pte': {
        const { page, index } = this.#layout.homes[`${event.space}:${event.page}`] as {
          page: string;
          index: number;
        };
        this.#tables.write(page, index, event.frame);
        return;
      }
      case 'write-dir':
        this.#writeDirectory(event.space, this.#layout.halves[event.half] as number, event.table);
        return;
      case 'mov-cr3':
        vtlb.movCr3(event.space, event.low, event.noflush);
        return;
      case 'mov-cr4':
        vtlb.movCr4(event.bits);
        return;
      case 'mov-cr0':
        return; // CR0.WP changes permissions, which this TLB does not keep.
      case 'invlpg':
        vtlb.invlpg(this.#page(event.page));
        return;
      case 'invpcid':
        if (event.type === 'address') vtlb.invpcidAddress(event.pcid, this.#page(event.page));
        else if (event.type === 'single') vtlb.invpcidSingle(event.pcid);
        else vtlb.invpcidAll(event.type === 'all');
        return;
      case 'host':
        return; // What the host does to its own tables is no affair of a TLB of guest translations.
      default:
        throw new Error(`not carried out: ${event.kind}`);
    }
  }

  #page(name: string): Page {
    const path = this.#layout.paths[name] as readonly number[];
    return { name, path, global: name.startsWith('k') };
  }

  /** The entry above the table that is stored; the lowest upper entry if it is cleared. */
  #writeDirectory(space: string, half: number, table: Entry): void {
    const level = table === null ? 1 : (this.#layout.memory[table]?.level ?? 1);
    if (level + 1 === this.#layout.levels) this.#tables.write(space, half, table);
    else this.#tables.write(this.#tables.read(space, half) as string, 0, table);
  }
}
