import type { Names } from './names.ts';

/**
 * What the driver holds still unless it is told to let go: the flushes that KVM makes because a shadow entry loses
 * its dirty or its accessed bit. The specification has neither bit.
 */
export type Effect = 'dirty' | 'accessed';

const EFFECT_BITS: Readonly<Record<Effect, number>> = { dirty: 1, accessed: 2 };

/** A layout's guest image as the words that the driver builds it from (guest_build in test/kernel/driver/guest.c). */
export function layoutWords(names: Names, effects: readonly Effect[]): number[] {
  const { levels, spaces, frames, bounds, memory, homes, storesThrough } = names.layout;
  const through = Object.values(storesThrough);
  const stored = new Set(
    Object.entries(homes)
      .filter(([name]) => through.includes(name.split(':')[1] as string))
      .map(([, { page }]) => page),
  );
  const pages = names.pages.flatMap((name) => {
    const { level, global, entries } = memory[name] as (typeof memory)[string];
    return [
      level,
      global ? 1 : 0,
      stored.has(name) ? 1 : 0,
      entries.length,
      ...entries.map((entry) => names.entryCode(entry)),
    ];
  });
  const letGo = effects.reduce((bits, effect) => bits | EFFECT_BITS[effect], 0);
  const tops = spaces.map((space) => names.pageNumber(space));
  return [
    ...[levels, spaces.length, names.pages.length, frames.length, bounds.vcpus, letGo],
    ...tops,
    ...pages,
  ];
}
