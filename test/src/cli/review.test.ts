import { expect, it } from 'vitest';
import { CLAIMS } from '../../../spec/claims/claims.ts';
import { npm } from '../../run-vtlb.ts';

it('npm start decides every claim, each with its evidence', () => {
  const { status, stdout } = npm(['start', '--silent', '--', '--json']);
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
  expect(claims[5].states).toBe(31_408 + 4 * 9 + 2);
  expect(status).toBe(0);
});
