import type { Event } from '../events/event.ts';
import type { Machine, World } from '../state/machine.ts';
import type { Exit } from '../step/exit.ts';

/** A step as a property sees it: both ends, and what lay between. */
export interface Step {
  readonly before: Machine;
  readonly event: Event;
  readonly exit: Exit;
  readonly after: Machine;
}

/** What must hold of every state in which the guest runs. */
export interface StateProperty {
  readonly name: string;
  readonly on: 'state';
  readonly doc: string;
  /** What is wrong, in words, or null. */
  readonly violation: (world: World, machine: Machine) => string | null;
}

/** What must hold of every step. */
export interface StepProperty {
  readonly name: string;
  readonly on: 'step';
  readonly doc: string;
  /** What is wrong, in words, or null. */
  readonly violation: (world: World, step: Step) => string | null;
}

/** An *always* property. */
export type Always = StateProperty | StepProperty;

/** A *sometimes* property: some reachable step must witness it, else others hold vacuously. */
export interface Sometimes {
  readonly name: string;
  readonly doc: string;
  readonly witnessedBy: (world: World, step: Step) => boolean;
}
