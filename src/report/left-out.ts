import type { Alphabet } from '../../spec/layouts/layout.ts';

/** The kinds of event that traces of a layout may hold and nothing tried; no line if there is none. */
export function formatLeftOut(leftOut: readonly Alphabet[]): string[] {
  return leftOut.length === 0 ? [] : [`not tried  though traces may hold it: ${leftOut.join(', ')}`];
}
