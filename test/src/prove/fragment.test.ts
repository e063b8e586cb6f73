import { describe, expect, it } from 'vitest';
import { CONTRACTS } from '../../../spec/contracts/named.ts';
import { KERNELS } from '../../../spec/kernels/named.ts';
import { CANDIDATES } from '../../../spec/proof/invariant.ts';
import { applied, constant, exists, type FunctionSymbol, forall, not } from '../../../spec/proof/logic.ts';
import { kindsOf, transition } from '../../../spec/proof/transitions.ts';
import { define } from '../../../spec/proof/vocabulary.ts';
import { leavesFragment } from '../../../src/prove/fragment.ts';
import { nameOf } from '../../../src/prove/houdini.ts';
import { failureOf, holdBefore, undecided } from '../../../src/prove/question.ts';

const relation: FunctionSymbol = { name: 'related', args: ['Table', 'Index'], result: 'Bool' };
const related = applied(relation);

describe('a formula that a solver need not decide is refused', () => {
  const alternates = forall(['Table'], (t) => exists(['Index'], (i) => related(t, i)));

  it('as it stands, and not the other way round', () => {
    expect(leavesFragment([alternates])).toEqual(['for each Table some Index']);
    expect(leavesFragment([not(alternates)])).toEqual([]);
    expect(leavesFragment([exists(['Index'], (i) => forall(['Table'], (t) => related(t, i)))])).toEqual([]);
  });

  it('within a definition', () => {
    const hasOne = define('hasOne', ['Table'], 'Bool', (t) =>
      exists(['Index'], (i) => related(t as never, i)),
    );
    expect(leavesFragment([forall(['Table'], (t) => hasOne(t))])).toEqual(['for each Table some Index']);
    expect(leavesFragment([forall(['Table'], (t) => not(hasOne(t)))])).toEqual([]);
  });

  it('where functions go in a circle', () => {
    const to: FunctionSymbol = { name: 'to', args: ['Table'], result: 'Index' };
    const back: FunctionSymbol = { name: 'back', args: ['Index'], result: 'Table' };
    const t = applied(constant('t', 'Table'))();
    const circle = related(applied(back)(applied(to)(t)), applied(to)(t));
    expect(leavesFragment([circle])).toEqual([expect.stringContaining('functions in a circle')]);
  });
});

describe('no question about a release is one', () => {
  it.each(Object.entries(KERNELS))('%s', (_, kernel) => {
    for (const kind of kindsOf(kernel)) {
      const { guard, after } = transition(kernel, CONTRACTS.kvm, kind);
      const goals = CANDIDATES.map((clause) => failureOf(clause, after));
      const question = { assumptions: [...holdBefore(CANDIDATES), guard], goals };
      expect([nameOf({ kind }), undecided(question)]).toEqual([nameOf({ kind }), []]);
    }
  });

  it('but one about a sync before a sync', () => {
    const kernel = { ...KERNELS['v6.12'], currentRootSync: 'before-switch' } as const;
    const kind = kindsOf(kernel).find((each) => nameOf({ kind: each }) === 'mov-cr3 none');
    const { guard, after } = transition(kernel, CONTRACTS.kvm, kind as NonNullable<typeof kind>);
    const goals = CANDIDATES.map((clause) => failureOf(clause, after));
    expect(undecided({ assumptions: [guard], goals })).toContain('for each Slot some Slot');
  });
});
