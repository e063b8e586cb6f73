import type { World } from '../../spec/world/world.ts';
import type { Replay } from '../replay/replay.ts';
import { formatEvent } from '../trace/print.ts';
import { formatKernelName, type KernelHeading } from './check.ts';
import { explainStale } from './explain.ts';
import { formatParts } from './parts.ts';
import { formatSteps, LEGEND } from './steps.ts';

/** Each verdict on a trace in a line. */
export const VERDICT = {
  clean: 'CLEAN  every property holds at every step',
  stale: 'STALE  the guest can read a translation that its own TLB could not hold',
  broken: 'BROKEN  no stale translation, but KVM broke a rule that it keeps to be safe',
} as const;

/** A replay for people: the table, then each step in its three parts. */
export function formatReplay(world: World, heading: KernelHeading, replayed: Replay, width: number): string {
  const explanation = explainStale(world, replayed);
  return [
    `kernel ${formatKernelName(heading)}, contract ${heading.contract}, layout ${world.layout.name}`,
    VERDICT[replayed.verdict],
    '',
    formatSteps(world, replayed, width),
    '',
    LEGEND,
    '',
    ...replayed.steps.flatMap((step, i) => [
      `${i + 1}  ${formatEvent(step.event)}${step.exit.outcome === '#GP' ? '  #GP: nothing changes' : ''}`,
      ...(step.exit.outcome === '#GP' ? [] : formatParts(world.layout, step).map((part) => `     ${part}`)),
      ...step.breaches.map(({ property, message }) => `     BROKEN     ${property}: ${message}`),
    ]),
    ...(explanation === null ? [] : ['', explanation]),
  ].join('\n');
}
