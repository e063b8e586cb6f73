import type { Entry, PageTables } from './page-tables.ts';
import { TranslationCache } from './translation-cache.ts';

/** What a page of virtual addresses is: the way to its entry, and whether that carries the G bit. */
export interface Page {
  readonly name: string;
  readonly path: readonly number[];
  readonly global: boolean;
}

/** The bits of CR4 that paging has to do with. */
export interface Cr4 {
  readonly pcide: boolean;
  readonly pge: boolean;
  readonly smep: boolean;
}

/** The instruction is refused with a general-protection fault. */
export class GeneralProtection extends Error {}

/** The virtual TLB of one processor, as an emulator may have it: it walks on a miss and keeps what it found. */
export class Vtlb {
  protected readonly cache = new TranslationCache();
  protected cr4: Cr4 = { pcide: false, pge: false, smep: false };
  protected readonly tables: PageTables;
  protected space: string;
  protected low = 0;

  constructor(tables: PageTables, space: string) {
    this.tables = tables;
    this.space = space;
  }

  /** Reads from a page: the frame, or null for a page fault. */
  access(page: Page): Entry {
    const cached = this.cache.find(this.pcid, page.name);
    if (cached !== undefined) return cached;
    const frame = this.walk(page);
    if (frame !== null) this.cache.add(this.pcid, page.name, frame, page.global && this.cr4.pge);
    return frame;
  }

  movCr3(space: string, low: number, noflush: boolean): void {
    if (noflush && !this.cr4.pcide) throw new GeneralProtection();
    this.space = space;
    this.low = low;
    if (!noflush) this.cache.dropPcid(this.pcid);
  }

  movCr4(bits: Partial<Cr4>): void {
    const before = this.cr4;
    const after = { ...before, ...bits };
    if (after.pcide && !before.pcide && this.low !== 0) throw new GeneralProtection();
    if (after.pge !== before.pge) this.pgeChanged();
    if (!after.pcide && before.pcide) this.cache.dropAll();
    if (after.smep && !before.smep) {
      this.cache.dropPcid(this.pcid);
      this.cache.dropGlobals();
    }
    this.cr4 = after;
  }

  invlpg(page: Page): void {
    this.cache.dropPage(this.pcid, page.name);
    this.cache.dropGlobalPage(page.name);
  }

  invpcidAddress(pcid: number, page: Page): void {
    this.checkPcid(pcid);
    this.cache.dropPage(pcid, page.name);
  }

  invpcidSingle(pcid: number): void {
    this.checkPcid(pcid);
    this.cache.dropPcid(pcid);
  }

  invpcidAll(globals: boolean): void {
    this.cache.dropNonGlobals();
    if (globals) this.cache.dropGlobals();
  }

  toString(): string {
    return `${this.space}|${this.low} ${Object.values(this.cr4)} [${this.cache}] ${this.tables}`;
  }

  /** The PCID that translations are found and kept under. */
  protected get pcid(): number {
    return this.cr4.pcide ? this.low : 0;
  }

  protected walk(page: Page): Entry {
    return this.tables.walk(this.space, page.path);
  }

  protected pgeChanged(): void {
    this.cache.dropAll();
  }

  private checkPcid(pcid: number): void {
    if (!this.cr4.pcide && pcid !== 0) throw new GeneralProtection();
  }
}
