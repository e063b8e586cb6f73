/** Something that a search looks for. */
export interface Finding {
  readonly name: string;
  /** `always`: a state or step that has it breaks a property; `sometimes`: it witnesses one. */
  readonly kind: 'always' | 'sometimes';
  /** Whether a search ends as soon as it is found. */
  readonly ends: boolean;
}

/** Set in what `step` gives for an event that is refused, and so is no transition. */
export const REFUSED = 1 << 31;

/** What word 0 of a state never is, besides 0. */
export const RESERVED = 1 << 31;

/**
 * A finite state machine as the checker sees it: states are rows of 32-bit words, steps are deterministic,
 * and what to look for is a mask of bits. The checker knows nothing else of what it searches.
 */
export interface Model {
  /** What the model was made from, in words that are equal only for equal models. */
  readonly identity: string;
  /** 32-bit words of a state. Equal states have equal words; word 0 of a state is neither 0 nor RESERVED. */
  readonly words: number;
  /** Words of the buffer that a step works in: the state's words come first. */
  readonly bufferWords: number;
  /** Events are numbered from 0, in the order in which they are tried. */
  readonly events: number;
  /** At most 31; finding i is bit i of a mask. */
  readonly findings: readonly Finding[];
  /** What a search may exercise; note i is bit i % 32 of word i / 32 of `noted`. */
  readonly notes: readonly string[];
  /** Grows by what the steps exercise. */
  readonly noted: Int32Array;
  /** Writes the initial state into a buffer. */
  readonly initial: (buffer: Int32Array) => void;
  /**
   * Replaces the state in a buffer by its successor.
   *
   * @returns REFUSED, with the buffer's content lost, or the findings of this step; those that `wanted` lacks
   *   may be left out
   */
  readonly step: (buffer: Int32Array, event: number, wanted: number) => number;
  /** Takes all steps of some states, where that is faster than one by one; a model may come to know it later. */
  readonly expand?: Expand | undefined;
  /** The findings of the state in a buffer, which stays as it is; those that `wanted` lacks may be left out. */
  readonly inspect: (buffer: Int32Array, wanted: number) => number;
  /** Works out how states can be renamed into one another; null if they cannot. */
  readonly symmetry: () => Symmetry | null;
}

/**
 * Takes every step from the states at an offset of `states`, one state after the other: step `event` of state
 * `s` puts the successor's words and the findings, or REFUSED, at place `s * events + event` of `rows` and
 * `masks`.
 */
export type Expand = (
  states: Int32Array,
  at: number,
  count: number,
  wanted: number,
  rows: Int32Array,
  masks: Int32Array,
) => void;

/**
 * A group of renamings under which a model's steps and findings are the same. States that differ by a
 * renaming are alike; one of them stands for all.
 */
export interface Symmetry {
  /** What is renamed, in words. */
  readonly renames: readonly string[];
  /** Renamings in the group, the identity among them. */
  readonly order: number;
  /** Replaces the state in a buffer by the one that stands for it; the number of a renaming that does so. */
  readonly canonicalize: (buffer: Int32Array) => number;
  /** The event that a renaming turns into this one. */
  readonly eventBefore: (renaming: number, event: number) => number;
}

/** A model as plain data, so that a worker thread can make it too. */
export interface ModelSource {
  /** URL of a module whose `createModel` makes the model from `data`. */
  readonly module: string;
  readonly data: unknown;
}
