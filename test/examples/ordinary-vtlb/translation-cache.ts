/** Translations by PCID, and the global ones, which serve every PCID. */
export class TranslationCache {
  readonly #byPcid = new Map<number, Map<string, string>>();
  readonly #globals = new Map<string, string>();

  find(pcid: number, page: string): string | undefined {
    return this.#globals.get(page) ?? this.#byPcid.get(pcid)?.get(page);
  }

  add(pcid: number, page: string, frame: string, global: boolean): void {
    if (global) this.#globals.set(page, frame);
    else this.#of(pcid).set(page, frame);
  }

  dropPage(pcid: number, page: string): void {
    this.#of(pcid).delete(page);
  }

  dropGlobalPage(page: string): void {
    this.#globals.delete(page);
  }

  dropPcid(pcid: number): void {
    this.#byPcid.delete(pcid);
  }

  dropNonGlobals(): void {
    this.#byPcid.clear();
  }

  dropGlobals(): void {
    this.#globals.clear();
  }

  dropAll(): void {
    this.dropNonGlobals();
    this.dropGlobals();
  }

  toString(): string {
    const tagged = [...this.#byPcid].flatMap(([pcid, pages]) =>
      [...pages].map(([page, frame]) => `${pcid}:${page}=${frame}`),
    );
    const globals = [...this.#globals].map(([page, frame]) => `g:${page}=${frame}`);
    return [...tagged, ...globals].sort().join(' ');
  }

  #of(pcid: number): Map<string, string> {
    const pages = this.#byPcid.get(pcid) ?? new Map<string, string>();
    this.#byPcid.set(pcid, pages);
    return pages;
  }
}
