import type { Contract } from '../../../spec/contracts/contract.ts';
import type { Layout } from '../../../spec/layouts/layout.ts';
import type { GuestPage } from '../../../spec/state/guest-memory.ts';
import { type Entry, walk } from '../../../spec/state/walk.ts';
import { Allocator, bitsFor } from './allocate.ts';
import { rolesOf, whatMayChange } from './changes.ts';
import type { Field } from './field.ts';
import type {
  GuestPageFields,
  Mutable,
  PageFields,
  RowLayout,
  ShadowPageFields,
  StepFields,
  VcpuFields,
} from './fields.ts';
import { candidates, guestPageFields } from './guest-pages.ts';
import { NOTES } from './notes.ts';
import { obsoletePage, shadowPageFields } from './shadow-pages.ts';
import { vcpuFields } from './vcpus.ts';

/** Lays out the rows of a layout. A fact that none of its events changes takes no bits. */
export function rowLayout(layout: Layout, contract: Contract): RowLayout {
  const { bounds, events } = layout;
  const allocator = new Allocator(0);
  const occupied = allocator.bits('occupied', 1);
  const may = whatMayChange(events);
  const roles = rolesOf(may);
  const spaceBits = bitsFor(bounds.spaces - 1);
  const cr3Bits = spaceBits + bitsFor(bounds.pcids - 1);
  const roleBits = bitsFor(Math.max(...roles));

  const vcpus: Mutable<VcpuFields>[] = [];
  const pages = pagesOf(layout);
  for (let cpu = 0; cpu < bounds.vcpus; cpu++) {
    vcpus.push(
      vcpuFields(allocator, layout, contract, pages, may, { cpu, cr3Bits, topBits: spaceBits + roleBits }),
    );
  }
  const guestPages = guestPageFields(allocator, layout);
  const shadowPages = shadowPageFields(allocator, guestPages, roles, may, spaceBits, layout.spaces);
  const obsoletePages = may.zapDuring
    ? shadowPages.filter(({ level }) => level < layout.levels).map((sp) => obsoletePage(allocator, sp))
    : [];
  const words = allocator.words;

  const scratch = new Allocator(words);
  for (const vcpu of vcpus) vcpu.requests = scratchWord(scratch, `cpu ${vcpu.cpu} requests`);
  const tops: (ShadowPageFields | undefined)[] = [];
  for (const sp of shadowPages) if (sp.level === layout.levels) tops[sp.top] = sp;
  return {
    words,
    fields: allocator.fields,
    occupied,
    spaces: bounds.spaces,
    pcids: bounds.pcids,
    frames: bounds.frames,
    spaceBits,
    cr3Bits,
    roleBits,
    zaps: may.zap,
    pages,
    guestPages,
    guestTops: layout.spaces.map((space) => guestPages.find(({ name }) => name === space) as GuestPageFields),
    shadowPages,
    obsoletePages,
    tops: Array.from(tops),
    vcpus,
    step: stepFields(scratch, words),
    bufferWords: words + scratch.words,
  };
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

function stepFields(scratch: Allocator, words: number): StepFields {
  return {
    before: Array.from({ length: words }, (_, i) => scratchWord(scratch, `word ${i} before`)),
    raised: scratchWord(scratch, 'raised'),
    notes: Array.from({ length: Math.ceil(NOTES.length / 32) }, (_, i) => scratchWord(scratch, `notes ${i}`)),
  };
}

/** What a step works in is no part of the state and gets a word for itself. */
function scratchWord(scratch: Allocator, name: string): Field {
  return scratch.bits(name, 32);
}
