import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONTRACTS } from '../../../spec/contracts/named.ts';
import { KERNELS } from '../../../spec/kernels/named.ts';
import { candidatesOf } from '../../../spec/proof/invariant.ts';
import { and, applied, equal, exists, not, type Term, TRUE } from '../../../spec/proof/logic.ts';
import { kindsOf, OPERANDS, transition } from '../../../spec/proof/transitions.ts';
import { at, fixed, LEVEL_COUNTS, vocabularyOf } from '../../../spec/proof/vocabulary.ts';
import { nameOf } from '../../../src/prove/houdini.ts';
import { failureOf, holdBefore, scriptOf } from '../../../src/prove/question.ts';
import type * as Solvers from '../../../src/prove/solver.ts';
import { answersIn, type Solver } from '../../../src/prove/solver.ts';

const KERNEL = KERNELS['v6.12'];
const clausesOf = (levels: number) =>
  candidatesOf(levels).filter(({ name }) => !name.endsWith('nothing-cached'));
const KINDS = LEVEL_COUNTS.flatMap((levels) =>
  kindsOf(KERNEL, levels).map(
    (kind) => [levels, nameOf({ kind }), transition(KERNEL, CONTRACTS.kvm, kind)] as const,
  ),
);
const { signal } = new AbortController();

/** Built, as worker threads load no TypeScript. */
const { openSolver }: typeof Solvers = await import(
  new URL('../../../dist/src/prove/solver.js', import.meta.url).href
);

/** What the steps that are proved about may start from: a walk to an unsync page that disagrees, a cached root, two vCPUs. */
function rich(levels: number): Term {
  const { before } = vocabularyOf(levels);
  const isStale = (t: Term, r: Term, i: Term) =>
    and(
      before.unsync(t, r),
      not(equal(before.spte(t, r, i), fixed.none)),
      not(equal(before.spte(t, r, i), before.memory(t, i))),
    );
  const slots = before.levels.map(() => 'Slot' as const);
  return and(
    exists(['Space', 'Role', 'Index', ...slots], (s, r, i, ...path) => {
      const isMarked: Term[] = [];
      const table = before.levels.reduce<Term>((upper, level, depth) => {
        const { linked, link, unsyncChildren } = at(before, level);
        const k = path[depth] as Term;
        isMarked.push(linked(upper, r as Term, k), unsyncChildren(upper, r as Term, k));
        return link(upper, r as Term, k);
      }, s as Term);
      return and(...isMarked, isStale(table, r as Term, i as Term));
    }),
    exists(['Vcpu', 'Space', 'Low', 'Role'], before.cached),
    exists(['Vcpu', 'Vcpu'], (one, other) => not(equal(one, other))),
  );
}

/** That an access comes to a directory that its root does not link, and that has something unsync below it. */
function linksMarked(): Term {
  const { before } = vocabularyOf(3);
  const [top, directories] = before.levels as [
    (typeof before.levels)[number],
    (typeof before.levels)[number],
  ];
  const [vcpu, page] = [applied(OPERANDS.vcpu)(), applied(OPERANDS.page)()];
  const [space, role, slot] = [before.rootSpace(vcpu), before.rootRole(vcpu), fixed.slot(top, page)];
  const { present, entry, linked } = at(before, top);
  return and(
    present(space, slot),
    not(linked(space, role, slot)),
    exists(['Slot'], (k) => at(before, directories).unsyncChildren(entry(space, slot), role, k)),
  );
}

const isThere = (program: string) => spawnSync(program, ['--version']).status === 0;

describe.each([undefined, 'z3', 'cvc5'])('solver %s', (program) => {
  let solver: Solver;
  const isSkipped = program !== undefined && !isThere(program);
  beforeAll(async () => {
    if (!isSkipped) solver = await openSolver(program);
  });
  afterAll(() => solver?.close());

  it.skipIf(isSkipped).each(KINDS)('%i: %s keeps every clause', async (levels, _, { guard, after }) => {
    const clauses = clausesOf(levels);
    const goals = clauses.map((clause) => failureOf(clause, after));
    const question = { assumptions: [...holdBefore(clauses, levels), guard], goals };
    const answers = answersIn(await solver.run(scriptOf(question), signal), goals.length, solver.name);
    expect(answers.filter((answer) => answer === 'sat')).toEqual([]);
    // cvc5 may not say within its time; where it says, it says the same.
    if (program !== 'cvc5') expect(answers.filter((answer) => answer !== 'unsat')).toEqual([]);
  });

  it.skipIf(isSkipped || program === 'cvc5').each(KINDS)(
    '%i: %s has a rich state before it',
    async (levels, name, { guard }) => {
      const also = name === 'access' && levels === 3 ? linksMarked() : TRUE;
      const question = {
        assumptions: [...holdBefore(clausesOf(levels), levels), guard],
        goals: [and(rich(levels), also)],
      };
      const [answer] = answersIn(await solver.run(scriptOf(question), signal), 1, solver.name);
      expect([name, answer]).toEqual([name, name.endsWith(' current') ? 'unsat' : 'sat']);
    },
  );
});
