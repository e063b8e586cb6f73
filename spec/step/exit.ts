import { match } from 'ts-pattern';
import { allowRefill, invalidateGuestTlb } from '../architecture/guest-tlb.ts';
import { processor } from '../architecture/processor.ts';
import { EVENT_KINDS, type Event, type EventKind, type Outcome } from '../events/event.ts';
import { access } from '../reducers/access.ts';
import { host } from '../reducers/host.ts';
import { invlpg } from '../reducers/invlpg.ts';
import { invpcid } from '../reducers/invpcid.ts';
import { movCr0 } from '../reducers/mov-cr0.ts';
import { movCr3 } from '../reducers/mov-cr3.ts';
import { movCr3Twice } from '../reducers/mov-cr3-twice.ts';
import { movCr4 } from '../reducers/mov-cr4.ts';
import { nested } from '../reducers/nested.ts';
import { guestPageFault } from '../reducers/page-fault.ts';
import type { Reducer } from '../reducers/reducer.ts';
import { writeDir } from '../reducers/write-dir.ts';
import { writePte } from '../reducers/write-pte.ts';
import { zapDuring } from '../reducers/zap-during.ts';
import { atHand } from '../schema/at-hand.ts';
import type { Machine } from '../state/machine.ts';
import type { Frame } from '../state/names.ts';
import { REQUESTS, type Request } from '../state/requests.ts';
import type { TlbEffect } from '../state/tlb-effects.ts';
import { type KvmVcpu, type Vcpu, vpidInUse } from '../state/vcpu.ts';
import { noWork } from '../state/work.ts';
import type { Here, OverriddenKernel, World } from '../world/world.ts';
import { leavesGuest } from './leaves-guest.ts';
import { flusher, onTlbs, type TlbPort } from './tlb-port.ts';

/** What a handler made of an event. */
export interface Exit {
  readonly outcome: Outcome;
  /** The requests that it raised on the vCPU of the event, in the order of their service. */
  readonly requests: readonly Request[];
  /** The frames that an access may read; empty for other events. */
  readonly sees: readonly Frame[];
}

const FAULT: Exit = { outcome: '#GP', requests: [], sees: [] };

/**
 * The first part of a step: the guest leaves for KVM, whose handler edits the state and raises requests. A
 * recipe: it changes `machine`.
 */
export function exit(world: World, machine: Machine, event: Event): Exit {
  const vcpu = vcpuOf(machine, event);
  if (handle(world, machine, event, onTlbs) === '#GP') return FAULT;
  return { outcome: 'ok', requests: raised(vcpu), sees: sees(world, machine, event) };
}

/** All of that but what the processor reads: what becomes of the TLBs goes to `port`. */
export function handle(world: World, machine: Machine, event: Event, port: TlbPort): Outcome {
  const vcpu = vcpuOf(machine, event);
  const { guest } = vcpu;
  const reducer = reducerOf(world, event);
  if (reducer.faults(guest, event)) return '#GP';
  machine.work = noWork();
  const here: Here = { world, machine, vcpu: atHand(vcpu), flush: flusher({ world, machine, vcpu }, port) };
  const affect = (effect: TlbEffect) => port(vcpu, effect);
  if (leavesGuest(here, event)) machine.work.exits++;
  const { contract } = world;
  const { cr3 } = guest;
  const vpid = vpidInUse(guest);
  const ended = invalidateGuestTlb(guest, vpid, contract, reducer.guestTlb(guest, event), affect);
  reducer.kvm(here, event);
  processor(here, event, affect);
  if (ended || guest.cr3 !== cr3 || vpidInUse(guest) !== vpid) allowRefill(guest, contract, affect);
  return 'ok';
}

/** The frames that the processor may read in carrying out an event, after its handler and before the entry. */
export function sees(world: World, machine: Machine, event: Event): readonly Frame[] {
  return reducerOf(world, event).hardware({ world, machine, vcpu: vcpuOf(machine, event) }, event);
}

/** The requests pending on a vCPU, in the order of their service. */
export function raised({ mmu }: KvmVcpu): Request[] {
  return REQUESTS.filter((request) => mmu.requests.includes(request));
}

function vcpuOf(machine: Machine, { cpu }: Event): Vcpu {
  const vcpu = machine.vcpus[cpu];
  if (vcpu === undefined) throw new Error(`cannot happen: no vCPU ${cpu}`);
  return vcpu;
}

/**
 * The sections of reducers that say what the processor does, not KVM, where a kernel has its own: it is then judged by
 * these, and no longer by the SDM as `spec/architecture` has it.
 */
export function ownArchitecture({ reducers = {} }: OverriddenKernel): string[] {
  return Object.entries(reducers).flatMap(([kind, reducer]) =>
    (['faults', 'guestTlb', 'hardware'] as const)
      .filter((section) => reducer[section] !== REDUCERS.get(kind as EventKind)?.[section])
      .map((section) => `${section} of ${kind}`),
  );
}

function reducerOf({ kernel }: World, { kind }: Event): Reducer<Event> {
  return (kernel.reducers?.[kind] ?? REDUCERS.get(kind)) as Reducer<Event>;
}

/** The reducer for a kind of event; it is only ever given events of that kind. */
function reducerFor(kind: EventKind): Reducer<Event> {
  const reducer = match(kind)
    .with('access', () => access)
    .with('write-pte', () => writePte)
    .with('write-dir', () => writeDir)
    .with('mov-cr3', () => movCr3)
    .with('mov-cr4', () => movCr4)
    .with('mov-cr0', () => movCr0)
    .with('invlpg', () => invlpg)
    .with('invpcid', () => invpcid)
    .with('mov-cr3-twice', () => movCr3Twice)
    .with('nested', () => nested)
    .with('page-fault', () => guestPageFault)
    .with('zap-during', () => zapDuring)
    .with('host', () => host)
    .exhaustive();
  return reducer as Reducer<Event>;
}

/** Looked up at every step, so matched once. */
const REDUCERS = new Map(EVENT_KINDS.map((kind) => [kind, reducerFor(kind)]));
