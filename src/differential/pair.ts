import type { Event } from '../../spec/events/event.ts';
import { copyMachine } from '../../spec/state/copy.ts';
import type { Machine } from '../../spec/state/machine.ts';
import { REQUESTS } from '../../spec/state/requests.ts';
import { WORK_NAMES } from '../../spec/state/work.ts';
import type { Exit } from '../../spec/step/exit.ts';
import { initialMachine } from '../../spec/step/initial.ts';
import { step as specStep } from '../../spec/step/step.ts';
import type { World } from '../../spec/world/world.ts';
import { REFUSED } from '../checker/model.ts';
import type { CoreEvent } from '../core/event.ts';
import type { Core } from '../core/machine.ts';
import { get } from '../core/row/field.ts';
import { frameSet, framesOf } from '../core/row/frames-of.ts';
import { EVERY_FINDING, namesOf, stateFindings, stepFindings } from '../engine/spec-findings.ts';
import { different, RowComparer } from './compare-rows.ts';
import { CORE, type CoreFunctions } from './core-functions.ts';
import type { Disagreement } from './difference.ts';

/** What became of one step of both. */
export type StepTaken =
  | { readonly kind: 'disagree'; readonly disagreement: Disagreement }
  | { readonly kind: 'refused' }
  /** The spec's machine after the step; the core's row holds the same state. */
  | { readonly kind: 'taken'; readonly after: Machine };

/**
 * The spec's in-place machine and a core side by side: each method has both do the same, and tells where they
 * do not agree. The state is a machine, which the caller keeps, and the core's row.
 */
export class Pair {
  readonly world: World;
  readonly core: Core;
  readonly #functions: CoreFunctions;
  readonly #events: readonly CoreEvent[];
  readonly #packer: InstanceType<CoreFunctions['Packer']>;
  readonly #unpacker: InstanceType<CoreFunctions['Unpacker']>;
  readonly #comparer: RowComparer;
  readonly #packed: Int32Array;

  /** @param functions of the core to compare; those of `src/core` by default */
  constructor(world: World, functions: CoreFunctions = CORE) {
    const { core, events } = functions.createCore(world, true);
    this.world = world;
    this.core = core;
    this.#functions = functions;
    this.#events = events;
    this.#packer = new functions.Packer(world.layout, core.layout);
    this.#unpacker = new functions.Unpacker(world.layout, core.layout);
    this.#comparer = new RowComparer(world.layout, core.layout);
    this.#packed = new Int32Array(core.layout.words);
  }

  /** Puts both into the initial state. */
  start(): { readonly machine: Machine; readonly disagreement: Disagreement | null } {
    const machine = initialMachine(this.world);
    const disagreement = answer(() => {
      this.#functions.initial(this.core);
      return this.#compareStates(machine) ?? this.compareFindings(machine);
    });
    return { machine, disagreement };
  }

  /** Writes a machine of the spec into the core, and compares what is found in it. */
  load(machine: Machine): Disagreement | null {
    return answer(() => {
      this.#packer.pack(machine, this.core.row);
      return this.compareFindings(machine);
    });
  }

  /** The machine that the core's row describes. @throws TypeError if it describes none */
  machine(): Machine {
    return this.#unpacker.unpack(this.core.row);
  }

  /** Whether the core's row says what a machine is, field by field. */
  compareState(machine: Machine): Disagreement | null {
    return answer(() => this.#compareStates(machine));
  }

  /**
   * Takes an event in a machine, and in the core's row, which must be the same state.
   *
   * @param number of an event of the layout
   * @param before stays as it is
   */
  step(number: number, before: Machine): StepTaken {
    const event = this.world.layout.events[number] as Event;
    const after = copyMachine(before);
    const exit = specStep(this.world, after, event);
    const faulted = exit.outcome === '#GP';
    this.core.work.fill(0);
    const disagreement = answer(() => {
      const found = this.#functions.step(this.core, this.#events[number] as CoreEvent, EVERY_FINDING);
      const refused = (found & REFUSED) !== 0;
      if (refused || faulted) return different('outcome', Number(faulted), Number(refused), outcome);
      return (
        this.#compareStates(after) ??
        this.#compareRequests(exit) ??
        different(
          'findings of the step',
          stepFindings(this.world, { before, event, exit, after }, EVERY_FINDING),
          found,
          namesOf,
        ) ??
        this.#compareWork(after) ??
        this.#compareSees(event, exit)
      );
    });
    if (disagreement !== null) return { kind: 'disagree', disagreement };
    return faulted ? { kind: 'refused' } : { kind: 'taken', after };
  }

  /** Compares what is found in a machine and in the core's row, which must be the same state. */
  compareFindings(machine: Machine): Disagreement | null {
    return answer(() => {
      const found = this.#functions.inspect(this.core, EVERY_FINDING);
      return different(
        'findings of the state',
        stateFindings(this.world, machine, EVERY_FINDING),
        found,
        namesOf,
      );
    });
  }

  #compareStates(machine: Machine): Disagreement | null {
    this.#packer.pack(machine, this.#packed);
    return this.#comparer.compare(this.#packed, this.core.row);
  }

  #compareRequests({ requests }: Exit): Disagreement | null {
    const bits = requests.reduce((mask, request) => mask | (1 << REQUESTS.indexOf(request)), 0);
    return different('requests', bits, get(this.core, this.core.layout.step.raised), requestsOf);
  }

  #compareSees(event: Event, { sees }: Exit): Disagreement | null {
    const frames = framesOf(this.core.layout, event);
    return different(
      'frames read',
      frameSet(frames, sees),
      this.core.sees[0] as number,
      (mask) => frames.filter((_, i) => (mask >>> i) & 1).join(', ') || 'none',
    );
  }

  #compareWork({ work }: Machine): Disagreement | null {
    for (const [number, name] of WORK_NAMES.entries()) {
      const wrong = different(`work ${name}`, work[name], this.core.work[number] as number);
      if (wrong !== null) return wrong;
    }
    return null;
  }
}

/** An answer, or the error of the core that came in its place. */
function answer(compare: () => Disagreement | null): Disagreement | null {
  try {
    return compare();
  } catch (error) {
    return { field: 'error', spec: 'none', core: error instanceof Error ? error.message : String(error) };
  }
}

function outcome(faulted: number): string {
  return faulted === 1 ? '#GP' : 'ok';
}

function requestsOf(mask: number): string {
  const raised = REQUESTS.filter((_, i) => (mask >>> i) & 1);
  return raised.length === 0 ? 'none' : raised.join(', ');
}
