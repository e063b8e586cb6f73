import { CONTRACTS, type ContractName } from '../../spec/contracts/named.ts';
import { GUESTS, type GuestName } from '../../spec/guests/named.ts';
import { DECISION_NAMES, DECISIONS } from '../../spec/kernels/decisions.ts';
import { KERNELS, type KernelName } from '../../spec/kernels/named.ts';
import { BOUND_LIMITS, type BoundName, type Bounds } from '../../spec/layouts/bounds.ts';
import { LAYOUTS, type LayoutName } from '../../spec/layouts/named.ts';
import { Random } from '../../src/checker/random.ts';
import { type Configuration, isPossible, type Place } from './configuration.ts';

/** Draws from lists and chances. */
class Dice {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  of<T>(choices: readonly T[]): T {
    return choices[this.#random.below(choices.length)] as T;
  }

  /** A number from 1. */
  upTo(most: number): number {
    return 1 + this.#random.below(most);
  }

  /** Whether something of so many percent happens. */
  chance(percent: number): boolean {
    return this.#random.below(100) < percent;
  }
}

/** What each bound may be: small, so that a plain search ends. */
const BOUNDS: Readonly<Record<BoundName, readonly number[]>> = {
  spaces: [1, 2, 2, 3],
  pcids: [1, 1, 2, 3],
  userPages: [0, 1, 1, 1, 2],
  kernelPages: [0, 0, 1],
  frames: [1, 2, 2, 2, 2, 2, 3],
  vcpus: [1, 1, 1, 2],
  cachedRoots: [0, 1, 1, 2, 3],
};

/** By how much each one more, beyond the least, makes a search larger: by about so many factors of eight. */
const WEIGHTS: Readonly<Record<BoundName, number>> = {
  spaces: 1.1,
  pcids: 0.6,
  userPages: 0.8,
  kernelPages: 0.7,
  frames: 0.7,
  vcpus: 0.8,
  cachedRoots: 0.1,
};

/** The same for a layout at its least, 1 for one that is not here. */
const OF_LAYOUT: Readonly<Partial<Record<LayoutName, number>>> = {
  minimal: 0.3,
  kernel: 0.8,
  shared: 0.8,
  deep: 1.3,
  smp: 0.6,
  roles: 2,
  faults: 1.1,
  races: 0.4,
  nested: 1.4,
  vpids: 1.8,
  window: 0.6,
  twice: 0.4,
};

/** The weight up to which a plain search usually ends in time, and what a guest takes off: most events are not its. */
const SMALL = 3.3;
const LESS_BY_GUEST = 1;
/** Draws of bounds, among which there are some for a layout if any are. */
const MOST_TRIES = 100;
/** States of a plain search: of one that should end, and of one that need not. */
const PLAIN_STATES = { small: 2000, any: 300 };

/** A configuration at random: the same for the same numbers. */
function drawConfiguration(random: Random): Configuration {
  const dice = new Dice(random);
  const kernel = dice.of(Object.keys(KERNELS) as KernelName[]);
  const isSmall = dice.chance(75);
  return {
    kernel,
    set: drawDecisions(dice, kernel),
    contract: dice.of(Object.keys(CONTRACTS) as ContractName[]),
    ...drawPlace(dice, isSmall),
    tlbs: dice.chance(55) ? 'apart' : 'whole',
    symmetry: dice.chance(30),
    workers: dice.of([1, 1, 1, 1, 2, 3]),
    stops: drawStops(dice),
    plainStates: isSmall ? PLAIN_STATES.small : PLAIN_STATES.any,
  };
}

/** A layout with bounds, and a guest that can be run there. */
function drawPlace(dice: Dice, isSmall: boolean): Place {
  const guest = dice.chance(25) ? dice.of(Object.keys(GUESTS) as GuestName[]) : null;
  const layout = dice.of(Object.keys(LAYOUTS) as LayoutName[]);
  const most = isSmall ? SMALL + (guest === null ? 0 : LESS_BY_GUEST) : Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const bounds = drawBounds(dice);
    if (isPossible({ layout, bounds, guest }) && weightOf(layout, bounds) <= most)
      return { layout, bounds, guest };
  }
  // Some guests are none of some layouts'.
  return drawPlace(dice, isSmall);
}

const BOUND_NAMES = Object.keys(BOUND_LIMITS) as BoundName[];

function drawBounds(dice: Dice): Bounds {
  return Object.fromEntries(BOUND_NAMES.map((name) => [name, dice.of(BOUNDS[name])])) as unknown as Bounds;
}

function weightOf(layout: LayoutName, bounds: Bounds): number {
  return BOUND_NAMES.reduce(
    (sum, name) => sum + WEIGHTS[name] * (bounds[name] - BOUND_LIMITS[name][0]),
    OF_LAYOUT[layout] ?? 1,
  );
}

function drawDecisions(dice: Dice, kernel: KernelName): Configuration['set'] {
  const changes = dice.upTo(4);
  const set: Record<string, string> = {};
  while (Object.keys(set).length < changes) {
    const decision = dice.of(DECISION_NAMES);
    const others = Object.keys(DECISIONS[decision].values).filter(
      (value) => value !== KERNELS[kernel][decision],
    );
    set[decision] = dice.of(others);
  }
  return set;
}

function drawStops(dice: Dice): number[] {
  if (!dice.chance(35)) return [];
  const percents = Array.from({ length: dice.of([1, 1, 2, 3]) }, () => dice.upTo(98));
  return [...new Set(percents)].sort((one, other) => one - other);
}

/** The configuration of a number in the sweep of a seed; a larger `draw` is one to take in its place. */
export function configurationAt(seed: number, number: number, draw: number): Configuration {
  const random = new Random(seed);
  const own = new Random(random.next() ^ Math.imul(number + 1, 0x9e3779b1) ^ Math.imul(draw, 0x85ebca77));
  return drawConfiguration(own);
}
