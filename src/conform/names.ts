import type { Layout } from '../../spec/layouts/layout.ts';
import type { PageName, Space, VirtualPage } from '../../spec/state/names.ts';

/** How the driver is told that an entry is empty. */
export const NONE = -1;

/** Frame n is written as this plus n wherever a page's number could stand too. */
const FRAME_CODE = 1000;

/** Pages that the driver gives room in a level-1 page: they stand 8 entries apart. */
const PAGES_OF_A_TABLE = 64;

/**
 * A virtual page as the driver knows it: which entry of the top page leads there, and its place in the directory behind
 * that, the pages of one table after those of another.
 */
export interface Place {
  readonly half: number;
  readonly index: number;
}

/** What the numbers in the driver's words stand for in one layout. */
export class Names {
  readonly layout: Layout;
  readonly pages: readonly PageName[];
  readonly #pageNumbers: ReadonlyMap<PageName, number>;

  constructor(layout: Layout) {
    this.layout = layout;
    this.pages = Object.keys(layout.memory);
    this.#pageNumbers = new Map(this.pages.map((name, number) => [name, number]));
  }

  page(number: number): PageName {
    return this.pages[number] as PageName;
  }

  pageNumber(name: PageName): number {
    return this.#pageNumbers.get(name) as number;
  }

  space(number: number): Space {
    return this.layout.spaces[number] as Space;
  }

  spaceNumber(name: Space): number {
    return this.layout.spaces.indexOf(name);
  }

  /** The code of a page or a frame. */
  entryCode(entry: string | null): number {
    if (entry === null) return NONE;
    return this.#pageNumbers.get(entry) ?? FRAME_CODE + Number(entry.slice(1));
  }

  /** The page or frame of a code. */
  entry(code: number): string | null {
    if (code === NONE) return null;
    return code >= FRAME_CODE ? `f${code - FRAME_CODE}` : this.page(code);
  }

  place(page: VirtualPage): Place {
    const path = this.layout.paths[page] as readonly number[];
    const [half = 0, ...below] = path;
    return { half, index: below.reduce((index, entry) => PAGES_OF_A_TABLE * index + entry, 0) };
  }

  virtualPage(half: number, index: number): VirtualPage {
    const found = this.layout.virtualPages.find((page) => {
      const place = this.place(page);
      return place.half === half && place.index === index;
    });
    if (found === undefined) throw new Error(`cannot happen: no virtual page at ${half}, ${index}`);
    return found;
  }

  /** Whether this is the top page of a space. */
  isTop(page: PageName): boolean {
    return this.layout.memory[page]?.level === this.layout.levels;
  }
}
