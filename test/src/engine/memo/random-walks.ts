import { describe, it } from 'vitest';
import type { Event } from '../../../../spec/events/event.ts';
import type { Bounds } from '../../../../spec/layouts/bounds.ts';
import { Random } from '../../../../src/checker/random.ts';
import {
  KERNEL_NAMES,
  LAYOUT_NAMES,
  nameOf,
  type Scope,
  someContract,
  someDecisions,
  worldOf,
} from '../scopes.ts';
import { walkAlong } from './breadth-first.ts';
import { SideBySide } from './side-by-side.ts';

/** Guests with every sort of event, some of them larger than a search could take. */
const LARGE: readonly (readonly [Scope['layout'], Partial<Bounds>])[] = [
  ['everything', { spaces: 3, pcids: 3, userPages: 2 }],
  ['everything', { pcids: 5, vcpus: 2, cachedRoots: 2, frames: 3 }],
  ['everything, shared', { spaces: 3, cachedRoots: 1 }],
  ['everything, deep', { vcpus: 2 }],
  ['everything, deep and shared', { spaces: 3, frames: 3, cachedRoots: 0 }],
  ['everything, window', { vcpus: 2 }],
  ['everything, vpids', { spaces: 3 }],
  ['everything, deep and shared, vpids', {}],
];

/** Changes the spec's kernels by so many decisions, in turns. */
const CHANGES = [0, 1, 3, 12, 60];

/** Walks at random over every layout, under kernels and contracts at random, by spec and memo side by side. */
export function testWalks(
  seed: number,
  { worlds, walks, length }: Readonly<Record<'worlds' | 'walks' | 'length', number>>,
): void {
  const random = new Random(seed);
  const places = [...LAYOUT_NAMES.map((name) => [name, {}] as const), ...LARGE];
  const scopes = places.flatMap(([layout, bounds]) =>
    Array.from({ length: worlds }, (_, i): Scope => {
      const kernel = KERNEL_NAMES[random.below(KERNEL_NAMES.length)] as Scope['kernel'];
      const changes = CHANGES[(i + layout.length) % CHANGES.length] as number;
      return { layout, bounds, kernel, set: someDecisions(random, changes), contract: someContract(random) };
    }),
  );
  describe('spec and memo agree on random walks', () => {
    it.each(scopes.map((scope) => [nameOf(scope), scope, random.below(2 ** 30)] as const))(
      '%s',
      (_, scope, own) => {
        const pair = new SideBySide(worldOf(scope));
        const ofWalk = new Random(own);
        for (let walk = 0; walk < walks; walk++)
          walkAlong(pair, someEvents(pair.world.layout.events, ofWalk, length));
      },
    );
  });
}

/** Numbers of events at random, kind by kind, so that a kind with few of them is not rare. */
function someEvents(events: readonly Event[], random: Random, length: number): number[] {
  const kinds = new Map<string, number[]>();
  for (const [number, event] of events.entries()) {
    const kind = event.kind === 'invpcid' ? `invpcid ${event.type}` : event.kind;
    kinds.set(kind, [...(kinds.get(kind) ?? []), number]);
  }
  const all = [...kinds.values()];
  const one = <T>(choices: readonly T[]) => choices[random.below(choices.length)] as T;
  return Array.from({ length }, () => one(one(all)));
}
