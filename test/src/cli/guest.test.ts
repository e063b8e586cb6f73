import { describe, expect, it } from 'vitest';
import { vtlb } from '../../run-vtlb.ts';

const LAYOUT = [
  '--layout',
  'kernel',
  '--bound',
  'userPages=0',
  '--bound',
  'pcids=2',
  '--bound',
  'cachedRoots=1',
];
const check = (...args: string[]) => vtlb(['check', '--contract', 'sdm', ...LAYOUT, ...args]);

describe('vtlb check --guest', () => {
  it('holds for Linux what does not hold for every guest', () => {
    const linux = check('--guest', 'linux', '--json');
    expect(linux.status).toBe(0);
    expect(JSON.parse(linux.stdout)).toMatchObject({ guest: 'linux', verdict: 'holds', complete: true });
    expect(check('--json').status).toBe(1);
  });

  it('says which guest it was, and what the guest did', () => {
    const { stdout } = check('--guest', 'linux-prompt');
    expect(stdout).toContain('guest linux-prompt');
    expect(stdout).toContain('HOLDS  all 14 properties');
    expect(stdout).toContain('sometimes  an mm without a context gets an ASID that another mm had');
  });

  it('finds what Linux would notice', () => {
    const { status, stdout } = check('--guest', 'linux', '--set', 'flushGuestService=hardware-only');
    expect(status).toBe(1);
    expect(stdout).toContain('Also broken: guest-reads-what-it-flushed-for');
  });

  it.each([
    [['--guest', 'bsd'], "argument 'bsd' is invalid. Allowed choices are linux, linux-prompt, linux-kpti."],
    [['--guest', 'linux', '--engine', 'spec'], 'error: --guest: expected no --engine, found spec'],
    [['--guest', 'linux', '--bound', 'vcpus=2'], 'error: guest linux: expected bound vcpus=1, not 2'],
  ])('%j is bad input', (args, message) => {
    const { status, stderr } = check(...args);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
  });
});
