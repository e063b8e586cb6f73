import type { Contract } from '../../../spec/contracts/contract.ts';
import type { Event, EventOf, Host } from '../../../spec/events/event.ts';
import type { Layout } from '../../../spec/layouts/layout.ts';
import type { GuestPage } from '../../../spec/state/guest-memory.ts';
import { ROLES, type Role, shadowPageId } from '../../../spec/state/shadow.ts';
import { type Entry, walk } from '../../../spec/state/walk.ts';
import { Allocator, bitsFor, constantField } from './allocate.ts';
import type { Field } from './field.ts';
import { NOTES } from './notes.ts';
import { emptySet, masksOf, type TaggedSet, taggedSet, type WordMask } from './tagged-set.ts';

/** A page of virtual addresses. */
export interface PageFields {
  readonly name: string;
  readonly index: number;
  /** The entry to take at each level, from the top page down. */
  readonly path: readonly number[];
  /** Whether its level-1 entry carries the G bit. */
  readonly global: boolean;
  /** The level of the guest page that holds its entry: above 1 where an upper-level page is a page table too. */
  readonly level: number;
  /** What its entry may hold besides nothing, which counts as 0: value n is the n-th. */
  readonly frames: readonly string[];
}

/** Where a guest page-table page is kept. */
export interface GuestPageFields {
  readonly name: string;
  readonly level: number;
  readonly global: boolean;
  readonly writable: Field;
  /** 0 is none. In a level-1 page n is frame n; above, `targets` says what n is. */
  readonly entries: readonly Field[];
  /** By entry and value: the page that an upper entry points to. */
  readonly targets: readonly (readonly (GuestPageFields | undefined)[])[];
  /** Its shadow pages, one a role; two where it is a page table too. */
  readonly shadows: readonly ShadowPageFields[];
}

/** A slot of an upper-level shadow page that can hold a link to a certain child. */
interface ParentSlot {
  readonly parent: ShadowPageFields;
  readonly index: number;
  /** What the entry is when it links the child. */
  readonly value: number;
}

/** Where a shadow page is kept. All its fields are 0 while it does not exist. */
export interface ShadowPageFields {
  readonly name: string;
  readonly page: GuestPageFields;
  /** A number in `ROLES`. */
  readonly role: number;
  /** Not that of its page where it shadows an upper-level page as a page table. */
  readonly level: number;
  /** Number among the level-1 shadow pages. */
  readonly leaf: number;
  /** Number among the top shadow pages, as root slots give it. */
  readonly top: number;
  readonly exists: Field;
  readonly unsync: Field;
  /** Coded like the entries of the guest page. */
  readonly entries: readonly Field[];
  readonly unsyncChildren: readonly Field[];
  readonly writeFloodingCount: Field;
  /** By entry and value: the shadow page that an upper entry links. */
  readonly children: readonly (readonly (ShadowPageFields | undefined)[])[];
  readonly parents: readonly ParentSlot[];
  /** The page of the same role that is obsolete, where there can be one that is no root. */
  readonly obsolete: ObsoletePageFields | undefined;
  /** The level-1 pages that may lie below it. */
  readonly leaves: readonly ShadowPageFields[];
}

/** Where a shadow page is kept that was made below an obsolete root. It is like an obsolete one to all but itself. */
export interface ObsoletePageFields {
  readonly name: string;
  readonly page: GuestPageFields;
  readonly role: number;
  readonly level: number;
  readonly exists: Field;
  /** Coded like the entries of the guest page. */
  readonly entries: readonly Field[];
}

/** Where the contents of both TLBs under one VPID are kept. */
export interface VpidSets {
  readonly hardwareTlb: TaggedSet;
  /** Entries with a PCID. */
  readonly guestTlb: TaggedSet;
  /** Entries that are global: one tag. */
  readonly globals: TaggedSet;
  /** Tags are low bits, items are spaces. */
  readonly loaded: TaggedSet;
}

/** Where a virtual processor is kept. */
export interface VcpuFields extends VpidSets {
  readonly cpu: number;
  readonly wp: Field;
  readonly pcide: Field;
  readonly pge: Field;
  readonly smep: Field;
  /** `low << spaceBits | space`. */
  readonly cr3: Field;
  /** A root slot; 0 is INVALID_PAGE. See `state/root.ts`. */
  readonly root: Field;
  readonly prevRoots: readonly Field[];
  /** The bits of `root` and `prevRoots`. */
  readonly roots: readonly WordMask[];
  /** The top shadow page, as root slots give it, and the PCID above it. */
  readonly hardwareCr3: Field;
  readonly awayTlb: TaggedSet;
  readonly guestMode: Field;
  readonly ownVpid: Field;
  /** What is kept under the other VPID. */
  readonly otherVpid: VpidSets;
  readonly entryFails: Field;
  /** Pending requests, bit by bit in the order of `REQUESTS`; outside the state. */
  readonly requests: Field;
}

