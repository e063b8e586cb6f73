import type { Event } from '../events/event.ts';
import type { Cr3, Cr4 } from '../state/registers.ts';

/** The registers of a CPU before an event. */
export interface Registers {
  readonly cr3: Cr3;
  readonly cr4: Cr4;
}

/** An operating system on one CPU, as a filter of events: it does what it would do, and nothing else. */
export interface Guest<Memory> {
  /** What it remembers when the CPU is started. */
  readonly initial: Memory;
  /** Everything that it may owe a flush for. */
  readonly debts: readonly string[];
  /** What it remembers after an event; null if it would not carry it out now. */
  readonly after: (memory: Memory, registers: Registers, event: Event) => Memory | null;
  /** Whether it counts on reading what its tables give for a page, under the CR3 that is loaded. */
  readonly reliesOn: (memory: Memory, registers: Registers, page: string) => boolean;
}

/** A layout that a guest cannot be run on. */
export class GuestError extends Error {
  override readonly name = 'GuestError';
}
