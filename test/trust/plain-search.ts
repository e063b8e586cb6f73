import type { Event } from '../../spec/events/event.ts';
import type { Guest } from '../../spec/guests/guest.ts';
import { ALWAYS } from '../../spec/properties/always.ts';
import { foundInState, foundInStep } from '../../spec/properties/judge.ts';
import type { Step } from '../../spec/properties/property.ts';
import { SOMETIMES } from '../../spec/properties/sometimes.ts';
import { SAFETY } from '../../spec/properties/vtlb-within-guest-tlb.ts';
import type { Machine } from '../../spec/state/machine.ts';
import type { Vcpu } from '../../spec/state/vcpu.ts';
import { initialMachine } from '../../spec/step/initial.ts';
import { step } from '../../spec/step/step.ts';
import type { World } from '../../spec/world/world.ts';
import { GUEST_JUDGES } from './plain-guest.ts';

/** A state: the machine, and what the guest remembers; null without a guest. */
export interface State {
  readonly machine: Machine;
  readonly memory: unknown;
}

/** Something to be found, in a state or in a step. */
export interface Judge {
  readonly name: string;
  readonly ofState: (world: World, state: State, guest: Guest<unknown> | null) => boolean;
  readonly ofStep: (world: World, step: Step) => boolean;
}

/** A state that was found: how many events lead to it, and the numbers of those that it was left by. */
export interface Found {
  readonly distance: number;
  readonly taken: number[];
}

/** What a plain search found. */
export interface Plain {
  /** The states as JSON, in the order of discovery. */
  readonly states: ReadonlyMap<string, Found>;
  /** By name of what was found: how many events lead to it, in the order of finding. */
  readonly found: ReadonlyMap<string, number>;
  /** Whether all was seen, safety broke, or there were too many states. */
  readonly outcome: 'complete' | 'ended' | 'states';
  /** All that so many events lead to was seen. */
  readonly levels: number;
  /** The decisions that the steps asked for. */
  readonly consulted: ReadonlySet<string>;
}

/** The properties of the spec: *always* broken, *sometimes* witnessed by a step or by the state behind it. */
const JUDGES: readonly Judge[] = [
  ...ALWAYS.map((property) => ({
    name: property.name,
    ofState: (world: World, { machine }: State) => foundInState(property, world, machine) !== null,
    ofStep: (world: World, taken: Step) => foundInStep(property, world, taken) !== null,
  })),
  ...SOMETIMES.map((property) => ({
    name: property.name,
    ofState: () => false,
    ofStep: (world: World, taken: Step) =>
      (foundInState(property, world, taken.after) ?? foundInStep(property, world, taken)) !== null,
  })),
];

/** A guest has a safety of its own. */
function judgesFor(guest: Guest<unknown> | null): readonly Judge[] {
  return guest === null ? JUDGES : [...GUEST_JUDGES, ...JUDGES.filter(({ name }) => name !== SAFETY)];
}

/** A state as text, the same for the same state: shadow pages are a set, and work is no part of it. */
function textOf({ machine: { work: _, shadow, ...rest }, memory }: State): string {
  const pages = Object.entries(shadow).sort(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify({ machine: { ...rest, shadow: Object.fromEntries(pages) }, memory });
}

/** What `vtlb check` is to find, by the plainest breadth-first search: the spec's steps, and a map of states as JSON. */
export function plainSearch(world: World, guest: Guest<unknown> | null, maxStates: number): Plain {
  const states = new Map<string, Found>();
  const found = new Map<string, number>();
  const consulted = new Set<string>();
  const judges = judgesFor(guest);
  const look = (distance: number, shows: (judge: Judge) => boolean) => {
    for (const judge of judges) if (!found.has(judge.name) && shows(judge)) found.set(judge.name, distance);
  };
  const discover = (state: State, distance: number) => {
    const text = textOf(state);
    if (states.has(text)) return;
    states.set(text, { distance, taken: [] });
    look(distance, ({ ofState }) => ofState(world, state, guest));
  };
  const result = (outcome: Plain['outcome'], levels: number) => ({
    states,
    found,
    consulted,
    outcome,
    levels,
  });

  discover({ machine: initialMachine(world), memory: guest?.initial ?? null }, 0);
  if (found.has(SAFETY)) return result('ended', 0);
  const asking = { ...world, kernel: askedFor(world.kernel, consulted) };
  // A map's entries are gone through in the order in which they came, those added meanwhile among them.
  for (const [text, { distance, taken }] of states) {
    const from: State = JSON.parse(text);
    for (const [number, event] of world.layout.events.entries()) {
      const next = takeStep(asking, guest, from, JSON.parse(text), event);
      if (next === null) continue;
      taken.push(number);
      look(distance + 1, ({ ofStep }) => ofStep(world, next.step));
      discover(next.state, distance + 1);
      if (found.has(SAFETY)) return result('ended', distance);
      if (states.size >= maxStates) return result('states', distance);
    }
  }
  return result('complete', Number.POSITIVE_INFINITY);
}

/** A kernel that tells which of its decisions were asked for. */
function askedFor<K extends object>(kernel: K, consulted: Set<string>): K {
  return new Proxy(kernel, {
    get: (decisions, name) => {
      if (typeof name === 'string' && name in decisions) consulted.add(name);
      return Reflect.get(decisions, name);
    },
  });
}

/** What an event leads to from a state, whose copy becomes it; null if the event is refused. */
function takeStep(world: World, guest: Guest<unknown> | null, from: State, copy: State, event: Event) {
  const registers = (from.machine.vcpus[event.cpu] as Vcpu).guest;
  const memory = guest === null ? null : guest.after(from.memory, registers, event);
  if (guest !== null && memory === null) return null;
  const { machine } = copy;
  const exit = step(world, machine, event);
  if (exit.outcome === '#GP') return null;
  return { state: { machine, memory }, step: { before: from.machine, event, exit, after: machine } };
}

/** What is found at the end of a trace; null if an event of it is refused. */
export function plainReplay(
  world: World,
  guest: Guest<unknown> | null,
  trace: readonly Event[],
): string[] | null {
  let state: State = { machine: initialMachine(world), memory: guest?.initial ?? null };
  let last: Step | null = null;
  for (const event of trace) {
    const next = takeStep(world, guest, state, structuredClone(state), event);
    if (next === null) return null;
    ({ state, step: last } = next);
  }
  return judgesFor(guest)
    .filter(({ ofState, ofStep }) => ofState(world, state, guest) || (last !== null && ofStep(world, last)))
    .map(({ name }) => name);
}
