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
    doc: 'two spaces that share one user table, as threads or a forked process may; emulated stores and clearing stores too',
    levels: 2,
    sharedUserTable: true,
    bounds: {},
    alphabet: [...BASIC, 'write-pte emulated', 'write-pte none'],
  },
  deep: {
    name: 'deep',
    doc: 'three levels; a directory that the guest rewrites and a kernel directory that all spaces share',
    levels: 3,
    sharedUserTable: false,
    bounds: { kernelPages: 1, pcids: 1 },
    alphabet: [
      'access',
      'write-pte',
      'write-dir',
      'mov-cr3',
      'mov-cr4 pcide',
      'invlpg',
      'invpcid all',
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
    alphabet: [...BASIC, 'nested'],
  },
  vpids: {
    name: 'vpids',
    doc: 'one space, run by a nested hypervisor and its guest, which has a VPID of its own',
    levels: 2,
    sharedUserTable: false,
    // Two spaces show what proofs-notes/findings/nested-vpid.md is about.
    bounds: { spaces: 1, pcids: 1 },
    alphabet: [...BASIC, 'nested vpid'],
  },
  entries: {
    name: 'entries',
    doc: 'two spaces, run as in vpids, whose upper entries are rewritten; a nested VM entry may fail late',
    levels: 2,
    sharedUserTable: false,
    // Stores to level-1 entries show what proofs-notes/findings/nested-vpid.md is about: no page goes unsync here.
    bounds: { pcids: 1, frames: 1, cachedRoots: 2 },
    alphabet: ['access', 'write-dir', 'mov-cr3', 'nested vpid', 'nested fails'],
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
    doc: 'three spaces without PCIDs; CR3 is also loaded twice without an entry between',
    levels: 2,
    sharedUserTable: false,
    bounds: { spaces: 3, pcids: 1 },
    alphabet: [...BASIC, 'mov-cr3-twice'],
  },
} as const satisfies Record<string, LayoutDefinition>;

/** What `--layout` takes. */
export type LayoutName = keyof typeof LAYOUTS;
