import { describe, expect, it } from 'vitest';
import { vtlb } from '../../run-vtlb.ts';

const replay = (trace: string, ...args: string[]) => {
  const { status, stdout } = vtlb(['replay', '-', '--json', ...args], trace);
  return { status, value: JSON.parse(stdout) };
};

describe('vtlb replay --json', () => {
  it('gives line, outcome, requests, root, prev_roots and what is read, after every event', () => {
    const trace =
      '# three spaces\nmov-cr3 b noflush\naccess u0\nmov-cr4 pcide=1\nmov-cr3 c pcid=1\nmov-cr3 a noflush\nmov-cr3 a\n';
    const { status, value } = replay(trace, '--bound', 'spaces=3', '--kernel', 'v6.12');
    const flush = ['MMU_SYNC', 'TLB_FLUSH_CURRENT'];
    const step = (
      line: number,
      event: string,
      requests: string[],
      root: string,
      prevRoots: (string | null)[],
    ) => ({
      line,
      event,
      outcome: 'ok',
      requests,
      root,
      prevRoots,
      sees: event === 'access u0' ? ['f1'] : [],
      violations: [],
    });
    expect(value.steps).toEqual([
      { ...step(2, 'mov-cr3 b noflush', [], 'a|0', [null, null, null]), outcome: '#GP' },
      step(3, 'access u0', [], 'a|0', [null, null, null]),
      step(4, 'mov-cr4 pcide=1', [], 'a|0', [null, null, null]),
      step(5, 'mov-cr3 c pcid=1', flush, 'c|1', ['a|0', null, null]),
      step(6, 'mov-cr3 a noflush', ['LOAD_MMU_PGD'], 'a|0', ['c|1', null, null]),
      step(7, 'mov-cr3 a', flush, 'a|0', ['c|1', null, null]),
    ]);
    expect([status, value.verdict]).toEqual([0, 'clean']);
    expect(Object.keys(value)).toEqual(['kernel', 'set', 'contract', 'layout', 'steps', 'verdict']);
  });

  it('goes on after a violation, and calls it stale', () => {
    const trace =
      'access u0\nwrite-pte a:u0 f2\nwrite-pte b:u0 f2\nmov-cr3 b\nmov-cr4 pcide=1\nmov-cr3 a noflush\naccess u0\n';
    const { status, value } = replay(trace, '--kernel', 'v5.13');
    expect(value.verdict).toBe('stale');
    expect(status).toBe(1);
    expect(value.steps.at(-1)).toMatchObject({ sees: ['f1'], violations: ['vtlb-within-guest-tlb'] });
  });

  it('calls a breach of another property broken', () => {
    const { status, value } = replay('mov-cr3 b\nmov-cr4 pcide=1\n', '--kernel', 'v5.13');
    expect([status, value.verdict]).toEqual([1, 'broken']);
    expect(value.steps[1].violations).toEqual(['prev-roots-outside-vtlb']);
  });

  it('takes an empty trace', () => {
    expect(replay('# nothing\n').value).toMatchObject({ steps: [], verdict: 'clean' });
  });

  it('takes CR0.WP, CR4.SMEP and zap-all on every layout, and several CR4 bits at once', () => {
    const trace = 'mov-cr0 wp=0\nmov-cr4 pcide=1 pge=1 smep=1\nhost zap-all\naccess u0\n';
    for (const layout of ['minimal', 'kernel', 'shared', 'deep', 'smp', 'roles']) {
      expect(replay(trace, '--layout', layout).value.verdict).toBe('clean');
    }
  });
});

describe('vtlb replay', () => {
  it('shows the three parts of each step', () => {
    const { stdout } = vtlb(['replay', 'spec/scenarios/same-cr3-flush.trace']);
    expect(stdout).toContain('CLEAN');
    expect(stdout).toMatch(/ {5}exit {7}.*requests none -> MMU_SYNC TLB_FLUSH_CURRENT/);
    expect(stdout).toMatch(/ {5}enter {6}.*hardware TLB drops 0:u0=f1/);
    expect(stdout).toMatch(/ {5}speculate {2}guest TLB takes in 0:u0=f2/);
  });

  it('shows all that an event changes', () => {
    const trace = 'host fail-entry\nwrite-pte a:u0 f2\nmov-cr3 a pcid=1\n';
    const { stdout } = vtlb(['replay', '-', '--layout', 'faults'], trace);
    expect(stdout).toMatch(/1 {2}host fail-entry\n {5}exit {7}the next entry will fail\n/);
    expect(stdout).toMatch(/2 {2}write-pte a:u0 f2\n {5}exit {7}a\.u u0 f1 -> f2; a\.u becomes writable\n/);
    expect(stdout).toMatch(/3 {2}mov-cr3 a pcid=1\n {5}exit {7}CR3 a\|0 -> a\|1; .*prev_roots .*a\|0/);
    expect(stdout).toMatch(/enter {6}.*the entry has failed/);
  });
});

describe('CR4.SMEP while CR0.WP=1', () => {
  const TRACE = [
    ...['mov-cr3 b', 'write-pte a:u1 f2 emulated', 'access u1', 'mov-cr4 smep=1', 'mov-cr3 b'],
    ...['access k0', 'write-pte b:u1 f2', 'access u1'],
  ];
  const bounds = ['spaces=2', 'userPages=2', 'kernelPages=1', 'pcids=2', 'frames=3'];

  // Running kernels read the same: 6.1.192 and 6.12.117 the old frame, 7.3.4 the new one.
  it.each([
    ['v6.1', 'f1'],
    ['v6.12', 'f1'],
    ['v7.1', 'f1'],
    ['v7.2', 'f2'],
    ['v7.3', 'f2'],
  ])('%s: a page synced for the other role is read as %s', (kernel, frame) => {
    const set = bounds.flatMap((bound) => ['--bound', bound]);
    const { value } = replay(`${TRACE.join('\n')}\n`, '--kernel', kernel, '--layout', 'roles', ...set);
    expect(value.steps.at(-1).sees).toEqual([frame]);
    expect(value.verdict).toBe('clean');
  });
});
