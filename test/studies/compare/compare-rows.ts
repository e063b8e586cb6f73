import { isDeepStrictEqual } from 'node:util';
import type { Machine } from '../../../spec/state/machine.ts';
import type { Disagreement } from './difference.ts';

/**
 * The first place where the machines of two rows differ; null if the rows are equal.
 *
 * @param words of a state, which rows begin with
 */
export function differenceOfRows(
  machineOf: (row: Int32Array) => Machine,
  words: number,
  one: Int32Array,
  other: Int32Array,
): Disagreement | null {
  for (let word = 0; word < words; word++) {
    if (one[word] !== other[word])
      return (
        differenceAt('', machineOf(one), machineOf(other)) ??
        said('a bit that says nothing', 'as it was', 'flipped')
      );
  }
  return null;
}

/** The first place where two values differ, in words. */
export function differenceAt(path: string, one: unknown, other: unknown): Disagreement | null {
  if (isDeepStrictEqual(one, other)) return null;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null)
    return said(path, one, other);
  for (const key of new Set([...Object.keys(one), ...Object.keys(other)])) {
    const [a, b] = [one, other].map((value) => (value as Record<string, unknown>)[key]);
    const wrong = differenceAt(path === '' ? key : `${path}.${key}`, a, b);
    if (wrong !== null) return wrong;
  }
  return said(path, one, other);
}

/** Two values that differ under a name. */
export function said(field: string, one: unknown, other: unknown): Disagreement {
  return { field, one: JSON.stringify(one) ?? 'nothing', other: JSON.stringify(other) ?? 'nothing' };
}
