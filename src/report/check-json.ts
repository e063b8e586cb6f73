import type { Layout } from '../../spec/layouts/layout.ts';
import type { CheckResult, SampleResult } from '../check/result.ts';
import { formatEvent } from '../trace/print.ts';

/** What a check was about, for machines. */
export interface JsonHeading {
  readonly kernel: string;
  /** Of a kernel that a file defines: what it changes, and the events whose reducers it overrides. */
  readonly base?: string;
  readonly overridden?: readonly string[];
  readonly set: Readonly<Record<string, string>>;
  readonly contract: string;
  readonly layout: string;
  /** The guest whose discipline was kept, if one was named. */
  readonly guest?: string;
}

/** The outcome of a check as `check --json` prints it; `facts` is null where TLBs are whole. */
export function checkJson(heading: JsonHeading, layout: Layout, result: CheckResult, seconds: number) {
  const { complete, states, facts, transitions, depth, symmetry, coverage } = result;
  return {
    ...headingOf(heading, layout, result),
    verdict: result.violations.length > 0 ? 'violated' : complete ? 'holds' : 'stopped',
    complete,
    states,
    facts,
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
export function sampleJson(heading: JsonHeading, layout: Layout, result: SampleResult, seconds: number) {
  const { walks, steps, stoppedBy, coverage } = result;
  return {
    ...headingOf(heading, layout, result),
    verdict: result.violations.length > 0 ? 'violated' : stoppedBy === null ? 'sampled' : 'stopped',
    complete: false,
    walks,
    steps,
    seconds: Number(seconds.toFixed(3)),
    violation: violationOf(result),
    coverage,
  };
}

function headingOf(
  { guest, ...heading }: JsonHeading,
  { bounds, leftOut }: Layout,
  { tlbs }: CheckResult | SampleResult,
) {
  return { ...heading, bounds, leftOut, tlbs, ...(guest !== undefined && { guest }) };
}

function violationOf({ violations: [violation] }: CheckResult | SampleResult) {
  if (violation === undefined) return null;
  const { property, message, trace } = violation;
  return { property, message, trace: trace.map(formatEvent) };
}
