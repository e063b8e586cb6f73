import type { Event } from '../../spec/events/event.ts';
import type { Machine } from '../../spec/state/machine.ts';
import { EMPTY_TLB, type VpidTlbs } from '../../spec/state/tlb.ts';
import { WORK_NAMES } from '../../spec/state/work.ts';
import { initialMachine } from '../../spec/step/initial.ts';
import type { World } from '../../spec/world/world.ts';
import { REFUSED } from '../checker/model.ts';
import { createCore } from '../core/create.ts';
import type { CoreEvent } from '../core/event.ts';
import type { Core } from '../core/machine.ts';
import { frameSet, framesOf } from '../core/row/frames-of.ts';
import { rowLayout } from '../core/row/layout.ts';
import { Packer } from '../core/row/pack.ts';
import { Unpacker } from '../core/row/unpack.ts';
import { drop } from '../core/state/tagged-set.ts';
import { initial } from '../core/step/initial.ts';
import { step } from '../core/step/step.ts';
import { inPlaceEngine } from '../engine/in-place.ts';

/**
 * One of the two machines that are compared: its state is in `row`, and what its last step showed beside it.
 * The guest's TLB, which is what KVM is judged by and nothing that KVM or the processor looks at, is kept
 * empty: so fewer states tell the same.
 */
export interface Half {
  /** Words of a state. */
  readonly words: number;
  /** The state in its first words. */
  readonly row: Int32Array;
  /** What the last step cost, by number of a count. */
  readonly work: Int32Array;
  /** The frames that the last step may have read, one bit a frame. */
  readonly sees: () => number;
  /** Puts the initial state into the row. */
  readonly begin: () => void;
  /** Takes an event of the layout; whether it was carried out. If not, the row's content is lost. */
  readonly step: (event: number) => boolean;
}

/** A machine of a world: on the core, unless its kernel has reducers of its own. */
export function halfOf(world: World): Half {
  return world.kernel.reducers === undefined ? coreHalf(world) : specHalf(world);
}

function coreHalf(world: World): Half {
  const { core, events } = createCore(world, true);
  return {
    words: core.layout.words,
    row: core.row,
    work: core.work,
    sees: () => core.sees[0] as number,
    begin: () => {
      initial(core);
      forgetGuestTlb(core);
    },
    step: (event) => {
      core.work.fill(0);
      if ((step(core, events[event] as CoreEvent, 0) & REFUSED) !== 0) return false;
      forgetGuestTlb(core);
      return true;
    },
  };
}

function forgetGuestTlb(m: Core): void {
  for (const vcpu of m.layout.vcpus) {
    for (const { guestTlb, globals, loaded } of [vcpu, vcpu.otherVpid])
      for (const set of [guestTlb, globals, loaded]) drop(m, set.all);
  }
}

function specHalf(world: World): Half {
  const { layout } = world;
  const rows = rowLayout(layout, world.contract);
  const packer = new Packer(layout, rows);
  const unpacker = new Unpacker(layout, rows);
  const row = new Int32Array(rows.words);
  const work = new Int32Array(WORK_NAMES.length);
  let sees = 0;
  return {
    words: rows.words,
    row,
    work,
    sees: () => sees,
    begin: () => packer.pack(withoutGuestTlb(initialMachine(world)), row),
    step: (number) => {
      const event = layout.events[number] as Event;
      const { exit, machine } = inPlaceEngine.step(world, unpacker.unpack(row), event);
      if (exit.outcome === '#GP') return false;
      packer.pack(withoutGuestTlb(machine), row);
      for (const [i, name] of WORK_NAMES.entries()) work[i] = machine.work[name];
      sees = frameSet(framesOf(rows, event), exit.sees);
      return true;
    },
  };
}

function withoutGuestTlb(machine: Machine): Machine {
  const forget = (under: VpidTlbs): VpidTlbs => ({ ...under, guest: EMPTY_TLB, loaded: [] });
  const vcpus = machine.vcpus.map((vcpu) => ({
    ...vcpu,
    tlbs: { vpid01: forget(vcpu.tlbs.vpid01), vpid02: forget(vcpu.tlbs.vpid02) },
  }));
  return { ...machine, vcpus };
}
