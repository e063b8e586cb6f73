import type { Facts } from './facts.ts';
import type { SourceFunction } from './program.ts';
import { known, type Value } from './value.ts';

/** The names of a function that are in force, innermost last. */
export type Scope = Map<string, Value>;

/** A call that is being written out. */
export interface Frame {
  readonly source: SourceFunction;
  readonly scopes: Scope[];
  /** How many conditions the place that is being written is under. */
  conditions: number;
  /** Where conditional returns leave to, and the variable that has the result. */
  exit: { readonly label: string; readonly result: string; facts: Facts | null } | null;
  result: Value;
  /** Whether control reaches the end of the body, or a return there that is under no condition. */
  fallsOut: boolean;
}

/** A call of a function of which nothing is written yet. */
export function newFrame(source: SourceFunction): Frame {
  return {
    source,
    scopes: [new Map()],
    conditions: 0,
    exit: null,
    result: known(undefined),
    fallsOut: false,
  };
}

/** Whether control goes on behind a statement. */
export type Flow = 'on' | 'returned' | 'broken';
