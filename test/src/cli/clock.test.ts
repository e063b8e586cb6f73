import { describe, expect, it } from 'vitest';
import { vtlb, vtlbUntil } from '../../run-vtlb.ts';

/** A guest so large that one state has thousands of events, each slow where the spec is run step by step. */
const LARGE = ['spaces=8', 'pcids=16', 'userPages=8', 'frames=8', 'kernelPages=8', 'vcpus=4'].flatMap(
  (bound) => ['--bound', bound],
);
const SLOWEST = ['check', '--engine', 'spec', '--layout', 'kernel', ...LARGE];

describe('a limit on time', () => {
  it.each([
    [SLOWEST],
    [['check', '--engine', 'spec', '--layout', 'deep']],
    [['compare', 'v6.4', 'v6.12']],
    [['review']],
  ])('ends %j', (args) => {
    const start = performance.now();
    const { status, stdout } = vtlb([...args, '--max-seconds', '1']);
    expect(status).toBe(3);
    expect(stdout).not.toBe('');
    // On a machine that does nothing else it takes two seconds.
    expect(performance.now() - start).toBeLessThan(40_000);
  });
});

it('Ctrl-C ends the slowest search with what is known of it', async () => {
  const start = performance.now();
  const isAtWork = () => performance.now() - start > 6000;
  const { status, stdout } = await vtlbUntil('SIGINT', isAtWork, [...SLOWEST, '--json']);
  expect([status, JSON.parse(stdout).verdict]).toEqual([3, 'stopped']);
});
