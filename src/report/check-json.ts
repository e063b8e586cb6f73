import type { Bounds } from '../../spec/layouts/bounds.ts';
import type { CheckResult, SampleResult } from '../check/result.ts';
import { formatEvent } from '../trace/print.ts';
import type { CheckHeading } from './check.ts';

/** What a check was about, for machines. */
interface JsonHeading extends CheckHeading {
  readonly layout: string;
  readonly engine: string;
}

/** The outcome of a check as `check --json` prints it. */
export function checkJson(
  heading: JsonHeading,
  bounds: Readonly<Bounds>,
  result: CheckResult,
  seconds: number,
) {
  const { complete, states, transitions, depth, symmetry, coverage } = result;
  return {
    ...headingOf(heading, bounds),
    verdict: result.violations.length > 0 ? 'violated' : complete ? 'holds' : 'stopped',
    complete,
    states,
    transitions,
    depth,
    symmetry,
    seconds: Number(seconds.toFixed(3)),
    peakBytes: process.resourceUsage().maxRSS * 1024,
    searchBytes: result.bytes,
    violation: violationOf(result),
    coverage,
  };
}

/** The outcome of random walks. */
export function sampleJson(
  heading: JsonHeading,
  bounds: Readonly<Bounds>,
  result: SampleResult,
  seconds: number,
) {
  const { walks, steps, stoppedBy, coverage } = result;
  return {
    ...headingOf(heading, bounds),
    verdict: result.violations.length > 0 ? 'violated' : stoppedBy === null ? 'sampled' : 'stopped',
    complete: false,
    walks,
    steps,
    seconds: Number(seconds.toFixed(3)),
    violation: violationOf(result),
    coverage,
  };
}

function headingOf(heading: JsonHeading, bounds: Readonly<Bounds>) {
  const { kernel, set, contract, layout, engine, guest } = heading;
  return { kernel, set, contract, layout, bounds, engine, ...(guest !== undefined && { guest }) };
}

function violationOf({ violations: [violation] }: CheckResult | SampleResult) {
  if (violation === undefined) return null;
  const { property, message, trace } = violation;
  return { property, message, trace: trace.map(formatEvent) };
}