/** What a step works in; outside the state. */
interface StepFields {
  /** The words of the state before the step. */
  readonly before: readonly Field[];
  /** The requests that the handler raised on the vCPU of the event. */
  readonly raised: Field;
  /** What the step has exercised. */
  readonly notes: readonly Field[];
}

/** Where everything is in the rows of a layout. */
export interface RowLayout {
  /** Words of a state. */
  readonly words: number;
  /** Words of a row with what a step works in. */
  readonly bufferWords: number;
  /** The fields of a state, in the order in which they were given out. */
  readonly fields: readonly Field[];
  /** Always 1, so that no state has a word 0 of zero. */
  readonly occupied: Field;
  readonly spaces: number;
  readonly pcids: number;
  readonly frames: number;
  readonly spaceBits: number;
  readonly cr3Bits: number;
  readonly roleBits: number;
  /** Whether a shadow page can be zapped. */
  readonly zaps: boolean;
  readonly pages: readonly PageFields[];
  readonly guestPages: readonly GuestPageFields[];
  /** The top page of each space. */
  readonly guestTops: readonly GuestPageFields[];
  readonly shadowPages: readonly ShadowPageFields[];
  /** Pages that are obsolete and no roots; none where no event makes any. */
  readonly obsoletePages: readonly ObsoletePageFields[];
  /** By number among the top shadow pages; not every number is one. */
  readonly tops: readonly (ShadowPageFields | undefined)[];
  readonly vcpus: readonly VcpuFields[];
  readonly step: StepFields;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

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

/** What the events of a layout may change beyond what every layout's do. */
interface Changes {
  readonly wp: boolean;
  readonly pge: boolean;
  readonly smep: boolean;
  readonly directories: boolean;
  readonly zap: boolean;
  readonly zapDuring: boolean;
  readonly failEntry: boolean;
  readonly migrate: boolean;
  readonly nest: boolean;
  readonly ownVpid: boolean;
}

function whatMayChange(events: readonly Event[]): Changes {
  const writes = (bit: 'pge' | 'smep') =>
    events.some((event) => event.kind === 'mov-cr4' && event.bits[bit] !== undefined);
  const hosts = (action: Host['action']) =>
    events.some((event) => event.kind === 'host' && event.action === action);
  const directories = events.some(({ kind }) => kind === 'write-dir');
  const zapDuring = events.some(({ kind }) => kind === 'zap-during');
  return {
    wp: events.some(({ kind }) => kind === 'mov-cr0'),
    pge: writes('pge'),
    smep: writes('smep'),
    directories,
    zap: directories || zapDuring || hosts('zap-all'),
    zapDuring,
    failEntry: hosts('fail-entry'),
    migrate: hosts('migrate'),
    nest: events.some(({ kind }) => kind === 'nested'),
    ownVpid: events.some((event) => event.kind === 'nested' && 'vpid' in event),
  };
}

/** The roles that shadow pages can have, as numbers in `ROLES`. */
function rolesOf({ wp, smep, nest }: Changes): readonly number[] {
  const roles: Role[] = ['wp'];
  if (wp) roles.push('nowp');
  if (wp && smep) roles.push('nowp-smep');
  if (nest) roles.push('l2');
  return roles.map((role) => ROLES.indexOf(role));
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

function vcpuFields(
  allocator: Allocator,
  { bounds, virtualPages }: Layout,
  contract: Contract,
  pages: readonly PageFields[],
  may: Changes,
  { cpu, cr3Bits, topBits }: { cpu: number; cr3Bits: number; topBits: number },
): VcpuFields {
  const named = (name: string) => (bounds.vcpus === 1 ? name : `cpu ${cpu} ${name}`);
  const flag = (name: string, varies: boolean, otherwise: number) =>
    varies ? allocator.bits(named(name), 1) : constantField(named(name), otherwise);
  const rootBits = 1 + cr3Bits + (topBits - bitsFor(bounds.spaces - 1)) + (may.zap ? 1 : 0);
  const slot = (tag: string | number, page: number) => `[${tag}|${virtualPages[page]}]`;
  const frames = Math.max(...pages.map((page) => page.frames.length));
  const translations = (name: string) =>
    taggedSet(allocator, bounds.pcids, virtualPages.length, frames, (tag, page) =>
      named(`${name}${slot(tag, page)}`),
    );
  const globals = (name: string) =>
    may.pge && pages.some(({ global }) => global)
      ? taggedSet(allocator, 1, virtualPages.length, frames, (_, page) =>
          named(`${name}${slot('global', page)}`),
        )
      : emptySet(1, virtualPages.length);
  const loaded = (name: string) =>
    contract.refill === 'loaded'
      ? taggedSet(allocator, bounds.pcids, 1, bounds.spaces, (low) => named(`${name}[low=${low}]`))
      : emptySet(bounds.pcids, 1);
  const noTranslations = emptySet(bounds.pcids, virtualPages.length);
  const fields: Omit<VcpuFields, 'roots'> = {
    cpu,
    wp: flag('cr0.wp', may.wp, 1),
    pcide: flag('cr4.pcide', true, 0),
    pge: flag('cr4.pge', may.pge, 0),
    smep: flag('cr4.smep', may.smep, 0),
    cr3: allocator.bits(named('cr3'), cr3Bits),
    root: allocator.bits(named('root'), rootBits),
    prevRoots: Array.from({ length: bounds.cachedRoots }, (_, i) =>
      allocator.bits(named(`prev_roots[${i}]`), rootBits),
    ),
    hardwareCr3: allocator.bits(named('hardwareCr3'), topBits + bitsFor(bounds.pcids - 1)),
    hardwareTlb: translations('hardwareTlb'),
    awayTlb: may.migrate ? translations('awayTlb') : noTranslations,
    guestMode: flag('guestMode', may.nest, 0),
    entryFails: flag('entryFails', may.failEntry, 0),
    guestTlb: translations('guestTlb'),
    globals: globals('guestTlb'),
    loaded: loaded('loaded'),
    ownVpid: flag('ownVpid', may.ownVpid, 0),
    otherVpid: may.ownVpid
      ? {
          hardwareTlb: translations('otherVpid hardwareTlb'),
          guestTlb: translations('otherVpid guestTlb'),
          globals: globals('otherVpid guestTlb'),
          loaded: loaded('otherVpid loaded'),
        }
      : {
          hardwareTlb: noTranslations,
          guestTlb: noTranslations,
          globals: emptySet(1, virtualPages.length),
          loaded: emptySet(bounds.pcids, 1),
        },
    requests: constantField('', 0),
  };
  return { ...fields, roots: masksOf([fields.root, ...fields.prevRoots]) };
}

function guestPageFields(allocator: Allocator, layout: Layout): GuestPageFields[] {
  const pages = new Map<string, Mutable<GuestPageFields>>();
  const tables = Object.entries(layout.memory);
  for (const [name, page] of tables) pages.set(name, guestPage(allocator, layout, name, page));
  for (const [name, page] of tables) {
    const fields = pages.get(name) as Mutable<GuestPageFields>;
    fields.targets = page.entries.map((_, index) =>
      page.level === 1
        ? []
        : candidates(layout, name, index).map((target) => (target === null ? undefined : pages.get(target))),
    );
  }
  return [...pages.values()];
}

function guestPage(allocator: Allocator, layout: Layout, name: string, page: GuestPage): GuestPageFields {
  const stored = (index: number) => storesTo(layout).has(`${name}[${index}]`);
  return {
    name,
    level: page.level,
    global: page.global,
    writable: page.entries.some((_, index) => stored(index))
      ? allocator.bits(`guest ${name} writable`, 1)
      : constantField(`guest ${name} writable`, 0),
    entries: page.entries.map((_, index) => {
      const label = `guest ${name}[${index}]`;
      if (!stored(index)) return constantField(label, page.entries[index] === null ? 0 : 1);
      return allocator.field(
        label,
        page.level === 1 ? layout.bounds.frames : candidates(layout, name, index).length - 1,
      );
    }),
    targets: [],
    shadows: [],
  };
}

/** What an upper entry may hold, by value: nothing, what it holds at the start, then what is stored there. */
function candidates(layout: Layout, page: string, index: number): Entry[] {
  const stored = layout.events
    .filter((event): event is EventOf<'write-dir'> => event.kind === 'write-dir')
    .filter((event) => {
      const entry = upperEntryAtStart(layout, event);
      return entry.page === page && entry.index === index;
    })
    .map(({ table }) => table);
  const first = layout.memory[page]?.entries[index] ?? null;
  return [...new Set([null, first, ...stored])];
}

/** The entries that some event stores to, as `PAGE[INDEX]`. */
function storesTo(layout: Layout): Set<string> {
  const stored = new Set<string>();
  for (const event of layout.events) {
    if (event.kind === 'write-pte') {
      const home = layout.homes[`${event.space}:${event.page}`];
      if (home !== undefined) stored.add(`${home.page}[${home.index}]`);
    } else if (event.kind === 'write-dir') {
      const { page, index } = upperEntryAtStart(layout, event);
      stored.add(`${page}[${index}]`);
    }
  }
  return stored;
}

/** The entry that a store goes to: no event changes what lies above it. */
export function upperEntryAtStart(
  { memory, halves }: Layout,
  { space, half, table }: EventOf<'write-dir'>,
): { page: string; index: number } {
  const level = table === null ? 2 : (memory[table] as GuestPage).level + 1;
  let page: string = space;
  let index = halves[half] as number;
  while ((memory[page] as GuestPage).level > level) {
    page = (memory[page] as GuestPage).entries[index] as string;
    index = 0;
  }
  return { page, index };
}

function shadowPageFields(
  allocator: Allocator,
  guestPages: readonly GuestPageFields[],
  roles: readonly number[],
  may: Changes,
  spaceBits: number,
  spaces: readonly string[],
): Mutable<ShadowPageFields>[] {
  const all: Mutable<ShadowPageFields>[] = [];
  let leaves = 0;
  for (const page of guestPages) {
    for (const role of roles) {
      for (const level of levelsOf(page, guestPages)) {
        const leaf = level === 1 ? leaves++ : -1;
        const top = (role << spaceBits) | spaces.indexOf(page.name);
        all.push(shadowPage(allocator, page, role, level, may, { leaf, top }));
      }
    }
  }
  const of = (page: GuestPageFields | undefined, role: number, level: number) =>
    all.find((sp) => sp.page === page && sp.role === role && sp.level === level);
  for (const sp of all) {
    sp.children = sp.page.targets.map((values) =>
      sp.level === 1 ? [] : values.map((target) => of(target, sp.role, sp.level - 1)),
    );
    (sp.page.shadows as ShadowPageFields[]).push(sp);
    sp.children.forEach((values, index) => {
      values.forEach((child, value) => {
        if (child !== undefined) (child.parents as ParentSlot[]).push({ parent: sp, index, value });
      });
    });
  }
  for (const sp of all) sp.leaves = leavesBelow(sp);
  return all;
}

/** The levels at which a guest page is walked: its own, and 1 where a page of its level points to it. */
function levelsOf(page: GuestPageFields, guestPages: readonly GuestPageFields[]): number[] {
  const isTable = guestPages.some(
    ({ level, targets }) => level === page.level && targets.some((values) => values.includes(page)),
  );
  return isTable ? [page.level, 1] : [page.level];
}

function shadowPage(
  allocator: Allocator,
  page: GuestPageFields,
  role: number,
  level: number,
  may: Changes,
  { leaf, top }: { leaf: number; top: number },
): ShadowPageFields {
  const key = { page: page.name, role: ROLES[role] as Role };
  const name = shadowPageId(level < page.level ? { ...key, asTable: true } : key);
  const upper = level > 1;
  const label = (what: string) => `shadow ${name}${what}`;
  return {
    name,
    page,
    role,
    level,
    leaf,
    top,
    exists: allocator.bits(label(' exists'), 1),
    unsync: upper ? constantField(label(' unsync'), 0) : allocator.bits(label(' unsync'), 1),
    entries: page.entries.map((entry, index) =>
      entry.bits === 0 && entry.constant === 0
        ? constantField(label(`[${index}]`), 0)
        : allocator.bits(label(`[${index}]`), entry.bits > 0 ? entry.bits : 1),
    ),
    unsyncChildren: page.entries.map((_, index) =>
      upper ? allocator.bits(label(`[${index}] unsync below`), 1) : constantField(label(''), 0),
    ),
    writeFloodingCount:
      upper && may.directories && page.entries.some(({ bits }) => bits > 0)
        ? allocator.bits(label(' write_flooding_count'), 2)
        : constantField(label(' write_flooding_count'), 0),
    children: [],
    parents: [],
    obsolete: undefined,
    leaves: [],
  };
}

function obsoletePage(allocator: Allocator, sp: Mutable<ShadowPageFields>): ObsoletePageFields {
  const { page, role, level } = sp;
  const name = `${sp.name}!`;
  const fields = {
    name,
    page,
    role,
    level,
    exists: allocator.bits(`shadow ${name} exists`, 1),
    entries: sp.entries.map((entry, index) => allocator.bits(`shadow ${name}[${index}]`, entry.bits)),
  };
  sp.obsolete = fields;
  return fields;
}

function leavesBelow(sp: ShadowPageFields): ShadowPageFields[] {
  if (sp.level === 1) return [sp];
  const below = sp.children.flat().filter((child) => child !== undefined);
  return [...new Set(below.flatMap(leavesBelow))];
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
