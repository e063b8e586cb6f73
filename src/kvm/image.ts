import type { Half } from '../../spec/events/event.ts';
import type { Layout } from '../../spec/layouts/layout.ts';
import type { GuestPage } from '../../spec/state/guest-memory.ts';
import type { Frame, PageName, Space, VirtualPage } from '../../spec/state/names.ts';
import { entryIndex, HALF_ENTRY, halfOf, LEAF_STRIDE, linksOf, whyNotReal } from './paging.ts';

/** A quadword of the guest's memory before it starts. */
type Poke = readonly [address: bigint, value: bigint];

/** A layout as the memory of a guest of test/kvm/rig/vmm.c. Addresses and entries are quadwords. */
export interface GuestImage {
  readonly pokes: readonly Poke[];
  /** The value of CR3 for a space, with zero in the low bits. */
  readonly top: (space: Space) => bigint;
  /** Where an entry of a page-table page lies for the guest: in every address space. */
  readonly entryAt: (page: PageName, index: number) => bigint;
  /** The upper entry that leads from a page to another. */
  readonly entryTo: (from: PageName, to: PageName) => bigint;
  /** The level-1 entry of a virtual page for a frame, or for none. */
  readonly leaf: (half: Half, frame: Frame | null) => bigint;
  readonly pageAt: (page: VirtualPage) => bigint;
}

/** A layout that the rig cannot give to a guest. */
export class UnsupportedGuest extends Error {
  override readonly name = 'UnsupportedGuest';
}

/** As in test/kvm/rig/rig.h: the first space's top page comes first, and the program lies behind CODE. */
const TABLES = 0x10000n;
const PROGRAM_TABLES = 0xc0000n;
const FRAMES = 0x100000n;
const CODE = 0x200000n;
/** The program's half terabyte, and in it the memory below CODE, tables included. */
const PROGRAM_ENTRY = 1;
const MEMORY = 0x8000200000n;
const PAGE = 0x1000n;

const PRESENT = 0x1n;
const WRITABLE = 0x2n;
const USER = 0x4n;
const ACCESSED = 0x20n;
const DIRTY = 0x40n;
const GLOBAL = 0x100n;
/** Of modelled upper entries: accessed, so that only the trace changes them. */
const UPPER = PRESENT | WRITABLE | USER | ACCESSED;
/** Of the program's own, out of reach of user mode, as CR4.SMEP may be set. */
const OWN = PRESENT | WRITABLE | ACCESSED | DIRTY;
/** Frames are read-only, so that a store gets a page fault. */
const LEAF: Readonly<Record<Half, bigint>> = {
  user: PRESENT | USER | ACCESSED,
  kernel: PRESENT | ACCESSED | GLOBAL,
};

/** Lays a layout out as a guest's memory. @throws UnsupportedGuest when there is no room, or no such guest */
export function guestImage(layout: Layout): GuestImage {
  const refusal = whyNotReal(layout);
  if (refusal !== null) throw new UnsupportedGuest(refusal);
  const { memory, spaces } = layout;
  const pokes: Poke[] = [];
  let next = TABLES;
  const newPage = () => {
    const page = next;
    next += PAGE;
    if (next > PROGRAM_TABLES) throw new UnsupportedGuest(`layout ${layout.name}: its tables have no room`);
    return page;
  };

  const pages = [...spaces, ...Object.keys(memory).filter((page) => !spaces.includes(page))];
  const places = new Map(pages.map((page) => [page, newPage()]));
  const placeOf = (page: PageName) => places.get(page) as bigint;
  const entryPlace = (page: PageName, index: number) =>
    placeOf(page) + 8n * BigInt(entryIndex(layout, page, index));
  const leaf = (half: Half, frame: Frame | null) => (frame === null ? 0n : frameAt(frame) | LEAF[half]);

  const links = new Map(
    linksOf(layout).map(({ from, to, between }) => {
      let entry = placeOf(to) | UPPER;
      for (let left = between; left > 0; left--) {
        const above = newPage();
        pokes.push([above, entry]);
        entry = above | UPPER;
      }
      return [`${from} ${to}`, entry];
    }),
  );
  const entryTo = (from: PageName, to: PageName) => links.get(`${from} ${to}`) as bigint;

  for (const page of pages) {
    const { level, global, entries } = memory[page] as GuestPage;
    entries.forEach((entry, index) => {
      const value =
        level === 1 ? leaf(global ? 'kernel' : 'user', entry) : entry === null ? 0n : entryTo(page, entry);
      pokes.push([entryPlace(page, index), value]);
    });
  }
  for (const space of spaces) pokes.push([placeOf(space) + 8n * BigInt(PROGRAM_ENTRY), PROGRAM_TABLES | OWN]);
  pokes.push(...programTables());
  for (const frame of layout.frames) pokes.push([frameAt(frame), BigInt(frame.slice(1))]);

  return {
    pokes,
    top: placeOf,
    entryAt: (page, index) => MEMORY + entryPlace(page, index),
    entryTo,
    leaf,
    pageAt: (page) => pageAddress(layout, page),
  };
}

function frameAt(frame: Frame): bigint {
  return FRAMES + PAGE * BigInt(frame.slice(1));
}

/** Two page tables: the memory from CODE on, and the memory below it. */
function programTables(): Poke[] {
  const [directories, tables, code, memory] = [0n, 1n, 2n, 3n].map((i) => PROGRAM_TABLES + i * PAGE) as [
    bigint,
    bigint,
    bigint,
    bigint,
  ];
  const pages = Array.from({ length: 512 }, (_, i) => BigInt(i));
  return [
    [directories, tables | OWN],
    [tables, code | OWN],
    [tables + 8n, memory | OWN],
    ...pages.flatMap((i): Poke[] => [
      [code + 8n * i, (CODE + PAGE * i) | OWN],
      [memory + 8n * i, (PAGE * i) | OWN],
    ]),
  ];
}

/** A canonical address. */
function pageAddress(layout: Layout, page: VirtualPage): bigint {
  const top = BigInt(HALF_ENTRY[halfOf(layout, page)]) << 39n;
  const index = BigInt(layout.paths[page]?.at(-1) as number);
  return BigInt.asUintN(64, BigInt.asIntN(48, top | (PAGE * BigInt(LEAF_STRIDE) * index)));
}
