import { match } from 'ts-pattern';
import { invalidateGuestTlb } from '../architecture/guest-tlb.ts';
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
import { pageFault } from '../reducers/page-fault.ts';
import type { Reducer } from '../reducers/reducer.ts';
import { writeDir } from '../reducers/write-dir.ts';
import { writePte } from '../reducers/write-pte.ts';
import { zapDuring } from '../reducers/zap-during.ts';
import type { Here, Machine, World } from '../state/machine.ts';
import type { Frame } from '../state/names.ts';
import { REQUESTS, type Request } from '../state/requests.ts';
import { noWork } from '../state/work.ts';
import { leavesGuest } from './leaves-guest.ts';

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
  const vcpu = machine.vcpus[event.cpu];
  if (vcpu === undefined) throw new Error(`cannot happen: no vCPU ${event.cpu}`);
  const here: Here = { world, machine, vcpu };
  const reducer = (world.kernel.reducers?.[event.kind] ?? REDUCERS.get(event.kind)) as Reducer<Event>;
  if (reducer.faults(vcpu, event)) return FAULT;
  machine.work = noWork();
  if (leavesGuest(here, event)) machine.work.exits++;
  invalidateGuestTlb(vcpu, world.contract, reducer.guestTlb(vcpu, event));
  reducer.kvm(here, event);
  const sees = reducer.hardware(here, event);
  return { outcome: 'ok', requests: REQUESTS.filter((request) => vcpu.requests.includes(request)), sees };
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
    .with('page-fault', () => pageFault)
    .with('zap-during', () => zapDuring)
    .with('host', () => host)
    .exhaustive();
  return reducer as Reducer<Event>;
}

/** Looked up at every step, so matched once. */
const REDUCERS = new Map(EVENT_KINDS.map((kind) => [kind, reducerFor(kind)]));
