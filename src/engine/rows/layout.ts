import type { Contract } from '../../../spec/contracts/contract.ts';
import type { Layout } from '../../../spec/layouts/layout.ts';
import type { GuestPage } from '../../../spec/state/guest-memory.ts';
import { type Entry, walk } from '../../../spec/state/walk.ts';
import { Allocator, bitsFor } from './allocate.ts';
import { rolesOf, whatMayChange } from './changes.ts';
import type {
  GuestPageFields,
  PageFields,
  RowLayout,
  ShadowPageFields,
  TlbsInRows,
  VcpuFields,
} from './fields.ts';
import { candidates, guestPageFields } from './guest-pages.ts';
import { obsoletePage, shadowPageFields } from './shadow-pages.ts';
import { masksOf } from './tagged-set.ts';
import { vcpuFields } from './vcpus.ts';

/** What rows are to hold. */
export interface RowOptions {
  readonly tlbs: TlbsInRows;
  /** Whether the CR3 values that were loaded are kept apart with them. */
  readonly loadedApart: boolean;
  /** Whether a root may point to the top page of another space than that of its CR3. */
  readonly strayRoots: boolean;
  /** The word that a row begins with. */
  readonly first?: number;
}

/** Lays out the rows of a layout. A fact that none of its events changes takes no bits. */
export function rowLayout(layout: Layout, contract: Contract, options: RowOptions): RowLayout {
  const { tlbs, loadedApart, strayRoots, first = 0 } = options;
  const { bounds, events } = layout;
  const allocator = new Allocator(first);
  const occupied = allocator.bits('occupied', 1);
  const may = whatMayChange(events);
  const roles = rolesOf(may);
  const spaceBits = bitsFor(bounds.spaces - 1);
  const lowBits = bitsFor(bounds.pcids - 1);
  const roleBits = bitsFor(Math.max(...roles));

  const pages = pagesOf(layout);
  const vcpus = Array.from({ length: bounds.vcpus }, (_, cpu) =>
    vcpuFields(allocator, layout, contract, pages, may, { cpu, spaceBits, lowBits, roleBits, ...options }),
  );
  const guestPages = guestPageFields(allocator, layout);
  const shadowPages = shadowPageFields(allocator, guestPages, roles, may, spaceBits, layout.spaces);
  const obsoletePages = may.zapDuring
    ? shadowPages.filter(({ level }) => level < layout.levels).map((sp) => obsoletePage(allocator, sp))
    : [];
  const tops: (ShadowPageFields | undefined)[] = [];
  for (const sp of shadowPages) if (sp.level === layout.levels) tops[sp.top] = sp;
  return {
    words: allocator.words,
    fields: allocator.fields,
    occupied,
    tlbs,
    loadedApart,
    strayRoots,
    ofVcpus: masksOf(vcpus.flatMap(ownFields)),
    spaces: bounds.spaces,
    pcids: bounds.pcids,
    frames: bounds.frames,
    spaceBits,
    cr3Bits: spaceBits + lowBits,
    roleBits,
    zaps: may.zap,
    pages,
    guestPages,
    guestTops: layout.spaces.map((space) => guestPages.find(({ name }) => name === space) as GuestPageFields),
    shadowPages,
    obsoletePages,
    tops: Array.from(tops),
    vcpus,
  };
}

/** All of a vCPU but what TLBs hold and which CR3 values were loaded. */
function ownFields(vcpu: VcpuFields) {
  const { wp, pcide, pge, smep, cr3, guestMode, ownVpid, root, prevRoots, hardwareCr3, entryFails } = vcpu;
  return [wp, pcide, pge, smep, cr3, guestMode, ownVpid, root, ...prevRoots, hardwareCr3, entryFails];
}

function pagesOf(layout: Layout): PageFields[] {
  const { virtualPages, paths, spaces, memory, frames } = layout;
  return virtualPages.map((name, index) => {
    const path = paths[name] as readonly number[];
    const table = walk(memory, spaces[0] as string, path.slice(0, -1)) as string;
    const { level, global } = memory[table] as GuestPage;
    return {
      name,
      index,
      path,
      global,
      level,
      frames: level === 1 ? frames : candidates(layout, table, path.at(-1) as number).filter(isPresent),
    };
  });
}

function isPresent(entry: Entry): entry is string {
  return entry !== null;
}
