import type { Found } from './goals.ts';
import type { StopReason } from './limits.ts';

/** How far a search has come. */
export interface Progress {
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  /** States found and not yet expanded. */
  readonly frontier: number;
}

/** What a search found. */
export interface SearchResult {
  /** Distinct states found. */
  readonly states: number;
  /**
   * Events carried out without being refused, one for each expanded state and event, whether or not they led
   * to a new state; facts do not count.
   */
  readonly transitions: number;
  /** Length of the longest of the shortest traces to the states found. */
  readonly depth: number;
  /** Facts beside all states together; null for a model that keeps none. */
  readonly facts: number | null;
  /**
   * States expanded, each as often as it was: again where it gained facts, which depends on the order in which they
   * come.
   */
  readonly expansions: number;
  /** Whether every reachable state was found and expanded. */
  readonly complete: boolean;
  /** Why the search ended early, if a limit ended it. */
  readonly stoppedBy: StopReason | null;
  /** A shortest trace to each goal that occurred, in the order in which they came. */
  readonly found: readonly Found[];
  /** Goals that occurred, but to which a limit left no time or memory to find a trace. */
  readonly untraced: readonly number[];
  /** Transitions by each event. */
  readonly fired: readonly number[];
  /** What the steps exercised, as the words of a model's `noted`. */
  readonly noted: readonly number[];
  /** The most bytes that the search's own arrays took. */
  readonly bytes: number;
  /** Whether states that differ by a renaming counted as one. */
  readonly symmetry: boolean;
  /** Why the checkpoint of a stop could not be written; null if it was, or none was wanted. */
  readonly unwritten: string | null;
}
