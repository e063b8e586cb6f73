import { describe, expect, it } from 'vitest';
import { vtlb } from '../../run-vtlb.ts';

const simulate = (...args: string[]) => vtlb(['check', '--simulate', ...args]);
const json = (...args: string[]) => JSON.parse(simulate(...args, '--json').stdout);

describe('vtlb check --simulate', () => {
  it('says that it sampled, and is silent on what it did not see', () => {
    const { status, stdout, stderr } = simulate('20', '--length', '50', '--layout', 'roles');
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout.split('\n').slice(1, 3)).toEqual(['NO VIOLATION seen', 'sampled: 20 walks, 1000 steps']);
    expect(stdout).toMatch(/not seen {3}consulted: .*injectedFault/);
    expect(stdout).not.toMatch(/not seen {3}consulted: .*newPgdHit/);
    for (const word of ['HOLDS', 'exhaustive', 'never']) expect(stdout).not.toContain(word);
    expect(json('20', '--length', '50', '--layout', 'roles')).toMatchObject({
      verdict: 'sampled',
      complete: false,
      walks: 20,
      steps: 1000,
      violation: null,
    });
  });

  it('prints the same bytes with the same seed, and walks elsewhere with another', () => {
    const args = ['200', '--length', '40', '--kernel', 'v5.13', '--seed'];
    const first = simulate(...args, '7');
    expect(simulate(...args, '7')).toEqual(first);
    const fired = (seed: string) => json('20', '--seed', seed).coverage.fired;
    expect(fired('8')).not.toEqual(fired('7'));
  });

  it('finds a violation, with a trace that replays', () => {
    const { status, stdout } = simulate('5000', '--kernel', 'v5.13');
    expect(status).toBe(1);
    expect(stdout).toMatch(/\nVIOLATED {2}vtlb-within-guest-tlb\nsampled: \d+ walks, \d+ steps\n/);
    const { verdict, violation } = json('5000', '--kernel', 'v5.13');
    expect(verdict).toBe('violated');
    const replayed = vtlb(['replay', '-', '--kernel', 'v5.13', '--json'], violation.trace.join('\n'));
    expect(JSON.parse(replayed.stdout).verdict).toBe('stale');
    expect(replayed.status).toBe(1);
  });

  it('stops at a limit with what it saw', () => {
    const { status, stdout } = simulate('100000000', '--max-seconds', '1', '--layout', 'smp');
    expect(status).toBe(3);
    expect(stdout).toMatch(/\nNO VIOLATION seen\nSTOPPED by the limit on time\nsampled: \d+ walks/);
  });
});
