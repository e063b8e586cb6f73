import { contexts, describeStale, type Translation, translationsOf } from '../../spec/properties/vtlb.ts';
import type { Machine } from '../../spec/state/machine.ts';
import { pcidOf, sameCr3 } from '../../spec/state/registers.ts';
import { mayHold } from '../../spec/state/tlb.ts';
import { type Vcpu, vpidInUse } from '../../spec/state/vcpu.ts';
import { walk } from '../../spec/state/walk.ts';
import type { World } from '../../spec/world/world.ts';
import type { Replay } from '../replay/replay.ts';
import { staleByHolder } from '../replay/stale.ts';
import { formatEvent } from '../trace/print.ts';

/**
 * Says of the first stale translation in a replay which it is, where it came from, when the guest changed and
 * flushed it, and which step should have removed it. Null when none is stale.
 */
export function explainStale(world: World, replay: Replay): string | null {
  const machines = [replay.start, ...replay.steps.map(({ after }) => after)];
  const at = machines.findIndex((machine) => staleByHolder(world, machine).length > 0);
  const stale = at < 0 ? undefined : staleByHolder(world, machines[at] as Machine)[0];
  if (stale === undefined) return null;
  const past = machines.slice(0, at + 1);
  const events = replay.steps.map((step) => formatEvent(step.event));
  const event = (step: number) => `step ${step} (${events[step - 1]})`;

  const cached = lastRise(past, (machine) => isHeld(world, machine, stale));
  const changed = lastFall(past, (machine) => isWalked(world, machine, stale));
  const dropped = lastFall(past, (machine) => isInGuestTlb(machine, stale));
  const tookIn = lastRise(past, (machine) => isInVtlb(machine, stale));
  const culprit = tookIn !== null && tookIn > (dropped ?? 0) ? tookIn : (dropped ?? changed ?? at);

  return [
    `${describeStale(stale)}.`,
    cached === null ? 'It was there from the start.' : `It was cached at ${event(cached)}.`,
    changed === null ? '' : `The guest changed its entry at ${event(changed)}.`,
    dropped === null
      ? 'The guest TLB could not hold it at any time before.'
      : `The guest TLB had to drop it at ${event(dropped)}.`,
    culprit === tookIn && culprit !== dropped
      ? `Until ${event(tookIn)} its root was outside the vTLB; that step takes it in and should have removed it.`
      : `That it is still used is the fault of ${event(culprit)}, which should have removed it.`,
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
}

/**
 * The last step at which something became true, or null when it was true all along. Steps are counted from 1.
 */
function lastRise(machines: readonly Machine[], holds: (machine: Machine) => boolean): number | null {
  for (let step = machines.length - 1; step > 0; step--) {
    if (holds(machines[step] as Machine) && !holds(machines[step - 1] as Machine)) return step;
  }
  return null;
}

/** The last step at which something ceased to be true. */
function lastFall(machines: readonly Machine[], holds: (machine: Machine) => boolean): number | null {
  return lastRise(machines, (machine) => !holds(machine));
}

/** Whether the keeper of a translation has it, in the vTLB or not. */
function isHeld(world: World, machine: Machine, { cpu, holder, pgd, page, frame }: Translation): boolean {
  const { guest, mmu, tlbs } = machine.vcpus[cpu] as Vcpu;
  if (holder === 'hardware TLB')
    return mayHold(tlbs[vpidInUse(guest)].hardware, pcidOf(guest.cr4, pgd), page, frame);
  const root = [mmu.root, ...mmu.prevRoots].find((each) => each !== null && sameCr3(each.pgd, pgd));
  if (!root) return false;
  return translationsOf(world, machine, cpu, { holder: 'root', root }).some(
    (t) => t.holder === 'root' && t.page === page && t.frame === frame,
  );
}

function isInVtlb(machine: Machine, { cpu, pgd }: Translation): boolean {
  return contexts(machine.vcpus[cpu] as Vcpu).some(({ root }) => sameCr3(root.pgd, pgd));
}

function isWalked({ layout }: World, machine: Machine, { pgd, page, frame }: Translation): boolean {
  return walk(machine.memory, pgd.space, layout.paths[page] as readonly number[]) === frame;
}

function isInGuestTlb(machine: Machine, { cpu, pgd, page, frame }: Translation): boolean {
  const { guest, tlbs } = machine.vcpus[cpu] as Vcpu;
  return mayHold(tlbs[vpidInUse(guest)].guest, pcidOf(guest.cr4, pgd), page, frame);
}
