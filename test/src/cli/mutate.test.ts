import { describe, expect, it } from 'vitest';
import { vtlb } from '../../run-vtlb.ts';

describe('vtlb mutate', () => {
  it('refuses a decision that does not exist, and says which do', () => {
    const { status, stdout, stderr } = vtlb(['mutate', '--decision', 'pcid']);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain("unknown decision 'pcid': expected one of rootReuse,");
  });

  it('says of a kernel in breach that it is, and compares its mutants only where it holds', () => {
    const { status, stdout } = vtlb([
      'mutate',
      '--kernel',
      'v5.13',
      '--decision',
      'invalidCurrentRoot',
      '--json',
    ]);
    const { base, mutants, kernel, contract, set } = JSON.parse(stdout);
    expect([status, kernel, contract, set]).toEqual([1, 'v5.13', 'kvm', {}]);
    const names = (verdict: string) =>
      base.filter((each: { verdict: string }) => each.verdict === verdict).map(nameOf);
    expect(names('violated').length).toBeGreaterThan(0);
    expect(base[0].violation.property).toBe('vtlb-within-guest-tlb');
    const trace = base[0].violation.trace.join('\n');
    const where = ['--layout', 'faults'];
    expect(vtlb(['replay', '-', '--kernel', 'v5.13', ...where], trace).status).toBe(1);
    for (const mutant of mutants)
      expect(mutant.layouts.map(nameOf).filter((name: string) => names('violated').includes(name))).toEqual(
        [],
      );
  });

  it('stops at a limit on time and says what is not decided', () => {
    const { status, stdout } = vtlb(['mutate', '--max-seconds', '1']);
    expect(status).toBe(3);
    expect(stdout).toContain('STOPPED');
    expect(stdout).toContain('not decided');
  });
});

function nameOf({ layout, bounds }: { layout: string; bounds: object }): string {
  return `${layout} ${JSON.stringify(bounds)}`;
}
