import type { Event } from '../../spec/events/event.ts';
import type { Bounds } from '../../spec/layouts/bounds.ts';
import type { Layout } from '../../spec/layouts/layout.ts';
import { type Changes, isChanged, unexercised, unexercisedByAll } from '../check/changes.ts';
import type { CheckResult, SampleResult } from '../check/result.ts';
import type { Scope } from '../check/scopes.ts';
import type { ScopeSearch } from '../check/search-scopes.ts';
import { verdictOn, verdictOnAll, verdictOnSample, verdictOnScope } from '../check/verdict.ts';
import type { Progress } from '../checker/result.ts';
import { formatEvent } from '../trace/print.ts';
import { scopesThat } from './changes.ts';
import type { CheckHeading } from './check.ts';
import type { ScopesReport, Shown } from './check-scopes.ts';

/** What a check was about, for machines. */
export interface JsonHeading {
  readonly kernel: string;
  /** Of a kernel that a file defines: what it changes, and what it has of its own. */
  readonly base?: string;
  readonly overridden?: readonly string[];
  /** The sections of its reducers in which the processor, by which KVM is judged, is its own. */
  readonly architecture?: readonly string[];
  readonly set: Readonly<Record<string, string>>;
  readonly contract: string;
  readonly layout: string;
  /** The guest whose discipline was kept, if one was named. */
  readonly guest?: string;
  /** Of Linux's own code: its tree, the commit if it is a git tree, and a digest of what was compiled. */
  readonly linux?: { readonly tree: string; readonly commit: string | null; readonly digest: string };
}

/** What is changed in a kernel, and the searches that say where else it is exercised. */
type Exercise = Pick<CheckHeading, 'changes' | 'elsewhere'>;

/** The outcome of a check as `check --json` prints it; `facts` is null where TLBs are whole. */
export function checkJson(
  heading: JsonHeading,
  { changes, elsewhere }: Exercise,
  layout: Layout,
  result: CheckResult,
  seconds: number,
) {
  return {
    ...headingOf(heading, layout, result),
    verdict: verdictOn(result, changes),
    ...countsOf(result),
    ...machineJson(seconds),
    searchBytes: result.bytes,
    violation: violationOf(result),
    coverage: result.coverage,
    ...secondImagesJson(result),
    ...changedJson(changes, elsewhere, unexercised(result.coverage, changes)),
  };
}

/**
 * The outcome of searches of every small layout: `layout` and `bounds` are those on which `violation` was found, one
 * that is worth showing, and null without one; each search has its own.
 */
export function scopesJson(
  heading: Omit<JsonHeading, 'layout'>,
  { changes, searches }: ScopesReport,
  shown: Shown | undefined,
  boundsOf: (scope: Scope) => Readonly<Bounds>,
  seconds: number,
) {
  const coverages = searches.flatMap(({ result }) => (result === null ? [] : [result.coverage]));
  const never = unexercisedByAll(coverages, changes);
  return {
    ...heading,
    layout: shown?.scope.layout ?? null,
    bounds: shown === undefined ? null : boundsOf(shown.scope),
    verdict: verdictOnAll(searches, changes),
    complete: searches.every(({ result }) => result?.complete ?? false),
    ...machineJson(seconds),
    violation: shown === undefined ? null : violationOf(shown.result),
    ...changedJson(changes, searches, never),
    searches: searches.map((search) => ({
      layout: search.scope.layout,
      bounds: boundsOf(search.scope),
      verdict: verdictOnScope(search, changes),
      ...(search.result !== null && {
        tlbs: search.result.tlbs,
        ...countsOf(search.result),
        searchBytes: search.result.bytes,
        violation: violationOf(search.result),
        coverage: search.result.coverage,
      }),
    })),
  };
}

function secondImagesJson({ secondImages }: CheckResult) {
  if (secondImages === undefined) return {};
  const { compared, apart } = secondImages;
  const text = (way: readonly Event[]) => way.map(formatEvent);
  const differ = apart && { ways: apart.ways.map(text), next: formatEvent(apart.next) };
  return { secondImages: { compared, apart: differ } };
}

function countsOf({ complete, states, facts, transitions, depth, symmetry }: CheckResult) {
  return { complete, states, facts, transitions, depth, symmetry };
}

function machineJson(seconds: number) {
  return { seconds: Number(seconds.toFixed(3)), peakBytes: process.resourceUsage().maxRSS * 1024 };
}

/** What is changed in a kernel, what of it was never exercised, and on which small layouts that is. */
function changedJson(changes: Changes, searches: readonly ScopeSearch[], never: Changes) {
  if (!isChanged(changes)) return {};
  return { changed: { ...changes, unexercised: never, exercisedOn: scopesThat(searches, changes) } };
}

/** What is to say of a search that does not come to an end, and so never says itself what it found. */
export function cutJson(heading: JsonHeading, bounds: Readonly<Bounds>, far: Progress, seconds: number) {
  const { states, transitions, depth } = far;
  return {
    ...heading,
    bounds,
    verdict: 'stopped',
    complete: false,
    states,
    transitions,
    depth,
    ...machineJson(seconds),
    violation: null,
  };
}

/** The outcome of random walks. */
export function sampleJson(
  heading: JsonHeading,
  { changes, elsewhere }: Exercise,
  layout: Layout,
  result: SampleResult,
  seconds: number,
) {
  const { walks, steps, coverage } = result;
  const never = unexercised(coverage, changes);
  return {
    ...headingOf(heading, layout, result),
    verdict: verdictOnSample(result, changes),
    complete: false,
    walks,
    steps,
    seconds: Number(seconds.toFixed(3)),
    violation: violationOf(result),
    coverage,
    ...changedJson(changes, elsewhere, never),
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
