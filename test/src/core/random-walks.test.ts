import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CONTRACTS, STRONGER_THAN_KVM } from '../../../spec/contracts/named.ts';
import type { Event } from '../../../spec/events/event.ts';
import { DECISION_NAMES, DECISIONS, type Kernel } from '../../../spec/kernels/decisions.ts';
import { KERNELS } from '../../../spec/kernels/named.ts';
import type { Bounds } from '../../../spec/layouts/bounds.ts';
import { buildLayout } from '../../../spec/layouts/build.ts';
import type { Layout } from '../../../spec/layouts/layout.ts';
import type { Machine } from '../../../spec/state/machine.ts';
import { describeDifference } from '../../../src/differential/difference.ts';
import { Pair } from '../../../src/differential/pair.ts';
import { EVERYTHING } from './everything.ts';

/** Guests far beyond what a search can take, up to the limits of the bounds. */
const LARGE: readonly (readonly [keyof typeof EVERYTHING, Partial<Bounds>])[] = [
  ['everything', { spaces: 3, pcids: 3, userPages: 2, kernelPages: 2, frames: 3 }],
  ['everything', { spaces: 8, pcids: 3, userPages: 1, kernelPages: 1, frames: 2 }],
  ['everything', { spaces: 3, pcids: 16, userPages: 1, kernelPages: 1, frames: 8, vcpus: 2 }],
  ['everything', { spaces: 4, pcids: 5, userPages: 8, kernelPages: 8, frames: 8 }],
  ['everything', { spaces: 2, pcids: 2, userPages: 0, kernelPages: 3, frames: 5, vcpus: 4, cachedRoots: 2 }],
  ['everything, shared', { spaces: 5, pcids: 4, userPages: 3, frames: 4, vcpus: 3 }],
  ['everything, shared', { spaces: 8, pcids: 16, userPages: 2, frames: 3, cachedRoots: 1 }],
  ['everything, deep', { spaces: 3, pcids: 3, userPages: 2, frames: 3, vcpus: 2 }],
  ['everything, deep', { spaces: 8, pcids: 4, userPages: 2, frames: 2 }],
  ['everything, deep', { spaces: 4, pcids: 7, userPages: 4, kernelPages: 4, frames: 5, vcpus: 4 }],
  ['everything, deep and shared', { spaces: 6, pcids: 5, userPages: 3, frames: 4, vcpus: 2 }],
  ['everything, deep and shared', { spaces: 3, pcids: 3, frames: 8, cachedRoots: 0 }],
  ['everything, window', { spaces: 2, pcids: 2, frames: 2, vcpus: 2 }],
  ['everything, window', { spaces: 5, pcids: 3, userPages: 2, frames: 3, kernelPages: 0 }],
  ['everything, window', { spaces: 1, pcids: 2, userPages: 1, frames: 2 }],
];

/** Both machines and the way that they went. */
interface Walk {
  readonly pair: Pair;
  readonly trace: Event[];
  machine: Machine;
}

/** One event on both machines: of the layout, a part in 2^32 of the way through its kind. */
class Step implements fc.Command<Layout, Walk> {
  readonly #kind: number;
  readonly #part: number;

  constructor(kind: number, part: number) {
    this.#kind = kind;
    this.#part = part;
  }

  check = () => true;

  run(layout: Layout, walk: Walk): void {
    const kinds = kindsOf(layout);
    const numbers = kinds[this.#kind % kinds.length] as readonly number[];
    const number = numbers[Math.floor((this.#part / 2 ** 32) * numbers.length)] as number;
    const { pair, trace, machine } = walk;
    const event = layout.events[number] as Event;
    const taken = pair.step(number, machine);
    const disagreement =
      taken.kind === 'disagree'
        ? taken.disagreement
        : taken.kind === 'taken'
          ? (pair.compareFindings(taken.after) ?? pair.compareState(pair.machine()))
          : null;
    if (disagreement !== null) throw new Error(describeDifference({ trace, event, ...disagreement }));
    if (taken.kind !== 'taken') return;
    trace.push(event);
    walk.machine = taken.after;
  }

  toString = () => `event ${this.#kind}/${this.#part}`;
}

const KINDS = new WeakMap<Layout, readonly (readonly number[])[]>();

/** The numbers of a layout's events, kind by kind, so that a kind with few of them is not rare. */
function kindsOf(layout: Layout): readonly (readonly number[])[] {
  const known = KINDS.get(layout);
  if (known !== undefined) return known;
  const kinds = new Map<string, number[]>();
  for (const [number, event] of layout.events.entries()) {
    const kind = event.kind === 'invpcid' ? `invpcid ${event.type}` : event.kind;
    kinds.set(kind, [...(kinds.get(kind) ?? []), number]);
  }
  const found = [...kinds.values()];
  KINDS.set(layout, found);
  return found;
}

const steps = fc
  .tuple(fc.nat(255), fc.nat(2 ** 32 - 1))
  .map(([kind, part]): fc.Command<Layout, Walk> => new Step(kind, part));

const kernels: fc.Arbitrary<Kernel> = fc.oneof(
  fc.constantFrom(...Object.values(KERNELS)),
  fc.record(
    Object.fromEntries(
      DECISION_NAMES.map((name) => [name, fc.constantFrom(...Object.keys(DECISIONS[name].values))]),
    ),
  ) as unknown as fc.Arbitrary<Kernel>,
);

const contracts = fc.constantFrom(CONTRACTS.kvm, CONTRACTS.sdm, ...STRONGER_THAN_KVM);

describe('spec and core agree on random walks over large guests, by any kernel', () => {
  it.each(LARGE.map(([name, bounds]) => [`${name} ${JSON.stringify(bounds)}`, name, bounds] as const))(
    '%s',
    (_, name, bounds) => {
      const layout = buildLayout(EVERYTHING[name], bounds);
      fc.assert(
        fc.property(
          kernels,
          contracts,
          fc.commands([steps], { maxCommands: 150, size: 'max' }),
          (kernel, contract, commands) => {
            const pair = new Pair({ layout, kernel, contract });
            const { machine, disagreement } = pair.start();
            expect(disagreement).toBeNull();
            fc.modelRun(() => ({ model: layout, real: { pair, trace: [], machine } }), commands);
          },
        ),
        { numRuns: 25, seed: 1 },
      );
    },
  );
});
