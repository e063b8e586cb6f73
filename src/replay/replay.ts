import type { Event, Outcome } from '../../spec/events/event.ts';
import { ALWAYS } from '../../spec/properties/always.ts';
import type { Step } from '../../spec/properties/property.ts';
import { SAFETY } from '../../spec/properties/vtlb-within-guest-tlb.ts';
import { copyMachine } from '../../spec/schema/copy.ts';
import type { Machine } from '../../spec/state/machine.ts';
import { enterAll } from '../../spec/step/enter.ts';
import { type Exit, exit } from '../../spec/step/exit.ts';
import { initialMachine } from '../../spec/step/initial.ts';
import { speculate } from '../../spec/step/speculate.ts';
import type { World } from '../../spec/world/world.ts';
import { foundBehind } from '../engine/judge.ts';

/** A broken property and what is wrong, in words. */
export interface Breach {
  readonly property: string;
  readonly message: string;
}

/** One step, with the machine after each of its parts. */
export interface PlainStep {
  readonly event: Event;
  readonly exit: Exit;
  readonly outcome: Outcome;
  readonly before: Machine;
  readonly exited: Machine;
  readonly entered: Machine;
  readonly after: Machine;
}

/** One step of a replay, judged by every property. */
export interface ReplayStep extends PlainStep {
  readonly breaches: readonly Breach[];
}

/**
 * `stale`: the guest could read a translation that its TLB could not hold. `broken`: only another property
 * broke.
 */
export type ReplayVerdict = 'clean' | 'stale' | 'broken';

/** A trace carried out from the start. */
export interface Replay {
  readonly start: Machine;
  readonly steps: readonly ReplayStep[];
  readonly verdict: ReplayVerdict;
}

/**
 * Carries out events one after the other and checks every property at every step; goes on after a violation.
 */
export function replay(world: World, events: readonly Event[]): Replay {
  return replayFrom(world, initialMachine(world), events);
}

/** The same from a machine that need not be one of the start. */
export function replayFrom(world: World, start: Machine, events: readonly Event[]): Replay {
  const steps = stepsFrom(world, start, events).map((step) => ({
    ...step,
    breaches: breachesOf(world, step),
  }));
  return replayOf(start, steps);
}

/** Steps that were carried out one by one, as a replay. */
export function replayOf(start: Machine, steps: readonly ReplayStep[]): Replay {
  return { start, steps, verdict: verdictOf(steps) };
}

/** What `replayFrom` carries out, without its judgement, which takes most of the time. */
export function stepsFrom(world: World, start: Machine, events: readonly Event[]): PlainStep[] {
  const steps: PlainStep[] = [];
  let before = start;
  for (const event of events) {
    const step = plainStep(world, before, event);
    steps.push(step);
    before = step.after;
  }
  return steps;
}

function plainStep(world: World, before: Machine, event: Event): PlainStep {
  const exited = copyMachine(before);
  const done = exit(world, exited, event);
  const entered = copyMachine(exited);
  if (done.outcome === 'ok') enterAll(world, entered, event.cpu);
  const after = copyMachine(entered);
  if (done.outcome === 'ok') speculate(world, after);
  return { event, exit: done, outcome: done.outcome, before, exited, entered, after };
}

/** Every *always* property that a step or the state behind it breaks. */
function breachesOf(world: World, step: Step): Breach[] {
  return ALWAYS.flatMap((property) => {
    const message = foundBehind(property, world, step);
    return message === null ? [] : [{ property: property.name, message }];
  });
}

function verdictOf(steps: readonly ReplayStep[]): ReplayVerdict {
  const broken = steps.flatMap(({ breaches }) => breaches.map(({ property }) => property));
  if (broken.includes(SAFETY)) return 'stale';
  return broken.length > 0 ? 'broken' : 'clean';
}
