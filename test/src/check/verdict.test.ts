import { describe, expect, it } from 'vitest';
import { defineKernel } from '../../../spec/define/kernel.ts';
import type { KvmFunctionName } from '../../../spec/define/kvm-functions.ts';
import { EVENT_KINDS } from '../../../spec/events/event.ts';
import { DECISION_NAMES, type DecisionName } from '../../../spec/kernels/decisions.ts';
import { KERNELS } from '../../../spec/kernels/named.ts';
import { changesOf, isChanged } from '../../../src/check/changes.ts';
import type { CheckResult } from '../../../src/check/result.ts';
import type { ScopeSearch } from '../../../src/check/search-scopes.ts';
import { verdictOn, verdictOnAll, verdictOnSample, verdictOnScope } from '../../../src/check/verdict.ts';

/** A search that consulted these decisions, and called these functions that the kernel replaces. */
function result(
  reached: readonly DecisionName[],
  some: Partial<CheckResult> = {},
  functions: readonly KvmFunctionName[] = [],
): CheckResult {
  return {
    tlbs: 'apart',
    states: 1,
    facts: 1,
    transitions: 1,
    depth: 1,
    complete: true,
    stoppedBy: null,
    violations: [],
    witnesses: new Map(),
    coverage: {
      fired: {},
      kinds: { reached: [], never: EVENT_KINDS },
      decisions: { reached, never: DECISION_NAMES.filter((name) => !reached.includes(name)) },
      functions: { reached: functions },
      requests: null,
      antecedents: null,
    },
    symmetry: false,
    bytes: 0,
    unwritten: null,
    ...some,
  };
}

const BROKEN = { violations: [{ property: 'x', message: '', trace: [] }], complete: false };
const on = (found: CheckResult | null): ScopeSearch => ({
  scope: { layout: 'minimal', bounds: {} },
  result: found,
});
const changes = changesOf(
  defineKernel({ base: 'v6.12', pcideSet: 'nothing', pgeToggle: 'reset' }),
  KERNELS['v6.12'],
);

describe('what is changed in a kernel', () => {
  it('is what differs from its base', () => {
    expect(changes).toEqual({ decisions: ['pcideSet', 'pgeToggle'], functions: [], reducers: [] });
    expect(isChanged(changes)).toBe(true);
    expect(isChanged(changesOf(defineKernel({ base: 'v6.12', invlpg: 'sync' }), KERNELS['v6.12']))).toBe(
      false,
    );
  });
});

describe('the verdict', () => {
  it.each([
    [['pcideSet', 'pgeToggle'], {}, 'holds', 'holds'],
    [['pcideSet'], {}, 'not exercised', 'holds'],
    [[], {}, 'not exercised', 'not exercised'],
    [[], BROKEN, 'violated', 'violated'],
    [[], { complete: false }, 'stopped', 'stopped'],
  ] as const)('of one search that consulted %j and came to %j', (reached, some, one, ofSeveral) => {
    expect(verdictOn(result(reached, some), changes)).toBe(one);
    expect(verdictOnScope(on(result(reached, some)), changes)).toBe(ofSeveral);
  });

  it('is not exercised where a function that is replaced is never called', () => {
    const own = changesOf(defineKernel({ base: 'v6.12', kvm: { unload: () => {} } }), KERNELS['v6.12']);
    expect(own).toEqual({ decisions: [], functions: ['unload'], reducers: [] });
    const [never, called] = [result([]), result([], {}, ['unload'])];
    expect([verdictOn(never, own), verdictOn(called, own)]).toEqual(['not exercised', 'holds']);
    expect([on(never), on(called)].map((each) => verdictOnScope(each, own))).toEqual([
      'not exercised',
      'holds',
    ]);
    expect(verdictOnAll([on(never), on(called)], own)).toBe('holds');
  });

  it('of random walks never is that it holds', () => {
    const walked = (reached: readonly DecisionName[], some: Partial<CheckResult> = {}) =>
      verdictOnSample({ ...result(reached, some), walks: 1, steps: 1 }, changes);
    expect(walked(['pcideSet', 'pgeToggle'])).toBe('sampled');
    expect(walked(['pcideSet'])).toBe('not exercised');
    expect(walked(['pcideSet'], { stoppedBy: 'time' })).toBe('stopped');
    expect(walked([], BROKEN)).toBe('violated');
  });

  it('of several takes all changes together', () => {
    const half = [on(result(['pcideSet'])), on(result([]))];
    expect(verdictOnAll(half, changes)).toBe('not exercised');
    expect(verdictOnAll([...half, on(result(['pgeToggle']))], changes)).toBe('holds');
    expect(verdictOnAll([...half, on(null)], changes)).toBe('stopped');
    expect(verdictOnAll([on(null), on(result([], BROKEN))], changes)).toBe('violated');
    expect(verdictOnAll([on(null)], changes)).toBe('stopped');
  });
});
