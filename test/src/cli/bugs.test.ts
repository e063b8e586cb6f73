import { expect, it } from 'vitest';
import { vtlb } from '../../run-vtlb.ts';

it('lists the bugs', () => {
  const { stdout, status } = vtlb(['bugs']);
  expect(status).toBe(0);
  expect(stdout).toContain('34 of 51 are reproduced');
});

it('replays one before and after its fix', () => {
  const { stdout, status } = vtlb(['bugs', '29']);
  expect(status).toBe(0);
  expect(stdout).toContain('before: v5.12: stale (vtlb-within-guest-tlb)');
  expect(stdout).toContain('after: v5.13: clean');
  expect(stdout).toContain('as before on this trace: v5.12');
});

it('says what the model would need for one that is out of scope', () => {
  const { stdout, status } = vtlb(['bugs', '33']);
  expect(status).toBe(0);
  expect(stdout).toContain('Out of scope: ');
  expect(stdout).toContain('It needs ');
});

it('prints JSON', () => {
  const { bugs } = JSON.parse(vtlb(['bugs', '2', '--json']).stdout);
  expect(bugs).toMatchObject([
    {
      number: 2,
      kind: 'over',
      outOfScope: null,
      reproductions: [{ trace: ['mov-cr3 b', 'mov-cr3 a'], holds: true, shows: { costs: 'rootLoads' } }],
    },
  ]);
});

it.each(['0', '52', 'one'])('refuses number %s', (number) => {
  const { stderr, stdout, status } = vtlb(['bugs', number]);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain(`no bug '${number}': expected a number from 1 to 51`);
});
