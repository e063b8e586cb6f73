import { EFFECT_HEAD, FLAG, room } from './effects.ts';

/**
 * What a step does to a row that keeps TLBs, whatever they hold: by word of the row the bits that it keeps and those
 * that it sets, then what the guest's TLB takes in if some CR3 values were loaded, see `runRefills`.
 */
export interface Composite {
  words: Int32Array<ArrayBuffer>;
  /** Words in use. */
  length: number;
}

/**
 * Makes a composite of effects that come one after the other on rows of so many words; whether it could: hardware TLBs
 * that change places are no bits that are kept and set.
 */
export function composeEffects(
  composite: Composite,
  effects: readonly number[],
  words: number,
  { words: changes }: { readonly words: Int32Array },
): boolean {
  const length = 2 * words;
  const into = room(composite.words, length);
  for (let i = 0; i < length; i += 2) {
    into[i] = -1;
    into[i + 1] = 0;
  }
  for (const effect of effects) {
    if ((changes[effect] as number) >= FLAG.exchanges) return false;
    for (let i = 0, next = effect + EFFECT_HEAD; i < length; i += 2, next += 2) {
      const keep = changes[next] as number;
      (into[i] as number) &= keep;
      into[i + 1] = ((into[i + 1] as number) & keep) | (changes[next + 1] as number);
    }
  }
  composite.words = into;
  composite.length = length;
  return true;
}
