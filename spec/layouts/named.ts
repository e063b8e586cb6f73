import type { Alphabet, LayoutDefinition } from './layout.ts';

const BASIC: readonly Alphabet[] = [
  'access',
  'write-pte',
  'mov-cr3',
  'mov-cr4 pcide',
  'invlpg',
  'invpcid address',
  'invpcid single',
  'invpcid all',
];

const NESTED: readonly Alphabet[] = ['nested exit', 'nested invvpid'];

/** The layouts that `--layout` knows. */
export const LAYOUTS = {
  minimal: {
    name: 'minimal',
    doc: 'two spaces with a user page each',
    levels: 2,
    sharedUserTable: false,
    bounds: {},
    alphabet: BASIC,
  },
  kernel: {
    name: 'kernel',
    doc: 'minimal, and a global kernel page whose table all spaces share; CR4.PGE and emulated stores too',
    levels: 2,
    sharedUserTable: false,
    bounds: { kernelPages: 1 },
    alphabet: [...BASIC, 'write-pte emulated', 'mov-cr4 pge', 'invpcid all-nonglobal'],
  },
  shared: {
    name: 'shared',
    doc: 'two spaces that share one user table of two pages, as threads or a forked process may; emulated stores and clearing stores too',
    levels: 2,
    sharedUserTable: true,
    // With one page, whoever maps it syncs it first: that its table was linked unsynced would never show.
    bounds: { userPages: 2 },
    alphabet: [...BASIC, 'write-pte emulated', 'write-pte none', 'write-pte none emulated'],
  },
  deep: {
    name: 'deep',
    doc: 'three levels; top pages and directories that the guest rewrites, each space with its own; no kernel page, for size',
    levels: 3,
    sharedUserTable: false,
    // A kernel page makes it some twenty times as large; layout upper has two, and no user page.
    bounds: { pcids: 1 },
    alphabet: [
      'access',
      'write-pte',
      'write-dir',
      'write-dir top',
      'mov-cr3',
      'mov-cr4 pcide',
      'invlpg',
      'invpcid all',
      'host zap-all',
    ],
  },
  upper: {
    name: 'upper',
    doc: 'three levels; two global kernel pages behind a directory that all spaces share, as Linux shares it; no user page',
    levels: 3,
    sharedUserTable: false,
    bounds: { userPages: 0, kernelPages: 2, pcids: 1 },
    alphabet: [
      ...BASIC,
      'write-pte emulated',
      'write-dir',
      'write-dir top',
      'mov-cr4 pge',
      'invpcid all-nonglobal',
      'host zap-all',
    ],
  },
  smp: {
    name: 'smp',
    doc: 'two vCPUs over the tables of minimal; the host zaps everything at any time',
    levels: 2,
    sharedUserTable: false,
    bounds: { vcpus: 2 },
    alphabet: [...BASIC, 'host zap-all'],
  },
  stores: {
    name: 'stores',
    doc: 'two vCPUs, two spaces without PCIDs that share one user table, to which the guest stores through a kernel page that it maps elsewhere at times',
    levels: 2,
    sharedUserTable: true,
    mapsTable: 'kernel',
    bounds: { kernelPages: 1, pcids: 1, vcpus: 2, cachedRoots: 0 },
    alphabet: ['access', 'write-pte', 'write-pte cached', 'mov-cr3', 'invlpg', 'host log-dirty'],
  },
  flood: {
    name: 'flood',
    doc: 'one space, three levels; two tables in one directory: the guest stores to the first through the page of the second, and rewrites its entry in the directory until KVM zaps that',
    levels: 3,
    sharedUserTable: false,
    tableEach: true,
    mapsTable: 'user',
    // A second space makes it more than a hundred times as large, and shows no more of what it is for.
    bounds: { spaces: 1, pcids: 1, userPages: 2 },
    alphabet: ['access', 'write-pte', 'write-pte cached', 'write-dir', 'mov-cr3', 'invlpg'],
  },
  roles: {
    name: 'roles',
    doc: 'minimal, with CR0.WP and CR4.SMEP toggled, so that shadow pages of several roles coexist',
    levels: 2,
    sharedUserTable: false,
    bounds: {},
    alphabet: [...BASIC, 'mov-cr4 smep', 'mov-cr0'],
  },
  faults: {
    name: 'faults',
    doc: 'one space; protection faults, entries that fail once, INIT, migration, flushes by paravirtual call',
    levels: 2,
    sharedUserTable: false,
    // Two spaces under one PCID show what proofs-notes/findings/injected-fault.md is about.
    bounds: { spaces: 1 },
    alphabet: [...BASIC, 'page-fault', 'host fail-entry', 'host flush-guest', 'host init', 'host migrate'],
  },
  races: {
    name: 'races',
    doc: 'one space; the host zaps everything, also while KVM is about to map a page',
    levels: 2,
    sharedUserTable: false,
    bounds: { spaces: 1 },
    alphabet: [...BASIC, 'host zap-all', 'zap-during'],
  },
  nested: {
    name: 'nested',
    doc: 'minimal, run by a nested hypervisor and its guest, which has no VPID of its own',
    levels: 2,
    sharedUserTable: false,
    bounds: {},
    alphabet: [...BASIC, 'nested enter', ...NESTED],
  },
  vpids: {
    name: 'vpids',
    doc: 'two spaces and one cached root, run by a nested hypervisor and its guest, which has a VPID of its own',
    levels: 2,
    sharedUserTable: false,
    // Two cached roots show what proofs-notes/findings/nested-vpid.md is about.
    bounds: { pcids: 1, cachedRoots: 1 },
    alphabet: [...BASIC, 'nested enter vpid', ...NESTED],
  },
  entries: {
    name: 'entries',
    doc: 'two spaces, run as in vpids, whose upper entries are rewritten; a nested VM entry may fail late',
    levels: 2,
    sharedUserTable: false,
    // Stores to level-1 entries show what proofs-notes/findings/nested-vpid.md is about: no page goes unsync here.
    bounds: { pcids: 1, frames: 1, cachedRoots: 2 },
    alphabet: ['access', 'write-dir', 'mov-cr3', 'nested enter vpid', 'nested enter vpid fails', ...NESTED],
  },
  window: {
    name: 'window',
    doc: 'two spaces; a has the top page of b for a page table too, so that one page is shadowed at two levels',
    levels: 2,
    sharedUserTable: false,
    window: true,
    bounds: { pcids: 1 },
    alphabet: ['access', 'write-dir', 'mov-cr3', 'mov-cr4 pcide', 'invlpg', 'invpcid all'],
  },
  twice: {
    name: 'twice',
    doc: 'three spaces without PCIDs, one cached root; CR3 is also loaded twice without an entry between',
    levels: 2,
    sharedUserTable: false,
    // Three spaces never fill three slots of prev_roots, so that none would be lost.
    bounds: { spaces: 3, pcids: 1, cachedRoots: 1 },
    alphabet: [...BASIC, 'mov-cr3-twice'],
  },
} as const satisfies Record<string, LayoutDefinition>;

/** What `--layout` takes. */
export type LayoutName = keyof typeof LAYOUTS;
