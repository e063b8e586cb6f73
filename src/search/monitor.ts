import type { Event } from '../../spec/events/event.ts';
import type { Always, Sometimes, StateProperty, Step, StepProperty } from '../../spec/properties/property.ts';
import { SAFETY } from '../../spec/properties/vtlb-within-guest-tlb.ts';
import type { Machine, World } from '../../spec/state/machine.ts';
import type { Visited } from './visited.ts';

/** A broken property and a shortest sequence of events that breaks it. */
export interface Violation {
  readonly property: string;
  readonly message: string;
  readonly trace: readonly Event[];
}

/**
 * Watches the states and steps of a search: keeps the first violation of each property and the first witness
 * of each *sometimes*.
 */
export class Monitor {
  readonly #world: World;
  readonly #visited: Visited;
  readonly #stateProperties: readonly StateProperty[];
  readonly #stepProperties: readonly StepProperty[];
  readonly #violations = new Map<string, Violation>();
  readonly #witnesses = new Map<string, readonly Event[]>();
  #unwitnessed: readonly Sometimes[];

  constructor(world: World, visited: Visited, always: readonly Always[], sometimes: readonly Sometimes[]) {
    this.#world = world;
    this.#visited = visited;
    this.#stateProperties = always.filter((property) => property.on === 'state');
    this.#stepProperties = always.filter((property) => property.on === 'step');
    this.#unwitnessed = sometimes;
  }

  /** The violations so far, safety first, the others in the order in which they were found. */
  get violations(): Violation[] {
    const found = [...this.#violations.values()];
    return [
      ...found.filter(({ property }) => property === SAFETY),
      ...found.filter(({ property }) => property !== SAFETY),
    ];
  }

  get witnesses(): ReadonlyMap<string, readonly Event[]> {
    return this.#witnesses;
  }

  broken(property: string): boolean {
    return this.#violations.has(property);
  }

  /** Looks at a state that was just found. */
  state(machine: Machine, state: number): void {
    for (const { name, violation } of this.#stateProperties) {
      if (this.broken(name)) continue;
      const message = violation(this.#world, machine);
      if (message !== null)
        this.#violations.set(name, { property: name, message, trace: this.#visited.traceTo(state) });
    }
  }

  /** Looks at a step from a state by an event. */
  step(step: Step, from: number): void {
    for (const { name, violation } of this.#stepProperties) {
      if (this.broken(name)) continue;
      const message = violation(this.#world, step);
      if (message !== null)
        this.#violations.set(name, { property: name, message, trace: this.#traceOf(step, from) });
    }
    for (const { name, witnessedBy } of this.#unwitnessed) {
      if (!witnessedBy(this.#world, step)) continue;
      this.#witnesses.set(name, this.#traceOf(step, from));
      this.#unwitnessed = this.#unwitnessed.filter((other) => other.name !== name);
    }
  }

  #traceOf({ event }: Step, from: number): Event[] {
    return [...this.#visited.traceTo(from), event];
  }
}
