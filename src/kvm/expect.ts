import { hardwareWalk } from '../../spec/architecture/hardware-tlb.ts';
import type { Event } from '../../spec/events/event.ts';
import type { Vcpu } from '../../spec/state/vcpu.ts';
import { walk } from '../../spec/state/walk.ts';
import { initialMachine } from '../../spec/step/initial.ts';
import type { World } from '../../spec/world/world.ts';
import { allowedReads } from '../export/kvm-unit-tests/allowed.ts';
import { type PlainStep, stepsFrom } from '../replay/replay.ts';
import { pageFault } from './results.ts';

/** What may come of an event on a kernel, in the words of `describeResult`. */
export interface Expected {
  readonly event: Event;
  /** One of these: of an access, each frame of `sees`, and a page fault where the shadow walk finds nothing. */
  readonly may: readonly string[];
}

/** What may come of each event of a trace by the record of its world. */
export function expectedOnKvm(world: World, events: readonly Event[]): Expected[] {
  return stepsFrom(world, initialMachine(world), events).map((step) => expectedOf(world, step));
}

/** What may come of each event by the SDM, whatever the kernel: what a guest must find where KVM shadows nothing. */
export function expectedBySdm(world: World, events: readonly Event[]): Expected[] {
  const reads = allowedReads(world, events);
  return expectedOnKvm(world, events).map(({ event, may }, i) => {
    const allowed = reads[i];
    return allowed == null
      ? { event, may }
      : { event, may: [...allowed.frames, ...(allowed.fault ? [pageFault(false)] : [])] };
  });
}

function expectedOf(world: World, { event, exit, exited, before }: PlainStep): Expected {
  const vcpu = before.vcpus[event.cpu] as Vcpu;
  const path = (page: string) => world.layout.paths[page] as readonly number[];
  switch (event.kind) {
    case 'access': {
      const here = { world, machine: exited, vcpu: exited.vcpus[event.cpu] as Vcpu };
      const faults = hardwareWalk(here, event.page) === null;
      return { event, may: [...exit.sees, ...(faults ? [pageFault(false)] : [])] };
    }
    case 'page-fault':
      return {
        event,
        may: [pageFault(walk(before.memory, vcpu.guest.cr3.space, path(event.page)) !== null)],
      };
    default:
      return { event, may: [exit.outcome] };
  }
}
