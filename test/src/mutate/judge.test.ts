import { describe, expect, it } from 'vitest';
import { SAFETY } from '../../../spec/properties/vtlb-within-guest-tlb.ts';
import type { CheckResult } from '../../../src/check/result.ts';
import { formatScope, type Scope } from '../../../src/check/scopes.ts';
import { type BaseSearch, judge } from '../../../src/mutate/judge.ts';

const MUTANT = { decision: 'pcideSet', from: 'unload', to: 'nothing' } as const;
const MINIMAL: Scope = { layout: 'minimal', bounds: {} };
const SHARED: Scope = { layout: 'shared', bounds: { cachedRoots: 1 } };
const SMP: Scope = { layout: 'smp', bounds: {} };

/** A search that breaks these properties, each after so many events. */
function result(breaks: Record<string, number> = {}, states = 7): CheckResult {
  return {
    tlbs: 'apart',
    states,
    facts: 9,
    transitions: 20,
    depth: 3,
    complete: breaks[SAFETY] === undefined,
    stoppedBy: null,
    violations: Object.entries(breaks).map(([property, events]) => ({
      property,
      message: 'broken',
      trace: Array.from({ length: events }, () => ({ kind: 'access', cpu: 0, page: 'u0' })),
    })),
    witnesses: new Map(),
    coverage: {
      fired: {},
      kinds: { reached: [], never: [] },
      decisions: { reached: ['pcideSet'], never: [] },
      functions: { reached: [] },
      requests: null,
      antecedents: null,
    },
    symmetry: false,
    bytes: 0,
    unwritten: null,
  };
}

function unconsulted(scope: Scope): BaseSearch {
  const decisions = { reached: [], never: ['pcideSet'] };
  return { scope, result: { ...result(), coverage: { ...result().coverage, decisions } } };
}

/** Judges the mutant whose searches find this, in the order of the layouts; which of them were carried out. */
async function judged(found: readonly (CheckResult | null)[], bases?: readonly BaseSearch[]) {
  const searches =
    bases ?? [MINIMAL, SHARED, SMP].slice(0, found.length).map((scope) => ({ scope, result: result() }));
  const searched: string[] = [];
  const verdict = await judge(MUTANT, searches, async (scope) => {
    searched.push(formatScope(scope));
    return found[searched.length - 1] ?? null;
  });
  return { ...verdict, searched };
}

describe('judge', () => {
  it('calls a mutant not needed that was explored whole everywhere', async () => {
    const { needed, breach, explored } = await judged([result({}, 8), result()]);
    expect([needed, breach]).toEqual([false, null]);
    expect(explored[0]).toEqual({
      scope: MINIMAL,
      consulted: true,
      states: 8,
      facts: 9,
      transitions: 20,
      depth: 3,
    });
    expect(explored.length).toBe(2);
  });

  it('stops where safety breaks', async () => {
    const { needed, breach, searched } = await judged([result(), result({ [SAFETY]: 4 }), result()]);
    expect([needed, breach?.property, breach?.trace.length, breach?.scope]).toEqual([
      true,
      SAFETY,
      4,
      SHARED,
    ]);
    expect(searched).toEqual(['minimal', 'shared cachedRoots=1']);
  });

  it('goes on behind a breach of another property, and reports safety if that breaks', async () => {
    const { breach, searched } = await judged([result({ 'root-matches-cr3': 2 }), result({ [SAFETY]: 9 })]);
    expect([breach?.property, searched.length]).toEqual([SAFETY, 2]);
  });

  it('reports the shortest trace where only other properties break', async () => {
    const { needed, breach, explored } = await judged([
      result({ 'root-matches-cr3': 5 }),
      result({ 'cached-roots-distinct': 3 }),
      result({ 'root-matches-cr3': 3 }),
    ]);
    expect([needed, breach?.property, breach?.scope]).toEqual([true, 'cached-roots-distinct', SHARED]);
    expect(explored.length).toBe(3);
  });

  it('searches only where the kernel consults the decision', async () => {
    const { needed, explored, searched } = await judged(
      [result()],
      [unconsulted(MINIMAL), { scope: SHARED, result: result() }],
    );
    expect(searched).toEqual(['shared cachedRoots=1']);
    expect([needed, explored.map(({ consulted }) => consulted)]).toEqual([false, [false, true]]);
  });

  it('decides nothing where a search is cut off or stopped, or where there is none', async () => {
    for (const found of [null, { ...result(), complete: false }])
      expect((await judged([result({ 'root-matches-cr3': 2 }), found])).needed).toBe(null);
    expect((await judged([], [])).needed).toBe(null);
  });
});
