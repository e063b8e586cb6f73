import type { Event } from '../events/event.ts';
import type { GuestPage } from '../state/guest-memory.ts';
import type { Machine } from '../state/machine.ts';
import type { ShadowPage } from '../state/shadow.ts';
import type { VpidTlbs } from '../state/tlb.ts';
import type { KvmVcpu, Vcpu } from '../state/vcpu.ts';
import { each, type Fixed, field, parts, register, type Schema, type Where } from './sorts.ts';

const fixed: Fixed = { kind: 'fixed' };

/** Where some event is of a sort. */
const by =
  (isOne: (event: Event) => boolean) =>
  ({ events }: Where) =>
    events.some(isOne);

const byNesting = by(({ kind }) => kind === 'nested');
const byVpids = by((event) => event.kind === 'nested' && 'vpid' in event);
const byHost = (action: string) => by((event) => event.kind === 'host' && event.action === action);
const byCr4 = (bit: 'pge' | 'smep') =>
  by((event) => event.kind === 'mov-cr4' && event.bits[bit] !== undefined);

/** A page of the guest's paging structures. */
export const GUEST_PAGE = {
  level: fixed,
  global: fixed,
  entries: field('entries', 'entry'),
} as const satisfies Schema<GuestPage>;

/** A shadow page. What its name says of it is fixed. */
export const SHADOW_PAGE = {
  page: fixed,
  role: fixed,
  asTable: fixed,
  level: fixed,
  obsolete: fixed,
  unsync: field('flag', 'unsync', {
    turns: ['goes unsync', 'is synced'],
    changes: ({ level }) => level === 1,
  }),
  entries: field('entries', 'entry'),
  unsyncChildren: field('entry flags', 'unsync below', {
    turns: ['is marked', 'is unmarked'],
    changes: ({ level }) => level > 1,
  }),
  writeFloodingCount: field('count', 'write_flooding_count', {
    bits: 2,
    changes: ({ level, isStored, events }) =>
      level > 1 && isStored && events.some(({ kind }) => kind === 'write-dir'),
  }),
} as const satisfies Schema<ShadowPage>;

/** What is cached under one VPID. */
export const UNDER_VPID = {
  hardware: field('tlb', 'hardware TLB'),
  guest: field('tlb', 'guest TLB'),
  away: field('tlb', 'TLB of the other physical CPU', { changes: byHost('migrate') }),
  loaded: field('CR3 values', 'guest TLB'),
} as const satisfies Schema<VpidTlbs>;

/** A vCPU as KVM's functions see it. */
export const KVM_VCPU = {
  guest: parts({
    cr0: register({
      wp: field('flag', 'CR0.WP', { changes: by(({ kind }) => kind === 'mov-cr0'), otherwise: true }),
    }),
    cr3: field('cr3', 'CR3'),
    cr4: register({
      pcide: field('flag', 'CR4.PCIDE'),
      pge: field('flag', 'CR4.PGE', { changes: byCr4('pge') }),
      smep: field('flag', 'CR4.SMEP', { changes: byCr4('smep') }),
    }),
    guestMode: field('flag', 'guest mode', { turns: ['L2 runs', 'L1 runs'], changes: byNesting }),
    ownVpid: field('flag', 'VPID of L2', {
      turns: ['the VPID of L2 is in use', 'the VPID of L1 is in use'],
      changes: byVpids,
    }),
  }),
  mmu: parts({
    requests: field('requests', 'requests'),
    root: field('root', 'root'),
    prevRoots: field('root slots', 'prev_roots'),
    hardwareCr3: field('hardware CR3', 'hardware CR3'),
  }),
  entryFails: field('flag', 'failing entry', {
    turns: ['the next entry will fail', 'the entry has failed'],
    changes: byHost('fail-entry'),
  }),
  mayStore: field('page flags', 'writable in the hardware TLB', {
    turns: ['may be stored to through the hardware TLB', 'is in the hardware TLB no more'],
    changes: ({ isStored, level, events }) =>
      isStored && level === 1 && events.some((event) => event.kind === 'write-pte' && event.cached),
  }),
} as const satisfies Schema<KvmVcpu>;

/** What belongs to the VM as a whole, besides its pages and vCPUs. */
export const VM = {
  writable: field('page flags', 'writable', {
    turns: ['becomes writable', 'is write-protected'],
    changes: ({ isStored }) => isStored,
  }),
} as const satisfies Schema<Omit<Machine, 'memory' | 'shadow' | 'vcpus' | 'work'>>;

/** The whole state. */
export const MACHINE = {
  memory: each('by page', GUEST_PAGE),
  shadow: each('by page', SHADOW_PAGE),
  ...VM,
  vcpus: each('by vcpu', { ...KVM_VCPU, tlbs: each('by vpid', UNDER_VPID) } as const satisfies Schema<Vcpu>),
  // What a step cost is no part of the state.
  work: fixed,
} as const satisfies Schema<Machine>;
