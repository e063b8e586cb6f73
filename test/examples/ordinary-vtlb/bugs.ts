import type { Entry } from './page-tables.ts';
import { type Page, Vtlb } from './vtlb.ts';

/** INVLPG drops what the active PCID has for the page, and forgets that a global translation may serve it. */
export class InvlpgKeepsGlobals extends Vtlb {
  override invlpg(page: Page): void {
    this.cache.dropPage(this.pcid, page.name);
  }
}

/** A change of CR4.PGE drops nothing: global translations outlive the bit that made them so. */
export class PgeDropsNothing extends Vtlb {
  protected override pgeChanged(): void {}
}

/** MOV to CR3 honours bit 63 whatever CR4.PCIDE is, where it is a reserved bit with PCIDE=0. */
export class NoflushWithoutPcide extends Vtlb {
  override movCr3(space: string, low: number, noflush: boolean): void {
    super.movCr3(space, low, noflush && this.cr4.pcide);
  }
}

/** The low bits of CR3 are taken for a PCID always; with PCIDE=0 they are PWT and PCD, and the PCID is 0. */
export class PwtTakenForPcid extends Vtlb {
  protected override get pcid(): number {
    return this.low;
  }
}

/** Upper entries are read once and for all: a store to a directory is never followed. */
export class DirectoriesReadOnce extends Vtlb {
  readonly #tableOf = new Map<string, Entry>();

  protected override walk(page: Page): Entry {
    const [leaf = 0] = page.path.slice(-1);
    const upper = page.path.slice(0, -1);
    const key = `${this.space} ${upper}`;
    const table = this.#tableOf.get(key) ?? this.tables.walk(this.space, upper);
    this.#tableOf.set(key, table);
    return table === null ? null : this.tables.read(table, leaf);
  }

  override toString(): string {
    return `${super.toString()} ${[...this.#tableOf].sort()}`;
  }
}
