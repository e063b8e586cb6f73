import { expect, it } from 'vitest';
import { vtlb } from '../../run-vtlb.ts';

it('prints the same bytes when worker threads search and find what breaks', () => {
  // Found after 585,674 states, which are more than a search leaves to one thread.
  const bounds = ['--bound', 'spaces=3', '--bound', 'userPages=2'];
  const args = ['check', '--layout', 'deep', '--contract', 'sdm', ...bounds];
  const alone = vtlb([...args, '--workers', '1']);
  expect([alone.status, alone.stderr]).toEqual([1, '']);
  expect(alone.stdout).toMatch(/found at depth \d+, in \d{6} bookkeeping states/);
  expect(vtlb([...args, '--workers', '2'])).toEqual(alone);
});
