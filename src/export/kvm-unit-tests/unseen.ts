import { formatEvent } from '../../trace/print.ts';
import type { TraceRun } from '../trace-run.ts';
import { allowedReads } from './allowed.ts';

/**
 * What a trace leads to and no access of it shows, so that its test passes whatever KVM does; null if there is nothing
 * of the kind. Counterexamples of `check` end as soon as something stale can be used, and before it is.
 */
export function whatIsUnseen({ world, replay, lines }: TraceRun): string | null {
  const { steps, verdict } = replay;
  const last = steps.at(-1);
  if (last === undefined) return 'the trace is empty: its test passes and shows nothing';
  if (last.event.kind !== 'access')
    return (
      `the trace ends with '${formatEvent(last.event)}' in line ${lines.at(-1)}, and no access behind it: ` +
      'its test shows nothing of what that leads to'
    );
  const allowed = allowedReads(
    world,
    steps.map(({ event }) => event),
  );
  const isSeen = steps.some(({ exit }, i) => exit.sees.some((frame) => !allowed[i]?.frames.includes(frame)));
  return verdict === 'stale' && !isSeen
    ? 'the trace is stale, and no access of it reads what is stale: its test passes and shows nothing of that'
    : null;
}
