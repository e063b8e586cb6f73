import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { startVtlb, vtlb } from '../../run-vtlb.ts';

const json = (...args: string[]) => {
  const { status, stdout, stderr } = vtlb(['check', ...args, '--json']);
  return { status, stderr, value: JSON.parse(stdout) };
};

describe('vtlb check', () => {
  it('finds the hole of v5.13 in at most six events, and replays it', () => {
    const { status, value, stderr } = json('--kernel', 'v5.13', '--contract', 'kvm');
    expect(status).toBe(1);
    expect(stderr).toBe('');
    expect(Object.keys(value)).toEqual([
      'kernel',
      'set',
      'contract',
      'layout',
      'bounds',
      'engine',
      'verdict',
      'complete',
      'states',
      'transitions',
      'depth',
      'seconds',
      'peakBytes',
      'violation',
    ]);
    expect(value).toMatchObject({ verdict: 'violated', violation: { property: 'vtlb-within-guest-tlb' } });
    expect(value.violation.trace.length).toBeLessThanOrEqual(6);
    const replayed = vtlb(['replay', '-', '--kernel', 'v5.13', '--json'], value.violation.trace.join('\n'));
    expect(JSON.parse(replayed.stdout).verdict).toBe('stale');
    expect(replayed.status).toBe(1);
  });

  it('holds for naive, explored whole, under both contracts', () => {
    for (const contract of ['sdm', 'kvm']) {
      const { status, value } = json('--kernel', 'naive', '--contract', contract);
      expect([status, value.verdict, value.complete, value.violation]).toEqual([0, 'holds', true, null]);
    }
  });

  it('is violated for the patch without its CR4 part, and for v6.12 under sdm', () => {
    expect(json('--kernel', 'patch', '--set', 'pcideSet=nothing').value.verdict).toBe('violated');
    expect(json('--kernel', 'v6.12', '--contract', 'sdm').value.verdict).toBe('violated');
  });

  it.each([
    ['--max-states', '700', 'the limit on states'],
    ['--max-memory', '1', 'the limit on memory'],
  ])('stops cleanly at %s %s', (flag, value, words) => {
    const { status, stdout } = vtlb(['check', flag, value]);
    expect(status).toBe(3);
    expect(stdout).toContain(`STOPPED by ${words}`);
    const stopped = json(flag, value);
    expect([stopped.status, stopped.value.verdict, stopped.value.complete]).toEqual([3, 'stopped', false]);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'stops cleanly at %s with what was found so far',
    async (signal) => {
      const child = startVtlb(['check', '--layout', 'kernel', '--json']);
      setTimeout(() => child.kill(signal), 2500);
      let stdout = '';
      for await (const chunk of child.stdout) stdout += chunk;
      const value = JSON.parse(stdout);
      expect([value.verdict, value.complete]).toEqual(['stopped', false]);
      expect(value.states).toBeGreaterThan(1);
      expect(child.exitCode ?? (await once(child, 'exit'))[0]).toBe(3);
    },
  );

  it('prints the same bytes on every run, with either engine', () => {
    const args = ['check', '--kernel', 'v5.13'];
    const first = vtlb(args).stdout;
    expect(vtlb(args).stdout).toBe(first);
    expect(vtlb([...args, '--engine', 'spec']).stdout).toBe(first);
  });

  it('tells the story of a violation: table, sentence, trace', () => {
    const { stdout } = vtlb(['check', '--kernel', 'v5.13']);
    expect(stdout).toMatch(/step +event +CR3 +PCIDE +requests +root +prev_roots +vTLB holds +guest may see/);
    expect(stdout).toContain('It was cached at step 1 (access u0).');
    expect(stdout).toContain('The guest changed its entry at step 2 (write-pte a:u0 f2).');
    expect(stdout).toContain('The guest TLB had to drop it at step 4 (mov-cr3 b).');
    expect(stdout).toContain('that step takes it in and should have removed it');
    expect(stdout).toContain('\n    mov-cr4 pcide=1\n');
  });
});
