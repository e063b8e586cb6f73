import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { candidatesOf } from '../../../spec/proof/invariant.ts';
import { SAFETY } from '../../../spec/properties/vtlb-within-guest-tlb.ts';
import { NOT_KEPT } from '../../../src/explore/model/not-kept.ts';
import { vtlb } from '../../run-vtlb.ts';

it('vtlb prove proves v6.12 by the package z3-solver, as the manual shows it', () => {
  const { status, stdout } = vtlb(['prove']);
  expect(status).toBe(0);
  const words = (text: string) => text.split(/\s+/).join(' ');
  expect(words(readFileSync('proofs-notes/manual/prove.md', 'utf8'))).toContain(words(stdout.trimEnd()));
  const [, clauses = ''] = /^clauses +([^:]*?)^covers/ms.exec(stdout) ?? [];
  const kept = clauses.split(',').map((name) => name.trim());
  expect(kept).toContain(SAFETY);
  const names = candidatesOf(3).map(({ name }) => name);
  expect(names.filter((name) => !kept.includes(name))).toEqual(NOT_KEPT['v6.12']);
  const questions = [...stdout.matchAll(/\((\d+) questions/g)].map(([, count]) => Number(count));
  expect(questions.map((count) => count > 500)).toEqual([true, true]);
});
