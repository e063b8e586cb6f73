import { KernelError } from '../../../spec/define/kernel.ts';
import { type Replay, replayOf } from '../../replay/replay.ts';
import { formatEvent } from '../../trace/print.ts';
import { type KernelChoice, type Link, START } from '../link.ts';
import { LinkError } from '../link-error.ts';
import { carriedOut } from './failure.ts';
import type { ShownWorld } from './shown-world.ts';
import { worldsOf } from './worlds.ts';

/** A kernel on the events of a link. */
export interface Run {
  readonly world: ShownWorld;
  readonly replay: Replay;
}

/** What comes of a link. */
export interface LinkRun {
  /** Each kernel, on the events that all of them carry out. */
  readonly runs: [Run, ...Run[]];
  /** Which event could not be carried out, and why; null if all were. */
  readonly failure: string | null;
  /** Why not even the start can be shown; the runs are then those of an empty link. */
  readonly error: LinkError | null;
}

/** Carries out the events of a link under its kernels. */
export function runLink(link: Link): LinkRun {
  const choices: [KernelChoice, ...KernelChoice[]] = [link, ...(link.versus === null ? [] : [link.versus])];
  try {
    const done = worldsOf(link).map((world) => ({ world, ...carriedOut(world, link.events) }));
    const steps = Math.min(...done.map(({ replay }) => replay.steps.length));
    const runs = done.map(({ world, replay }) => ({
      world,
      replay: replayOf(replay.start, replay.steps.slice(0, steps)),
    })) as [Run, ...Run[]];
    const failed = done.findIndex(({ failure }) => failure?.step === steps + 1);
    const event = link.events[steps];
    if (failed < 0 || event === undefined) return { runs, failure: null, error: null };
    const name = choices[failed]?.kernel;
    const failure = `Step ${steps + 1}, ${formatEvent(event)}, cannot be carried out under ${name}: ${done[failed]?.failure?.message}.`;
    return { runs, failure, error: null };
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    const fault = new LinkError('kernel', 'one whose own code can enter the guest', error.message);
    return { ...runLink(START), error: fault };
  }
}
