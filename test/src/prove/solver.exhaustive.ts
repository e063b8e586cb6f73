import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONTRACTS } from '../../../spec/contracts/named.ts';
import { KERNELS } from '../../../spec/kernels/named.ts';
import { CANDIDATES } from '../../../spec/proof/invariant.ts';
import { and, equal, exists, not } from '../../../spec/proof/logic.ts';
import { kindsOf, transition } from '../../../spec/proof/transitions.ts';
import { fixed, STATE_BEFORE } from '../../../spec/proof/vocabulary.ts';
import { nameOf } from '../../../src/prove/houdini.ts';
import { failureOf, holdBefore, scriptOf } from '../../../src/prove/question.ts';
import type * as Solvers from '../../../src/prove/solver.ts';
import { answersIn, type Solver } from '../../../src/prove/solver.ts';

const KERNEL = KERNELS['v6.12'];
const CLAUSES = CANDIDATES.filter(({ name }) => !name.endsWith('nothing-cached'));
const KINDS = kindsOf(KERNEL).map(
  (kind) => [nameOf({ kind }), transition(KERNEL, CONTRACTS.kvm, kind)] as const,
);
const { signal } = new AbortController();

/** Built, as worker threads load no TypeScript. */
const { openSolver }: typeof Solvers = await import(
  new URL('../../../dist/src/prove/solver.js', import.meta.url).href
);

/** What the steps that are proved about may start from: an unsync page that disagrees, a cached root, two vCPUs. */
const RICH = and(
  exists(['Table', 'Role', 'Index'], (t, r, i) =>
    and(
      STATE_BEFORE.unsync(t, r),
      not(equal(STATE_BEFORE.spte(t, r, i), fixed.none)),
      not(equal(STATE_BEFORE.spte(t, r, i), STATE_BEFORE.memory(t, i))),
    ),
  ),
  exists(['Vcpu', 'Space', 'Low', 'Role'], STATE_BEFORE.cached),
  exists(['Vcpu', 'Vcpu'], (one, other) => not(equal(one, other))),
);

const isThere = (program: string) => spawnSync(program, ['--version']).status === 0;

describe.each([undefined, 'z3', 'cvc5'])('solver %s', (program) => {
  let solver: Solver;
  const isSkipped = program !== undefined && !isThere(program);
  beforeAll(async () => {
    if (!isSkipped) solver = await openSolver(program);
  });
  afterAll(() => solver?.close());

  it.skipIf(isSkipped).each(KINDS)('%s keeps every clause', async (_, { guard, after }) => {
    const goals = CLAUSES.map((clause) => failureOf(clause, after));
    const question = { assumptions: [...holdBefore(CLAUSES), guard], goals };
    const answers = answersIn(await solver.run(scriptOf(question), signal), goals.length, solver.name);
    expect(answers.filter((answer) => answer === 'sat')).toEqual([]);
    // cvc5 may not say within its time; where it says, it says the same.
    if (program !== 'cvc5') expect(answers.filter((answer) => answer !== 'unsat')).toEqual([]);
  });

  it.skipIf(isSkipped || program === 'cvc5').each(KINDS)(
    '%s has a rich state before it',
    async (name, { guard }) => {
      const question = { assumptions: [...holdBefore(CLAUSES), guard], goals: [RICH] };
      const [answer] = answersIn(await solver.run(scriptOf(question), signal), 1, solver.name);
      expect([name, answer]).toEqual([name, name.endsWith(' current') ? 'unsat' : 'sat']);
    },
  );
});
