import type { Event } from '../spec/events/event.ts';
import type { Machine } from '../spec/state/machine.ts';
import type { World } from '../spec/world/world.ts';
import { FoundStates } from '../src/checker/found-states.ts';
import { rowLayout } from '../src/engine/rows/layout.ts';
import { Packer } from '../src/engine/views/pack.ts';
import { Unpacker } from '../src/engine/views/unpack.ts';

/** The state and the number of the event by which a state was found first. */
export type Origin = readonly [state: number, event: number];

/** Machines that were found, numbered from 0 in that order; each is kept as a row. */
export class FoundMachines {
  readonly #world: World;
  readonly #packer: Packer;
  readonly #unpacker: Unpacker;
  readonly #row: Int32Array;
  readonly #found: FoundStates;

  constructor(world: World) {
    const rows = rowLayout(world.layout, world.contract, {
      tlbs: 'whole',
      loadedApart: false,
      strayRoots: false,
      smepRole: world.kernel.smepRole,
    });
    this.#world = world;
    this.#packer = new Packer(world.layout, rows);
    this.#unpacker = new Unpacker(world.layout, rows);
    this.#row = new Int32Array(rows.words);
    this.#found = new FoundStates(rows.words);
  }

  get size(): number {
    return this.#found.size;
  }

  /** Takes in a machine; whether it is new. @throws PackError for one that rows have no place for */
  add(machine: Machine, origin: Origin | null): boolean {
    this.#packer.pack(machine, this.#row);
    const [state, event] = origin ?? [-1, 0];
    return this.#found.add(this.#row, state, event);
  }

  /** A state, as a machine of its own. */
  machine(state: number): Machine {
    this.#found.read(state, this.#row);
    return this.#unpacker.unpack(this.#row);
  }

  /** The events by which a state was found. */
  traceTo(state: number): Event[] {
    return this.#found.wayTo(state).map((event) => this.#world.layout.events[event] as Event);
  }
}
