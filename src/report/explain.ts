import {
  contexts,
  describeStale,
  rootsOf,
  type Translation,
  translationsOf,
} from '../../spec/properties/vtlb.ts';
import type { Machine } from '../../spec/state/machine.ts';
import { pcidOf, sameCr3 } from '../../spec/state/registers.ts';
import { mayHold } from '../../spec/state/tlb.ts';
import { type Vcpu, vpidInUse } from '../../spec/state/vcpu.ts';
import { walk } from '../../spec/state/walk.ts';
import type { World } from '../../spec/world/world.ts';
import type { Replay, ReplayStep } from '../replay/replay.ts';
import { staleByHolder } from '../replay/stale.ts';
import { formatEvent } from '../trace/print.ts';
import { whyDropped } from './why-dropped.ts';

/**
 * Says of the first stale translation in a replay which it is and, in the order of time, where it came from, when the
 * guest changed it and why it had to be dropped; and which step should have removed it. Null when none is stale.
 */
export function explainStale(world: World, replay: Replay): string | null {
  const machines = [replay.start, ...replay.steps.map(({ after }) => after)];
  const at = machines.findIndex((machine) => staleByHolder(world, machine).length > 0);
  const stale = at < 0 ? undefined : staleByHolder(world, machines[at] as Machine)[0];
  if (stale === undefined) return null;
  const past = machines.slice(0, at + 1);

  const cached = lastRise(past, (machine) => isHeld(world, machine, stale));
  const changed = lastFall(past, (machine) => isWalked(world, machine, stale));
  const dropped = lastFall(past, (machine) => isInGuestTlb(machine, stale));
  const tookIn = lastRise(past, (machine) => isInVtlb(machine, stale));
  const event = (step: number) => nameStep(replay, step);

  const happened: readonly Milestone[] = [
    { step: cached ?? 0, text: cached === null ? WAS_THERE : `It was cached at ${event(cached)}.` },
    ...(changed === null
      ? []
      : [{ step: changed, text: `The guest changed its entry at ${event(changed)}.` }]),
    ...(dropped === null ? [] : [{ step: dropped, text: sayDropped(replay, stale, dropped, changed) }]),
  ];
  return [
    `${describeStale(stale)}.`,
    ...[...happened].sort((one, other) => one.step - other.step).map(({ text }) => text),
    ...(dropped === null ? ['The guest TLB could not hold it at any time before.'] : []),
    sayCulprit(replay, { at, cached, changed, dropped, tookIn }),
  ].join(' ');
}

/** Something that came to pass at a step; 0 is the start. */
interface Milestone {
  readonly step: number;
  readonly text: string;
}

const WAS_THERE = 'It was there from the start.';

function nameStep({ steps }: Replay, step: number): string {
  return `step ${step} (${formatEvent((steps[step - 1] as ReplayStep).event)})`;
}

function sayDropped(replay: Replay, stale: Translation, dropped: number, changed: number | null): string {
  const why = whyDropped(replay.steps[dropped - 1] as ReplayStep, stale);
  const because = why === null ? '' : `, ${why}`;
  const early = changed !== null && changed > dropped ? ', while the tables still had it' : '';
  return `The guest TLB had to drop it at ${nameStep(replay, dropped)}${because}${early}.`;
}

/** The steps of a stale translation; null for what never came to pass. */
interface Steps {
  /** After which it is stale. */
  readonly at: number;
  readonly cached: number | null;
  readonly changed: number | null;
  readonly dropped: number | null;
  /** Which brought its root into the vTLB. */
  readonly tookIn: number | null;
}

/** The step that should not have left it there: what came last, of the flush and what took the translation in after it. */
function sayCulprit(replay: Replay, { at, cached, changed, dropped, tookIn }: Steps): string {
  const event = (step: number) => nameStep(replay, step);
  const since = dropped ?? 0;
  if (tookIn !== null && tookIn > since && tookIn >= (cached ?? 0))
    return `Until ${event(tookIn)} its root was outside the vTLB; that step takes it in and should have removed it.`;
  if (dropped !== null && cached !== null && cached > dropped)
    return `That it is used after that is the fault of ${event(cached)}, which should not have taken it in.`;
  const late = dropped !== null && changed !== null && changed > dropped;
  const store = late ? ': KVM need not learn of the store that came later' : '';
  return `That it is still used is the fault of ${event(dropped ?? changed ?? at)}, which should have removed it${store}.`;
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
function isHeld(world: World, machine: Machine, { cpu, holder, cr3, page, frame }: Translation): boolean {
  const vcpu = machine.vcpus[cpu] as Vcpu;
  const { guest, tlbs } = vcpu;
  if (holder === 'hardware TLB')
    return mayHold(tlbs[vpidInUse(guest)].hardware, pcidOf(guest.cr4, cr3), page, frame);
  const context = rootsOf(vcpu).find((each) => sameCr3(each.cr3, cr3));
  if (context === undefined) return false;
  return translationsOf(world, machine, cpu, context).some(
    (t) => t.holder === context.holder && t.page === page && t.frame === frame,
  );
}

function isInVtlb(machine: Machine, { cpu, cr3 }: Translation): boolean {
  return contexts(machine.vcpus[cpu] as Vcpu).some((context) => sameCr3(context.cr3, cr3));
}

function isWalked({ layout }: World, machine: Machine, { cr3, page, frame }: Translation): boolean {
  return walk(machine.memory, cr3.space, layout.paths[page] as readonly number[]) === frame;
}

function isInGuestTlb(machine: Machine, { cpu, cr3, page, frame }: Translation): boolean {
  const { guest, tlbs } = machine.vcpus[cpu] as Vcpu;
  return mayHold(tlbs[vpidInUse(guest)].guest, pcidOf(guest.cr4, cr3), page, frame);
}
