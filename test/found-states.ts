import type { Event } from '../spec/events/event.ts';
import type { Machine, World } from '../spec/state/machine.ts';
import { rowLayout } from '../src/core/row/layout.ts';
import { Packer } from '../src/core/row/pack.ts';
import { Unpacker } from '../src/core/row/unpack.ts';

/** The state and the number of the event by which a state was found first. */
export type Origin = readonly [state: number, event: number];

/** States that were found, numbered from 0 in that order; each is kept as a row. */
export class FoundStates {
  readonly #world: World;
  readonly #packer: Packer;
  readonly #unpacker: Unpacker;
  readonly #words: number;
  readonly #keys = new Set<string>();
  readonly #rows: Int32Array[] = [];
  readonly #origins: (Origin | null)[] = [];

  constructor(world: World) {
    const rows = rowLayout(world.layout, world.contract);
    this.#world = world;
    this.#words = rows.words;
    this.#packer = new Packer(world.layout, rows);
    this.#unpacker = new Unpacker(world.layout, rows);
  }

  get size(): number {
    return this.#rows.length;
  }

  /** Takes in a machine; whether it is new. @throws PackError for one that rows have no place for */
  add(machine: Machine, origin: Origin | null): boolean {
    const row = new Int32Array(this.#words);
    this.#packer.pack(machine, row);
    const key = Buffer.from(row.buffer).toString('latin1');
    if (this.#keys.has(key)) return false;
    this.#keys.add(key);
    this.#rows.push(row);
    this.#origins.push(origin);
    return true;
  }

  /** A state, as a machine of its own. */
  machine(state: number): Machine {
    return this.#unpacker.unpack(this.#rows[state] as Int32Array);
  }

  /** The events by which a state was found. */
  traceTo(state: number): Event[] {
    const { events } = this.#world.layout;
    const trace: Event[] = [];
    for (let at = this.#origins[state]; at; at = this.#origins[at[0]]) trace.push(events[at[1]] as Event);
    return trace.reverse();
  }
}
