/** Something that a search looks for. */
export interface Goal {
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

/** Bits of the last word of facts that are the search's: whether the state waits to be expanded, and ever was. */
export const WAITS = 1 << 31;
/** See WAITS. */
export const EXPANDED = 1 << 30;
/** The bits of the last word of facts that are the search's. */
export const SEARCH_BITS = WAITS | EXPANDED;

/**
 * A finite state machine as the checker sees it: states are rows of 32-bit words, steps are deterministic,
 * and what to look for is a mask of bits. The checker knows nothing else of what it searches.
 *
 * A model may keep *facts* beside each state, as a set of bits: all that may hold in this state, on one way to
 * it or another. A row is then a state's words and its words of facts. Which events a state refuses and where
 * they lead depends on its words alone; each fact is mapped by a step on its own, and what reaches a state by
 * all steps into it comes together there. A state that gains facts is expanded again, until no fact is new.
 */
export interface Model {
  /** What the model was made from, in words that are equal only for equal models. */
  readonly identity: string;
  /** 32-bit words of a state. Equal states have equal words; word 0 of a state is neither 0 nor RESERVED. */
  readonly words: number;
  /**
   * Words of the facts beside a state's words; 0 for none. The bits SEARCH_BITS of the last are never set by the
   * model, nor are they in what it is given.
   */
  readonly facts: number;
  /** Words of the buffer that a step works in: the row's words come first. */
  readonly bufferWords: number;
  /** Events are numbered from 0, in the order in which they are tried. */
  readonly events: number;
  /** At most 31; goal i is bit i of a mask. */
  readonly goals: readonly Goal[];
  /** What a search may exercise; note i is bit i % 32 of word i / 32 of `noted`. */
  readonly notes: readonly string[];
  /** Grows by what the steps exercise; may not grow twice by the same until it is zeroed and `initial` called. */
  readonly noted: Int32Array;
  /** Writes the initial state, and its facts, into a buffer. */
  readonly initial: (buffer: Int32Array) => void;
  /**
   * Replaces the state in a buffer, and its facts, by its successor.
   *
   * @returns REFUSED, with the buffer's content lost, or the goals of this step; those that `wanted` lacks
   *   may be left out
   */
  readonly step: (buffer: Int32Array, event: number, wanted: number) => number;
  /** Takes all steps of some states, where that is faster than one by one; a model may come to know it later. */
  readonly expand?: Expand | undefined;
  /**
   * The goals of the state in a buffer, which stays as it is; those that `wanted` lacks may be left out. More
   * facts never have fewer goals.
   */
  readonly inspect: (buffer: Int32Array, wanted: number) => number;
  /**
   * How many facts the row at an offset of `rows` has, for a result to tell. Where there are facts, it is there.
   */
  readonly count?: ((rows: Int32Array, at: number) => number) | undefined;
  /** The groups of the facts, by which traces are found. Where there are facts, it is there. */
  readonly alone?: FactGroups | undefined;
  /** Bytes that it keeps by itself, where they grow with the states. */
  readonly bytes?: (() => number) | undefined;
  /** Works out how states can be renamed into one another; null if they cannot. */
  readonly symmetry: () => Symmetry | null;
}

/** Facts parted into groups that do not influence each other. */
export interface FactGroups {
  /** How many there are, at least one. */
  readonly groups: number;
  /**
   * A model without facts and with the same events and goals, whose states are a state of the model and one
   * fact of a group. It finds what these facts show, and what needs none; a shortest trace to a goal of the
   * model is one of the shortest among those of all groups.
   */
  readonly model: (group: number) => Model;
}

/**
 * Takes every step from the rows at an offset of `states`, one row after the other: step `event` of row `s` puts
 * the successor's row and the goals, or REFUSED, at place `s * events + event` of `rows` and `masks`.
 *
 * It may add to the facts of `states` what is the same as a fact there: the search then knows that nothing
 * comes of it when it arrives later.
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
 * A group of renamings under which a model's steps and goals are the same. States that differ by a
 * renaming are alike; one of them stands for all.
 */
export interface Symmetry {
  /** What is renamed, in words. */
  readonly renames: readonly string[];
  /** Renamings in the group, the identity among them. */
  readonly order: number;
  /**
   * Replaces the state in a buffer by the one that stands for it, and its facts by those of that state; the number
   * of a renaming that does so. It depends on the state's words alone, and renames nothing where the state stands
   * for itself.
   */
  readonly canonicalize: (buffer: Int32Array) => number;
  /**
   * Where it is not known that the steps of the model are the same under the renamings: makes sure of it for all steps
   * from some representatives, which `expand` gave.
   *
   * @throws Error if some are not
   */
  readonly hold?: Expand;
  /** The event that a renaming turns into this one. */
  readonly eventBefore: (renaming: number, event: number) => number;
}

/** A model as plain data, so that a worker thread can make it too. */
export interface ModelSource {
  /** URL of a module whose `createModel` makes the model from `data`. */
  readonly module: string;
  readonly data: unknown;
}
