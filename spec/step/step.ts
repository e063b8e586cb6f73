import type { Event } from '../events/event.ts';
import type { Machine } from '../state/machine.ts';
import type { World } from '../world/world.ts';
import { enterAll } from './enter.ts';
import { type Exit, exit } from './exit.ts';
import { speculate } from './speculate.ts';

/**
 * One event from one stretch of guest execution to the next: exit, enter, speculate. An event that faults
 * changes nothing. A recipe: it changes `machine`; `produce` makes it pure.
 */
export function step(world: World, machine: Machine, event: Event): Exit {
  const done = exit(world, machine, event);
  if (done.outcome === '#GP') return done;
  enterAll(world, machine, event.cpu);
  speculate(world, machine);
  return done;
}
