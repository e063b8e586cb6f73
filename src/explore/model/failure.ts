import { KernelError, namesOfOwn } from '../../../spec/define/kernel.ts';
import type { Event } from '../../../spec/events/event.ts';
import type { Machine } from '../../../spec/state/machine.ts';
import { initialMachine } from '../../../spec/step/initial.ts';
import type { World } from '../../../spec/world/world.ts';
import { stateKey } from '../../engine/state-key.ts';
import { withGiveUps } from '../../linux/give-ups.ts';
import { type Replay, type ReplayStep, replay, replayFrom, replayOf } from '../../replay/replay.ts';
import type { ShownWorld } from './shown-world.ts';

/** A step that a kernel file's code cannot carry out. */
interface Failure {
  /** Its number, from 1. */
  readonly step: number;
  readonly message: string;
}

/** What to say of an error in a world. @throws the error, where the kernel has no code of its own to blame */
export function failureOf({ kernel }: World, error: unknown): string {
  const own = namesOfOwn(kernel);
  if (own.length === 0) throw error;
  return `its ${own.join(', ')} failed: ${error instanceof Error ? error.message : String(error)}`;
}

/** Events as far as a kernel file's code can carry them out. */
interface CarriedOut {
  readonly replay: Replay;
  readonly failure: Failure | null;
}

/**
 * Carries out events up to the first that a kernel file's code cannot carry out, or carries out otherwise a second time.
 * Where Linux's own code gives up, that is what is wrong with a step, and the state stays as it was.
 *
 * @throws KernelError if it fails in the first VM entry
 */
export function carriedOut(world: ShownWorld, events: readonly Event[]): CarriedOut {
  if (world.code !== undefined)
    return { replay: withGiveUps(replay(world, events), world.code), failure: null };
  if (namesOfOwn(world.kernel).length === 0) return { replay: replay(world, events), failure: null };
  const start = startOf(world);
  const steps: ReplayStep[] = [];
  try {
    for (const event of events) {
      const before = steps.at(-1)?.after ?? start;
      const take = () => replayFrom(world, before, [event]).steps[0] as ReplayStep;
      const taken = take();
      if (textOf(taken) !== textOf(take()))
        throw new Error('it is no function of the state: carried out again, it does something else');
      steps.push(taken);
    }
    return { replay: replayOf(start, steps), failure: null };
  } catch (error) {
    return {
      replay: replayOf(start, steps),
      failure: { step: steps.length + 1, message: failureOf(world, error) },
    };
  }
}

function startOf(world: World): Machine {
  try {
    return initialMachine(world);
  } catch (error) {
    throw new KernelError(failureOf(world, error));
  }
}

function textOf({ exit, after }: ReplayStep): string {
  return `${JSON.stringify(exit)} ${stateKey(after)}`;
}
