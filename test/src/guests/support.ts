import { CONTRACTS } from '../../../spec/contracts/named.ts';
import { defineKernel } from '../../../spec/define/kernel.ts';
import type { GuestName } from '../../../spec/guests/named.ts';
import type { KernelName } from '../../../spec/kernels/named.ts';
import type { Bounds } from '../../../spec/layouts/bounds.ts';
import { LAYOUTS, type LayoutName } from '../../../spec/layouts/named.ts';
import { type CheckJob, runJob } from '../../../src/check/job.ts';
import { formatEvent } from '../../../src/trace/print.ts';
import type { Entries } from '../../pins.ts';
import { limits } from '../check/limits.ts';

/** A search under a guest and contract `sdm`, and what it finds. */
export interface Entry {
  readonly guest: GuestName;
  readonly kernel: KernelName;
  readonly set?: Readonly<Record<string, string>>;
  readonly layout: LayoutName;
  readonly bounds: Partial<Bounds>;
  readonly maxStates?: number;
  readonly found?: unknown;
}

/** The search of an entry. */
export function jobOf({ guest, kernel, set, layout, bounds }: Entry, tlbs: CheckJob['tlbs']): CheckJob {
  return {
    guest,
    kernel: defineKernel({ base: kernel, ...set }),
    contract: CONTRACTS.sdm,
    layout: LAYOUTS[layout],
    bounds,
    tlbs,
    flushesOrdered: false,
  };
}

/** What an entry comes to, as `found` has it. Whole TLBs tell how many states there are in all. */
async function explore(entry: Entry) {
  const { maxStates } = entry;
  const { states, transitions, depth, complete, violations, witnesses, coverage } = await runJob(
    jobOf(entry, 'whole'),
    {
      limits: limits(maxStates === undefined ? {} : { maxStates }),
    },
  );
  const traceOf = (trace: Parameters<typeof formatEvent>[0][]) => trace.map(formatEvent).join('; ');
  return {
    states,
    transitions,
    depth,
    complete,
    violations: Object.fromEntries(violations.map(({ property, trace }) => [property, traceOf([...trace])])),
    sometimes: Object.fromEntries([...witnesses].map(([name, trace]) => [name, traceOf([...trace])])),
    ...(complete && {
      never: Object.keys(coverage.fired)
        .filter((event) => coverage.fired[event] === 0)
        .join(', '),
    }),
  };
}

/** A line that says which search an entry is. */
export function nameOf({ guest, kernel, set, layout, bounds, maxStates }: Entry): string {
  const pairs = Object.entries({ ...set, ...bounds }).map(([name, value]) => `${name}=${value}`);
  const limit = maxStates === undefined ? [] : [`first ${maxStates} states`];
  return [guest, kernel, layout, ...pairs, ...limit].join(', ');
}

/** How searches under a guest are tested. */
export const SEARCHES: Entries<Entry> = {
  title: 'each search under a guest explores and finds exactly what its entry says',
  nameOf,
  find: explore,
};
