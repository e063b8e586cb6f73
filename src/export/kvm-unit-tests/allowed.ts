import { CONTRACTS } from '../../../spec/contracts/named.ts';
import type { Event } from '../../../spec/events/event.ts';
import type { Machine } from '../../../spec/state/machine.ts';
import type { Frame } from '../../../spec/state/names.ts';
import { framesFor } from '../../../spec/state/tlb.ts';
import { activePcid, type Vcpu, vpidInUse } from '../../../spec/state/vcpu.ts';
import { walk } from '../../../spec/state/walk.ts';
import { initialMachine } from '../../../spec/step/initial.ts';
import type { World } from '../../../spec/world/world.ts';
import { stepsFrom } from '../../replay/replay.ts';

/** What a read may come to by the SDM: any of these frames, or a page fault. */
export interface Allowed {
  readonly frames: readonly Frame[];
  readonly fault: boolean;
}

/**
 * What the SDM lets each access of a trace read, whatever KVM does: what the guest's own TLB could hold, and
 * what a walk of its tables finds. Null for other events.
 */
export function allowedReads(world: World, events: readonly Event[]): (Allowed | null)[] {
  const strict = { ...world, contract: CONTRACTS.sdm };
  return stepsFrom(strict, initialMachine(strict), events).map(({ event, before }) =>
    event.kind === 'access' ? allowedRead(strict, before, event.cpu, event.page) : null,
  );
}

function allowedRead({ layout }: World, { memory, vcpus }: Machine, cpu: number, page: string): Allowed {
  const { guest, tlbs } = vcpus[cpu] as Vcpu;
  const cached = framesFor(tlbs[vpidInUse(guest)].guest, activePcid(guest), page);
  const walked = walk(memory, guest.cr3.space, layout.paths[page] as readonly number[]);
  if (walked === null) return { frames: cached, fault: true };
  return { frames: [...new Set([...cached, walked])].sort(), fault: false };
}
