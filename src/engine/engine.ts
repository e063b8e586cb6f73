import type { Event } from '../../spec/events/event.ts';
import type { Machine } from '../../spec/state/machine.ts';
import type { Exit } from '../../spec/step/exit.ts';
import type { World } from '../../spec/world/world.ts';

/** A step carried out: what the handler made of the event, and the machine after it. */
export interface Stepped {
  readonly exit: Exit;
  readonly machine: Machine;
}

/** One way to run the spec's recipes. All engines answer alike, state by state. */
export interface Engine {
  readonly name: string;
  /** The machine after one event; the machine given is left as it was. */
  readonly step: (world: World, machine: Machine, event: Event) => Stepped;
}
