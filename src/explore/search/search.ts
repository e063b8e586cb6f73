import type { Event } from '../../../spec/events/event.ts';
import { ALWAYS } from '../../../spec/properties/always.ts';
import { SOMETIMES } from '../../../spec/properties/sometimes.ts';
import type { World } from '../../../spec/world/world.ts';
import { Exploration } from '../../checker/exploration.ts';
import { GAVE_UP, GAVE_UP_BIT } from '../../engine/memo/goals.ts';
import type { SecondImages } from '../../linux/second-images.ts';
import { formatEvent } from '../../trace/print.ts';
import { parseLink } from '../link.ts';
import { failureOf } from '../model/failure.ts';
import { worldsOf } from '../model/worlds.ts';
import { kernelCalled } from '../own-kernels.ts';
import { plainLinuxModel, plainModel } from './model.ts';

/** What can be looked for: a way to break an *always* property, or to witness a *sometimes* property. */
export const GOALS: readonly {
  readonly name: string;
  readonly kind: 'counterexample' | 'witness';
  readonly doc: string;
}[] = [
  ...ALWAYS.map(({ name, doc }) => ({ name, kind: 'counterexample' as const, doc })),
  ...SOMETIMES.map(({ name, doc }) => ({ name, kind: 'witness' as const, doc })),
];

/** A search as plain data. */
export interface SearchJob {
  /** An address fragment: its first kernel, contract and layout are searched, from the start. */
  readonly link: string;
  /** The name of the property to break or to witness. */
  readonly goal: string;
}

/** How far a search is. */
export interface SearchProgress {
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
}

/**
 * What a search came to: a shortest trace to its goal, or of Linux's own code to where it gives up; nothing in the whole
 * reachable space; no memory left; or, of Linux's own code, states that were taken for one and are not.
 */
export type SearchEnd = SearchProgress &
  (
    | { readonly outcome: 'found'; readonly goal: string; readonly trace: readonly string[] }
    | { readonly outcome: 'none' }
    | { readonly outcome: 'memory' }
    | { readonly outcome: 'apart' }
  );

/** Bytes that a search on a page may take. */
const MOST_BYTES = 2 ** 28;
/** Transitions between two looks around. */
const PULSE = 5_000;

/** A breadth-first search in pieces, so that others have their turn between them. */
export class PageSearch {
  readonly #world: World;
  readonly #exploration: Exploration;
  readonly #events: readonly Event[];
  readonly #goal: string;
  /** Of Linux's own code: by what its states were compared. */
  readonly #second: SecondImages | null;

  constructor({ link, goal }: SearchJob) {
    const number = GOALS.findIndex(({ name }) => name === goal);
    if (number < 0) throw new Error(`unknown property '${goal}'`);
    const asked = parseLink(link);
    const [world] = worldsOf(asked);
    this.#world = world;
    this.#events = world.layout.events;
    this.#goal = goal;
    const code = kernelCalled(asked.kernel)?.code;
    const { model, second } =
      code === undefined ? { model: plainModel(world), second: null } : plainLinuxModel(code, world);
    this.#second = second;
    this.#exploration = new Exploration({
      model,
      symmetry: null,
      maxStates: Number.POSITIVE_INFINITY,
      maxBytes: MOST_BYTES,
      origins: true,
      until: (1 << number) | (second === null ? 0 : GAVE_UP_BIT),
      shared: false,
    });
    this.#blaming(() => this.#exploration.begin());
  }

  /** @throws Error that names the code of the kernel's own, if that is what fails */
  #blaming(work: () => void): void {
    try {
      work();
    } catch (error) {
      throw new Error(failureOf(this.#world, error));
    }
  }

  get progress(): SearchProgress {
    const { states, transitions, depth } = this.#exploration;
    return { states, transitions, depth };
  }

  /** Goes on for a moment; null while there is no end. */
  run(): SearchEnd | null {
    this.#blaming(() => this.#exploration.run(PULSE));
    const { outcome, goals } = this.#exploration;
    const found = goals.found[0];
    if (found !== undefined) {
      const trace = found.trace.map((event) => formatEvent(this.#events[event] as Event));
      const isGoal = GOALS[found.goal]?.name === this.#goal;
      return { ...this.progress, outcome: 'found', goal: isGoal ? this.#goal : GAVE_UP.name, trace };
    }
    if (outcome === 'open') return null;
    if (outcome !== 'complete') return { ...this.progress, outcome: 'memory' };
    return { ...this.progress, outcome: (this.#second?.apart ?? null) === null ? 'none' : 'apart' };
  }
}
