import { describe, expect, it } from 'vitest';
import { CONTRACTS } from '../../../spec/contracts/named.ts';
import { KERNELS } from '../../../spec/kernels/named.ts';
import { candidatesOf } from '../../../spec/proof/invariant.ts';
import {
  and,
  applied,
  choose,
  constant,
  equal,
  exists,
  type FunctionSymbol,
  forall,
  not,
  type Term,
} from '../../../spec/proof/logic.ts';
import { kindsOf, transition } from '../../../spec/proof/transitions.ts';
import { define, LEVEL_COUNTS } from '../../../spec/proof/vocabulary.ts';
import { leavesFragment } from '../../../src/prove/fragment.ts';
import { nameOf } from '../../../src/prove/houdini.ts';
import { failureOf, holdBefore, undecided } from '../../../src/prove/question.ts';

const relation: FunctionSymbol = { name: 'related', args: ['Table', 'Index'], result: 'Bool' };
const related = applied(relation);
const other: FunctionSymbol = { name: 'other', args: ['Index', 'Slot'], result: 'Bool' };
const at = applied(constant('at', 'Index'))();

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

describe('what is asked to exist hangs on the variables that are free there', () => {
  const c = applied(constant('c', 'Table'))();

  it('and not on those around it, wherever it is written', () => {
    const closed = exists(['Index'], (i) => related(c, i));
    expect(leavesFragment([forall(['Table'], (t) => equal(related(t, at), closed))])).toEqual([]);
    const named = define('someOfC', [], 'Bool', () => closed);
    expect(leavesFragment([forall(['Table', 'Index'], (t, i) => equal(related(t, i), named()))])).toEqual([]);
  });

  it('through what is given to a definition, and for no other', () => {
    const hasOne = define('hasOne', ['Table', 'Index'], 'Bool', (t) =>
      exists(['Index'], (i) => related(t as never, i)),
    );
    expect(leavesFragment([forall(['Index'], (i) => hasOne(c, i))])).toEqual([]);
    expect(leavesFragment([forall(['Table'], (t) => hasOne(t, at))])).toEqual(['for each Table some Index']);
  });

  it('through what exists for them', () => {
    const chained = forall(['Table'], (t) =>
      exists(['Index'], (i) =>
        and(
          related(t, i),
          exists(['Slot'], (k) => applied(other)(i, k)),
        ),
      ),
    );
    expect(leavesFragment([chained])).toEqual(['for each Table some Index', 'for each Table some Slot']);
  });

  it('in a condition and in what is equal, of either sign', () => {
    const ofEach = (t: Term) => exists(['Index'], (i) => related(t, i));
    const edge = ['for each Table some Index'];
    expect(leavesFragment([forall(['Table'], (t) => equal(related(t, at), ofEach(t)))])).toEqual(edge);
    expect(
      leavesFragment([forall(['Table'], (t) => choose(not(ofEach(t)), related(t, at), related(c, at)))]),
    ).toEqual(edge);
  });
});

describe('no question about a release is one', () => {
  const cases = LEVEL_COUNTS.flatMap((levels) =>
    Object.entries(KERNELS).map(([name, kernel]) => [name, levels, kernel] as const),
  );

  it.each(cases)('%s on %i levels', (_, levels, kernel) => {
    const candidates = candidatesOf(levels);
    for (const kind of kindsOf(kernel, levels)) {
      const { guard, after } = transition(kernel, CONTRACTS.kvm, kind);
      const goals = candidates.map((clause) => failureOf(clause, after));
      const question = { assumptions: [...holdBefore(candidates, levels), guard], goals };
      expect([nameOf({ kind }), undecided(question)]).toEqual([nameOf({ kind }), []]);
    }
  });

  it.each(LEVEL_COUNTS)('but one about a sync before a sync, on %i levels', (levels) => {
    const kernel = { ...KERNELS['v6.12'], currentRootSync: 'before-switch' } as const;
    const kind = kindsOf(kernel, levels).find((each) => nameOf({ kind: each }) === 'mov-cr3 none');
    const { guard, after } = transition(kernel, CONTRACTS.kvm, kind as NonNullable<typeof kind>);
    const goals = candidatesOf(levels).map((clause) => failureOf(clause, after));
    expect(undecided({ assumptions: [guard], goals })).toContain('for each Slot some Slot');
  });
});
