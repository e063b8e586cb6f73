import { describe, expect, it } from 'vitest';
import { buildLayout } from '../../../spec/layouts/build.ts';
import type { Layout } from '../../../spec/layouts/layout.ts';
import { LAYOUTS, type LayoutName } from '../../../spec/layouts/named.ts';
import { walk } from '../../../spec/state/walk.ts';
import { type GuestImage, guestImage, UnsupportedGuest } from '../../../src/kvm/image.ts';

const ADDRESS = 0x000ffffffffff000n;
const PROGRAM = 0x8000000000n;
/** Where the guest stores to the memory below its program. */
const MEMORY = PROGRAM + 0x200000n;

/** A processor's walk through what is poked, with stores besides; null for an entry that is not present. */
function translate(image: GuestImage, cr3: bigint, address: bigint, stores: [bigint, bigint][] = []) {
  const memory = new Map([...image.pokes, ...stores]);
  let entry = cr3;
  for (const shift of [39n, 30n, 21n, 12n]) {
    entry = memory.get((entry & ADDRESS) + 8n * ((address >> shift) & 511n)) ?? 0n;
    if ((entry & 1n) === 0n) return null;
  }
  return { entry, found: memory.get(entry & ADDRESS) };
}

const layoutOf = (name: LayoutName, bounds = {}) => buildLayout(LAYOUTS[name], { cachedRoots: 3, ...bounds });
const guest = (name: LayoutName, bounds = {}): [Layout, GuestImage] => {
  const layout = layoutOf(name, bounds);
  return [layout, guestImage(layout)];
};

const REFUSED: readonly LayoutName[] = ['window', 'stores', 'flood'];
const NAMES = (Object.keys(LAYOUTS) as LayoutName[]).filter((name) => !REFUSED.includes(name));

describe('the memory of a guest', () => {
  it.each(NAMES)('%s: every page of every space is where a walk of the layout has it', (name) => {
    const [layout, image] = guest(name, { kernelPages: 2 });
    for (const space of layout.spaces)
      for (const page of layout.virtualPages) {
        const expected = walk(layout.memory, space, layout.paths[page] as readonly number[]);
        expect(translate(image, image.top(space), image.pageAt(page))?.found).toBe(
          BigInt((expected as string).slice(1)),
        );
      }
  });

  it('a store to the entry that a layout gives to a page changes that page alone', () => {
    const [layout, image] = guest('kernel', { userPages: 2, kernelPages: 2 });
    const home = layout.homes['b:u1'] as { page: string; index: number };
    const at = image.entryAt(home.page, home.index) - MEMORY;
    const changed = [[at, image.leaf('user', 'f2')]] as [bigint, bigint][];
    const found = (space: string, page: string) =>
      translate(image, image.top(space), image.pageAt(page), changed)?.found;
    expect(found('b', 'u1')).toBe(2n);
    for (const [space, page] of [
      ['a', 'u1'],
      ['b', 'u0'],
      ['b', 'k1'],
    ] as const)
      expect(found(space, page)).toBe(1n);
  });

  it('a store to an upper entry hangs up a table of another space', () => {
    const [, image] = guest('deep');
    const at = image.entryAt('a.u.dir', 0) - MEMORY;
    const ofB = image.entryAt('b.u', 0) - MEMORY;
    const stores = [
      [at, image.entryTo('a.u.dir', 'b.u')],
      [ofB, image.leaf('user', 'f2')],
    ] as [bigint, bigint][];
    expect(translate(image, image.top('a'), image.pageAt('u0'), stores)?.found).toBe(2n);
    expect(translate(image, image.top('a'), image.pageAt('u0'), [[at, 0n]])).toBeNull();
  });

  it('level-1 entries stand 8 apart, and no page between is shared by two links', () => {
    const [, image] = guest('shared', { spaces: 3 });
    expect(image.entryAt('s', 1) - image.entryAt('s', 0)).toBe(64n);
    const targets = ['a', 'b', 'c'].map((space) => image.entryTo(space, 's') & ADDRESS);
    expect(new Set(targets).size).toBe(3);
  });

  it('user pages are read-only and reached by user mode, kernel pages are global, and both are accessed', () => {
    const [, image] = guest('kernel');
    expect((translate(image, image.top('a'), image.pageAt('u0'))?.entry ?? 0n) & 0xfffn).toBe(0x25n);
    expect((translate(image, image.top('a'), image.pageAt('k0'))?.entry ?? 0n) & 0xfffn).toBe(0x121n);
    expect(image.pageAt('k0') >> 47n).toBe(0x1ffffn);
  });

  it('the program, and the tables for it to store to, are in every space and out of reach of user mode', () => {
    const [layout, image] = guest('smp');
    for (const space of layout.spaces)
      for (const [address, to] of [
        [PROGRAM, 0x200000n],
        [MEMORY + 0x10000n, 0x10000n],
      ] as const) {
        const entry = translate(image, image.top(space), address)?.entry ?? 0n;
        expect([entry & ADDRESS, entry & 7n]).toEqual([to, 3n]);
      }
  });

  it.each(REFUSED)('is refused for %s', (name) => {
    expect(() => guestImage(layoutOf(name))).toThrow(UnsupportedGuest);
  });
});
