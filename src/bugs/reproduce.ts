import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Reproduction } from '../../spec/bugs/bug.ts';
import type { Subject } from '../../spec/claims/claim.ts';
import { CONTRACTS } from '../../spec/contracts/named.ts';
import { defineKernel } from '../../spec/define/kernel.ts';
import type { Event } from '../../spec/events/event.ts';
import { KERNELS, type KernelName } from '../../spec/kernels/named.ts';
import { buildLayout } from '../../spec/layouts/build.ts';
import { LAYOUTS } from '../../spec/layouts/named.ts';
import { noWork, WORK_NAMES, type Work } from '../../spec/state/work.ts';
import type { World } from '../../spec/world/world.ts';
import { packageRoot } from '../package-root.ts';
import { type Replay, replay } from '../replay/replay.ts';
import { parseTrace } from '../trace/parse.ts';

/** One kernel on the trace of a reproduction. */
export interface Side {
  readonly subject: Subject;
  readonly world: World;
  readonly replay: Replay;
  /** The *always* properties that broke, each once. */
  readonly breaks: readonly string[];
  readonly work: Work;
}

/** A reproduction carried out. */
export interface Reproduced {
  readonly reproduction: Reproduction;
  readonly events: readonly Event[];
  readonly before: Side;
  readonly after: Side;
  /** Whether the trace tells the two kernels apart as stated. */
  readonly holds: boolean;
  /** The named kernels that behave on the trace as the one before the fix does. */
  readonly kernels: readonly KernelName[];
}

/** Replays the trace of a reproduction before the fix, after it, and on every named kernel. */
export function reproduce(reproduction: Reproduction): Reproduced {
  const { trace, layout: name, bounds, shows } = reproduction;
  const layout = buildLayout(LAYOUTS[name], bounds);
  const text = readFileSync(join(packageRoot(), 'spec', 'bugs', 'traces', `${trace}.trace`), 'utf8');
  const events = parseTrace(text, layout).map(({ event }) => event);
  const run = (subject: Subject) => runSide(subject, layout, events);
  const before = run(reproduction.before);
  const after = run(reproduction.after);
  const hasIt = (side: Side) =>
    'breaks' in shows
      ? side.breaks.includes(shows.breaks)
      : side.work[shows.costs] >= before.work[shows.costs];
  return {
    reproduction,
    events,
    before,
    after,
    holds:
      hasIt(before) &&
      !hasIt(after) &&
      ('breaks' in shows ? after.breaks.length === 0 : before.breaks.length === 0),
    kernels: (Object.keys(KERNELS) as KernelName[]).filter((kernel) => hasIt(run({ kernel }))),
  };
}

function runSide(subject: Subject, layout: World['layout'], events: readonly Event[]): Side {
  const { kernel, set } = subject;
  const world = { layout, kernel: defineKernel({ base: kernel, ...set }), contract: CONTRACTS.kvm };
  const replayed = replay(world, events);
  const work = noWork();
  for (const { after } of replayed.steps) for (const name of WORK_NAMES) work[name] += after.work[name];
  const breaks = replayed.steps.flatMap(({ breaches }) => breaches.map(({ property }) => property));
  return { subject, world, replay: replayed, breaks: [...new Set(breaks)], work };
}
