import type { Guest } from '../../spec/guests/guest.ts';
import { SAFETY } from '../../spec/properties/vtlb-within-guest-tlb.ts';
import { framesFor, mayHold } from '../../spec/state/tlb.ts';
import { activePcid, type Vcpu, vpidInUse } from '../../spec/state/vcpu.ts';
import { walk } from '../../spec/state/walk.ts';
import type { World } from '../../spec/world/world.ts';
import type { Judge, State } from './plain-search.ts';

/** What the CR3 that is loaded may make of a page. */
interface Page {
  /** Frames that an access may read: of the shadow tables, or of the hardware TLB. */
  readonly read: readonly string[];
  /** Frames that the guest's own TLB could hold. */
  readonly held: readonly string[];
  /** What the guest's tables give. */
  readonly fresh: string | null;
}

function pageOf({ layout }: World, { machine }: State, page: string): Page {
  const { guest, mmu, tlbs } = machine.vcpus[0] as Vcpu;
  const { hardware, guest: own } = tlbs[vpidInUse(guest)];
  const path = layout.paths[page] as readonly number[];
  const walked = mmu.root === null ? null : walk(machine.shadow, mmu.root.page, path);
  const pcid = activePcid(guest);
  const frames = layout.framesOf[page] ?? [];
  return {
    read: frames.filter((frame) => frame === walked || framesFor(hardware, pcid, page).includes(frame)),
    held: frames.filter((frame) => mayHold(own, pcid, page, frame)),
    fresh: walk(machine.memory, guest.cr3.space, path),
  };
}

/** Asks of each page that the guest counts on reading afresh. */
function ofReliedPages(name: string, isWrong: (page: Page) => boolean): Judge {
  return {
    name,
    ofStep: () => false,
    ofState: (world, state, guest) => {
      const registers = (state.machine.vcpus[0] as Vcpu).guest;
      return world.layout.virtualPages.some(
        (page) =>
          (guest as Guest<unknown>).reliesOn(state.memory, registers, page) &&
          isWrong(pageOf(world, state, page)),
      );
    },
  };
}

/** What takes the place of safety under a guest, and what is looked for besides. */
export const GUEST_JUDGES: readonly Judge[] = [
  ofReliedPages(SAFETY, ({ read, held, fresh }) =>
    read.some((frame) => frame !== fresh && !held.includes(frame)),
  ),
  ofReliedPages('guest-reads-what-it-flushed-for', ({ read, fresh }) =>
    read.some((frame) => frame !== fresh),
  ),
  ofReliedPages('guest-tlb-holds-what-it-flushed-for', ({ held, fresh }) =>
    held.some((frame) => frame !== fresh),
  ),
];
