import { CONTRACTS } from '../../spec/contracts/named.ts';
import type { Event } from '../../spec/events/event.ts';
import type { Layout } from '../../spec/layouts/layout.ts';
import type { OverriddenKernel } from '../../spec/world/world.ts';
import { REFUSED } from '../checker/model.ts';
import { type MemoMachine, memoMachine } from '../engine/memo/model.ts';
import { formatEvent } from '../trace/print.ts';

/**
 * A kernel's machine that tells what its steps cost. It has no TLBs, for what they hold decides nothing that KVM does.
 * No count depends on the contract.
 */
export class CostedMachine {
  /** Words of a state. */
  readonly words: number;
  /** The state. */
  readonly row: Int32Array;
  private readonly machine: MemoMachine;
  private readonly numbers: ReadonlyMap<string, number>;

  /** @param more events besides those of the layout */
  constructor(kernel: OverriddenKernel, layout: Layout, more: readonly Event[]) {
    const events = new Map([...layout.events, ...more].map((event) => [formatEvent(event), event]));
    const world = { kernel, layout: { ...layout, events: [...events.values()] }, contract: CONTRACTS.sdm };
    this.machine = memoMachine(world, 'none');
    this.words = this.machine.rows.words;
    this.row = new Int32Array(this.words);
    this.numbers = new Map([...events.keys()].map((text, number) => [text, number]));
  }

  /** The numbers of some of its events. */
  numbersOf(events: readonly Event[]): number[] {
    return events.map((event) => this.numbers.get(formatEvent(event)) as number);
  }

  /** Goes back to the start. */
  restart(): void {
    this.machine.initial(this.row);
  }

  /** Takes a step; whether it was carried out. If not, the state is lost. */
  step(event: number): boolean {
    return this.machine.stepper.step(this.row, event, 0) !== REFUSED;
  }

  /** What the step that was taken last cost, by number of a count. */
  work(): readonly number[] {
    return this.machine.stepper.workDone();
  }
}
