import type { Command } from 'commander';
import { isChanged } from '../../check/changes.ts';
import type { ScopesCommand } from '../check-scopes.ts';
import { endSignal } from '../interrupt.ts';
import type { Asked } from './asked.ts';
import { MIB } from './options.ts';

/** Options by which the layout is settled. */
const OF_ONE = ['layout', 'bound', 'guest', 'simulate', 'checkpoint', 'resume', 'answer', 'explainRow'];

/** Whether a search is of one layout: one that is named, or that of a kernel in which nothing is changed. */
export function isOfOne(command: Command, { chosen }: Asked): boolean {
  return (
    OF_ONE.some((option) => command.getOptionValueSource(option) === 'cli') || !isChanged(chosen.changes)
  );
}

/** The search of every small layout, within what is left of the time. */
export function scopesCommand({ options, chosen, job: one, progress }: Asked): ScopesCommand {
  const { contract, workers, symmetry, maxStates, maxMemory, maxSeconds } = options;
  const { guest: _, ...job } = one;
  return {
    chosen,
    job,
    contract,
    workers,
    options: {
      symmetry: symmetry ?? false,
      ...(maxStates !== undefined && { maxStates }),
      ...(maxMemory !== undefined && { maxMemory: maxMemory * MIB }),
    },
    signal: endSignal(maxSeconds === undefined ? undefined : Math.max(0, maxSeconds - progress.seconds)),
    progress,
  };
}
