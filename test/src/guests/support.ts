import { expect } from 'vitest';
import { CONTRACTS } from '../../../spec/contracts/named.ts';
import { defineKernel } from '../../../spec/define/kernel.ts';
import type { GuestName } from '../../../spec/guests/named.ts';
import type { KernelName } from '../../../spec/kernels/named.ts';
import type { Bounds } from '../../../spec/layouts/bounds.ts';
import { LAYOUTS, type LayoutName } from '../../../spec/layouts/named.ts';
import { type CheckJob, runJob } from '../../../src/check/job.ts';
import type { CheckResult } from '../../../src/check/result.ts';
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

/** What is found and by how many events, and what never happens. */
export function verdictOf({ complete, violations, witnesses, coverage }: CheckResult) {
  return {
    complete,
    violations: violations.map(({ property, message, trace }) => `${property}: ${message}, ${trace.length}`),
    witnesses: [...witnesses].map(([name, { length }]) => `${name}, ${length}`).sort(),
    never: complete && Object.keys(coverage.fired).filter((event) => coverage.fired[event] === 0),
    neverAskedFor: complete && coverage.decisions?.never,
    neverRaised: complete && coverage.requests?.never,
  };
}

/**
 * What an entry comes to, as `found` has it. Whole TLBs tell how many states there are in all; a search with TLBs apart
 * that is not cut short comes to the same verdict.
 */
async function explore(entry: Entry) {
  const { maxStates } = entry;
  const whole = await runJob(jobOf(entry, 'whole'), {
    limits: limits(maxStates === undefined ? {} : { maxStates }),
  });
  if (maxStates === undefined) {
    const apart = await runJob(jobOf(entry, 'apart'), { limits: limits() });
    expect(apart.facts).toBeGreaterThan(apart.states);
    expect(verdictOf(apart)).toEqual(verdictOf(whole));
  }
  const { states, transitions, depth, complete, violations, witnesses, coverage } = whole;
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
function nameOf({ guest, kernel, set, layout, bounds, maxStates }: Entry): string {
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
