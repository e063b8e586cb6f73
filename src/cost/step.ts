import type { Event } from '../../spec/events/event.ts';
import type { Machine } from '../../spec/state/machine.ts';
import { enter, waits } from '../../spec/step/enter.ts';
import { handle } from '../../spec/step/exit.ts';
import type { World } from '../../spec/world/world.ts';

/**
 * A step in which TLBs stay as they are, for what they hold decides nothing that KVM does; whether the event was carried
 * out. It changes `machine`, whose work is then that of the step.
 */
export function stepWithoutTlbs(world: World, machine: Machine, event: Event): boolean {
  if (handle(world, machine, event, ignore) === '#GP') return false;
  let next = machine.vcpus[event.cpu];
  while (next !== undefined) {
    if (waits(next)) enter(world, machine, next, ignore);
    next = machine.vcpus.find(waits);
  }
  return true;
}

function ignore(): void {}
