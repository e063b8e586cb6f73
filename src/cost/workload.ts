import type { Bounds } from '../../spec/layouts/bounds.ts';
import type { LayoutDefinition } from '../../spec/layouts/layout.ts';

/** What a guest does over and over, to be counted. */
export interface Workload {
  readonly name: string;
  /** Workloads that differ in a number only have one series. */
  readonly series: string;
  readonly doc: string;
  /** The guest image; its alphabet has every kind of event that the workload needs. */
  readonly layout: LayoutDefinition;
  readonly bounds: Partial<Bounds>;
  /** Events before the first turn, as in a trace. */
  readonly setup: readonly string[];
  /** Events of a turn, as in a trace. The first turn warms up and is not counted. */
  readonly turn: readonly string[];
}

/** The name of a space by number, as layouts give it. */
export function spaceName(number: number): string {
  return String.fromCharCode('a'.charCodeAt(0) + number);
}

/** Sets CR4.PCIDE, which needs low bits of 0. */
export const PCIDS_ON = ['mov-cr3 a', 'mov-cr4 pcide=1'] as const;
