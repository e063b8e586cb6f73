import { KERNELS } from '../../spec/kernels/named.ts';
import { RELEASES } from '../../spec/kernels/releases.ts';
import { type BoundName, DEFAULT_BOUNDS } from '../../spec/layouts/bounds.ts';
import type { Verdict as CheckVerdict } from '../check/verdict.ts';
import { linuxName } from '../linux/tree.ts';
import type { ProofVerdict } from '../prove/prove.ts';
import { type Json, record } from './read-search.ts';
import type { Search } from './search.ts';

/** What a sweep reads of the JSON of a command. */
export interface Result {
  readonly verdict: CheckVerdict | ProofVerdict;
  /** Null for a proof. */
  readonly states: number | null;
  /** Null where TLBs are whole, too. */
  readonly facts: number | null;
  readonly seconds: number;
  /** What broke first, if something did. */
  readonly broken: { readonly property: string | null; readonly trace: readonly string[] } | null;
  /** What is changed in the kernel and was never exercised, as `decision NAME`; null where nothing is changed. */
  readonly unexercised: readonly string[] | null;
}

/** What the JSON of a command says of its search; null if it does not fit to it, or not together. */
export function resultOf(json: Json, search: Search): Result | null {
  const { kernel, set, contract, layout = null, bounds = null, seconds } = json;
  const isOfSearch =
    kernel === (search.linux ? linuxName(search.kernel) : search.kernel) &&
    contract === search.contract &&
    layout === search.layout &&
    (json.linux !== undefined) === search.linux &&
    hasSet(record(set), search) &&
    hasBounds(bounds, search.bounds);
  if (!isOfSearch || typeof seconds !== 'number') return null;
  return search.task === 'prove' ? proofOf(json, seconds) : checkOf(json, seconds);
}

/** A release changes some decisions of the record that it is made from; what a kernel file changes nobody knows here. */
function hasSet(found: Json | null, { kernel, set }: Search): boolean {
  const isFile = !Object.hasOwn(KERNELS, kernel) && !Object.hasOwn(RELEASES, kernel);
  const expected = { ...RELEASES[kernel]?.set, ...set };
  const names = Object.keys(isFile ? expected : { ...expected, ...found });
  return found !== null && names.every((name) => found[name] === expected[name as keyof typeof expected]);
}

function hasBounds(bounds: unknown, expected: Search['bounds']): boolean {
  if (expected === null) return bounds === null;
  const names = Object.keys(DEFAULT_BOUNDS) as BoundName[];
  return names.every((name) => record(bounds)?.[name] === expected[name]);
}

function checkOf(
  { verdict, complete, states, facts, violation, changed }: Json,
  seconds: number,
): Result | null {
  const broken = record(violation);
  const isSound =
    verdict === 'violated'
      ? broken !== null && typeof broken.property === 'string' && isTexts(broken.trace)
      : broken === null &&
        violation === null &&
        (verdict === 'stopped' ? complete === false : complete === true && isExplored(verdict));
  if (!isSound || typeof states !== 'number' || (facts !== null && typeof facts !== 'number')) return null;
  return {
    verdict: verdict as CheckVerdict,
    states,
    facts,
    seconds,
    broken: broken as Result['broken'],
    unexercised: changed === undefined ? null : unexercisedIn(record(record(changed)?.unexercised)),
  };
}

function isExplored(verdict: unknown): boolean {
  return verdict === 'holds' || verdict === 'not exercised';
}

function unexercisedIn(never: Json | null): string[] {
  return Object.entries(never ?? {}).flatMap(([sort, names]) =>
    (Array.isArray(names) ? names : []).map((name) => `${sort} ${name}`),
  );
}

function proofOf({ verdict, trace }: Json, seconds: number): Result | null {
  const isSound =
    verdict === 'broken' ? isTexts(trace) : trace === null && (verdict === 'proved' || verdict === 'open');
  if (!isSound) return null;
  return {
    verdict: verdict as ProofVerdict,
    states: null,
    facts: null,
    seconds,
    broken: verdict === 'broken' ? { property: null, trace: trace as string[] } : null,
    unexercised: null,
  };
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}
