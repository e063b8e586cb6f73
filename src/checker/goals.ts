import type { Model } from './model.ts';

/** A goal, and a shortest sequence of events that ends with it. */
export interface Found {
  /** The goal's index in the model. */
  readonly goal: number;
  readonly trace: readonly number[];
}

/** What a search has found: the first occurrence of each goal, in the order in which they came. */
export class Goals {
  /** Those still looked for, as a mask. */
  wanted: number;
  /** Those that occurred where nothing is known of the way there, as a mask. */
  untraced = 0;
  readonly found: Found[] = [];
  /** Whether one has occurred that ends the search. */
  ended = false;
  private readonly ends: number;

  /** @param wanted what to look for, as a mask */
  constructor(model: Model, wanted: number) {
    this.wanted = wanted;
    this.ends = maskOf(model, ({ ends }) => ends);
  }

  /** Takes what occurred, as a mask of wanted goals; `trace` is null where it cannot be known. */
  record(mask: number, trace: readonly number[] | null): void {
    this.wanted &= ~mask;
    if ((mask & this.ends) !== 0) this.ended = true;
    if (trace === null) this.untraced |= mask;
    else for (const goal of bitsOf(mask)) this.found.push({ goal, trace });
  }
}

/** The model's goals for which `holds` does, as a mask. */
export function maskOf(model: Model, holds: (goal: Model['goals'][number]) => boolean): number {
  return model.goals.reduce((mask, goal, i) => (holds(goal) ? mask | (1 << i) : mask), 0);
}

/** The bits that are set, from the lowest on. */
export function bitsOf(mask: number): number[] {
  return Array.from({ length: 32 }, (_, i) => i).filter((i) => (mask & (1 << i)) !== 0);
}
