import { type Field, valueIn } from '../rows/field.ts';
import type { RowLayout } from '../rows/fields.ts';
import type { RenamedField } from './rename-fields.ts';

/** Bits of decisive fields: the tables below have an entry for each of their values. */
const MOST_BITS = 12;

/**
 * The fields that are compared first when a state is renamed so that it becomes the least: where they are least
 * under one renaming only, nothing else need be looked at. Renamings turn them into each other.
 */
export function decisiveFields({ vcpus, guestPages }: RowLayout): Field[] {
  const cr3s: Field[] = vcpus.map(({ guest }) => guest.cr3);
  const entries: Field[] = guestPages.filter(({ level }) => level === 1).flatMap((page) => page.entries);
  const fits = [[...cr3s, ...entries], cr3s].find((fields) => bitsOf(fields) <= MOST_BITS) ?? [];
  return fits.filter(({ bits }) => bits > 0);
}

/** The values of decisive fields as one number, the first the most significant. */
export function keyOf(decisive: readonly Field[], row: Int32Array): number {
  let key = 0;
  for (let i = 0; i < decisive.length; i++) {
    const field = decisive[i] as Field;
    key = (key << field.bits) | valueIn(row, field);
  }
  return key;
}

/** By key of a row: the numbers of the renamings that make the key least. */
export function bestByKey(
  decisive: readonly Field[],
  renamings: readonly (readonly RenamedField[])[],
): number[][] {
  const after = renamings.map((fields) => keysAfter(decisive, fields));
  return Array.from({ length: 2 ** bitsOf(decisive) }, (_, key) => {
    const keys = after.map((keyAfter) => keyAfter(key));
    const least = Math.min(...keys);
    return [...keys.keys()].filter((i) => keys[i] === least);
  });
}

/** What a renaming makes of a key. */
function keysAfter(decisive: readonly Field[], fields: readonly RenamedField[]): (key: number) => number {
  const places = placesOf(decisive);
  const moves = fields
    .filter(({ from }) => places.has(from))
    .map(({ from, to, value }) => ({
      from: places.get(from) as number,
      to: places.get(to) as number,
      mask: from.mask,
      // Values that no state has may become what does not fit; they are cut.
      become: Array.from({ length: from.mask + 1 }, (_, i) => value(i) & to.mask),
    }));
  return (key) =>
    moves.reduce(
      (sum, { from, to, mask, become }) => sum | ((become[(key >>> from) & mask] as number) << to),
      0,
    );
}

/** By field: how far its value is shifted in a key. */
function placesOf(decisive: readonly Field[]): Map<Field, number> {
  const places = new Map<Field, number>();
  let place = bitsOf(decisive);
  for (const field of decisive) {
    place -= field.bits;
    places.set(field, place);
  }
  return places;
}

function bitsOf(fields: readonly Field[]): number {
  return fields.reduce((sum, { bits }) => sum + bits, 0);
}
