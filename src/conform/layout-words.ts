import type { Names } from './names.ts';

/** Nothing is let go of the effects that the driver holds still. */
const NO_EFFECTS = 0;

/** A layout's guest image as the words that the driver builds it from (guest_build in test/kernel/driver/guest.c). */
export function layoutWords(names: Names): number[] {
  const { levels, spaces, frames, bounds, memory } = names.layout;
  const pages = names.pages.flatMap((name) => {
    const { level, global, entries } = memory[name] as (typeof memory)[string];
    return [level, global ? 1 : 0, entries.length, ...entries.map((entry) => names.entryCode(entry))];
  });
  const tops = spaces.map((space) => names.pageNumber(space));
  return [
    ...[levels, spaces.length, names.pages.length, frames.length, bounds.vcpus, NO_EFFECTS],
    ...tops,
    ...pages,
  ];
}
