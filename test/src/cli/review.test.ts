import { expect, it } from 'vitest';
import { CLAIMS } from '../../../spec/claims/claims.ts';
import { vtlb } from '../../run-vtlb.ts';

it('vtlb review decides every claim, each with its evidence', () => {
  const { status, stdout } = vtlb(['review', '--json']);
  const { claims } = JSON.parse(stdout);
  expect(claims.map(({ number, holds }: { number: number; holds: boolean }) => [number, holds])).toEqual(
    CLAIMS.map(({ number }) => [number, true]),
  );
  const verdicts = claims.map(({ verdict }: { verdict: string }) => verdict);
  expect(verdicts).toEqual([
    'counterexample',
    'counterexample',
    'exhaustive',
    'exhaustive',
    'witness',
    'exhaustive',
    'exhaustive',
    'counterexample',
    'exhaustive',
    'exhaustive',
    'exhaustive',
    'exhaustive',
    'exhaustive',
    'counterexample',
  ]);
  expect(claims[5].states).toBe(149_990 + 4 * 9 + 2);
  expect(status).toBe(0);
});
