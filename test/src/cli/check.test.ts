import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { vtlb, vtlbUntil } from '../../run-vtlb.ts';
import { temporaryFolder } from '../checker/support.ts';

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
      'leftOut',
      'tlbs',
      'verdict',
      'complete',
      'states',
      'facts',
      'transitions',
      'depth',
      'symmetry',
      'seconds',
      'peakBytes',
      'searchBytes',
      'violation',
      'coverage',
    ]);
    expect(value).toMatchObject({ tlbs: 'apart', symmetry: false });
    expect(value.facts).toBeGreaterThan(value.states);
    expect(value.searchBytes).toBeGreaterThan(0);
    expect(value.searchBytes).toBeLessThan(value.peakBytes);
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

  it.each([
    ['--max-states', '700', 'the limit on states'],
    ['--max-memory', '1', 'the limit on memory'],
  ])('stops cleanly at %s %s', (flag, value, words) => {
    const { status, stdout } = vtlb(['check', flag, value]);
    expect(status).toBe(3);
    expect(stdout).toContain(`STOPPED by ${words}`);
  });

  it('says as data that it was stopped', () => {
    const { status, value } = json('--max-states', '700');
    expect([status, value.verdict, value.complete]).toEqual([3, 'stopped', false]);
  });

  it('stops cleanly at SIGINT with what was found so far', async () => {
    const file = join(temporaryFolder(), 'a.checkpoint');
    const args = ['check', '--layout', 'kernel', '--json', '--checkpoint', file, '--checkpoint-every', '1'];
    const { status, stdout } = await vtlbUntil('SIGINT', () => existsSync(file), args);
    const value = JSON.parse(stdout);
    expect([status, value.verdict, value.complete]).toEqual([3, 'stopped', false]);
    expect(value.states).toBeGreaterThan(1);
  });

  const V5_13 = ['check', '--kernel', 'v5.13'];
  const story = vtlb(V5_13).stdout;

  it('prints the same bytes on every run, with any number of workers', () => {
    expect(vtlb([...V5_13, '--workers', '1']).stdout).toBe(story);
    expect(vtlb([...V5_13, '--workers', '3']).stdout).toBe(story);
  });

  it('prints the same bytes with TLBs whole and with a gear of the spec', () => {
    const whole = vtlb([...V5_13, '--tlbs', 'whole']).stdout;
    expect(vtlb([...V5_13, '--engine', 'in-place']).stdout).toBe(whole);
    // The same verdict and length as with TLBs apart, and each is counted in its words.
    const told = (stdout: string) => stdout.split('\n').slice(1, 3);
    expect(told(story)).toEqual([
      'VIOLATED  vtlb-within-guest-tlb',
      'found at depth 5, in 894 bookkeeping states and 4180 TLB facts, 4142 transitions',
    ]);
    expect(told(whole)).toEqual([
      'VIOLATED  vtlb-within-guest-tlb',
      'found at depth 5, in 1336 states, 5357 transitions',
    ]);
  });

  it('counts the same with either gear of the spec', () => {
    const counts = (...how: string[]) => {
      const { value } = json('--layout', 'kernel', '--max-states', '200', ...how);
      expect([value.tlbs, value.facts]).toEqual(['whole', null]);
      return [value.states, value.transitions, value.depth, value.verdict, value.coverage.fired];
    };
    const memo = counts('--tlbs', 'whole');
    expect(counts('--engine', 'spec')).toEqual(memo);
    expect(counts('--engine', 'in-place')).toEqual(memo);
  });

  it('tells the story of a violation: table, sentence, trace', () => {
    expect(story).toMatch(/step +event +CR3 +PCIDE +requests +root +prev_roots +vTLB holds +guest may see/);
    for (const part of [
      'It was cached at step 1 (access u0).',
      'The guest changed its entry at step 2 (write-pte a:u0 f2).',
      'The guest TLB had to drop it at step 4 (mov-cr3 b), which invalidates PCID 0.',
      'that step takes it in and should have removed it',
      '\n    mov-cr4 pcide=1\n',
    ])
      expect(story).toContain(part);
  });

  it('gives the depth at which it was found, apart from that of a search that went on', () => {
    const args = ['check', '--layout', 'races', '--set', 'staleFault=install-obsolete'];
    const found = (...more: string[]) =>
      vtlb([...args, ...more])
        .stdout.split('\n')
        .slice(1, 4);
    expect(found()).toEqual([
      'VIOLATED  no-obsolete-root-at-entry',
      'found at depth 1; vtlb-within-guest-tlb holds',
      expect.stringMatching(/^exhaustive: .*, depth [2-9]$/),
    ]);
    expect(found('--max-states', '300')).toEqual([
      'VIOLATED  no-obsolete-root-at-entry',
      'found at depth 1; vtlb-within-guest-tlb was not broken when the limit on states stopped the search',
      expect.stringMatching(/^explored: .*, depth [2-9]$/),
    ]);
  });

  it('names the kinds of event that traces may hold and the search did not try', () => {
    const { stdout } = vtlb(['check', '--layout', 'deep', '--bound', 'spaces=1', '--kernel', 'naive']);
    const said =
      'write-pte emulated, write-pte none, write-pte none emulated, mov-cr4 pge, mov-cr4 smep, mov-cr0, ';
    expect(stdout).toContain(`\nnot tried  though traces may hold it: ${said}`);
    const { value } = json('--layout', 'deep', '--max-states', '100');
    expect(value.leftOut.slice(0, 4)).toEqual([
      'write-pte emulated',
      'write-pte none',
      'write-pte none emulated',
      'write-dir swap',
    ]);
    expect(value.leftOut).not.toContain('write-dir top');
    expect(json('--simulate', '5', '--length', '3').value.leftOut).toContain('mov-cr4 pge');
    expect(vtlb(['check', '--simulate', '5', '--length', '3']).stdout).toContain('\nnot tried  ');
  });

  it('says what was exercised, whole searches with certainty', () => {
    const whole = vtlb(['check', '--kernel', 'naive']).stdout.split('\n');
    expect(whole).toContain('never      served: MMU_FREE_OBSOLETE_ROOTS, LOAD_MMU_PGD, TLB_FLUSH_GUEST');
    expect(whole.filter((line) => line.startsWith('never      consulted: '))).toHaveLength(1);
    expect(whole.filter((line) => line.startsWith('never      put to the test: '))).toHaveLength(1);
    const part = vtlb(['check', '--max-states', '2000']).stdout;
    expect(part).toContain('not seen   consulted: invalidCurrentRoot, pgeToggle');
    expect(part).not.toContain('never');

    const { fired, decisions, requests, antecedents } = json('--max-states', '2000').value.coverage;
    expect(fired['invlpg u0']).toBeGreaterThan(0);
    expect(decisions.reached).toContain('pcideSet');
    expect(requests.reached).toContain('MMU_SYNC');
    expect(antecedents.never).toContain('no-obsolete-root-at-entry');
    const { coverage } = json('--max-states', '100', '--engine', 'in-place').value;
    expect([coverage.requests, coverage.antecedents]).toEqual([null, null]);
    expect(coverage.decisions.reached).toContain('pcideSet');
  });
});

describe('vtlb check --symmetry', () => {
  it('begins at the greatest bounds too, where there are more renamings than can be tried', () => {
    const bounds = ['spaces=8', 'pcids=16', 'frames=8', 'userPages=8'].flatMap((bound) => ['--bound', bound]);
    const { status, stdout } = vtlb(['check', '--symmetry', '--max-states', '50', ...bounds]);
    expect([status, stdout]).toEqual([
      3,
      expect.stringMatching(/explored: \d+ bookkeeping states and \d+ TLB facts, /),
    ]);
  });

  it('counts up to renaming, and comes to the same verdict', () => {
    const { status, stdout } = vtlb(['check', '--kernel', 'naive', '--symmetry']);
    expect(status).toBe(0);
    expect(stdout).toContain('HOLDS');
    const states = Number(
      /exhaustive: (\d+) bookkeeping states and \d+ TLB facts up to renaming, /.exec(stdout)?.[1],
    );
    expect(states).toBeGreaterThan(1508 / 4);
    expect(states).toBeLessThan(1508 / 3);
  });

  it('finds a trace that replays', () => {
    const { status, value } = json('--kernel', 'v5.13', '--symmetry');
    expect([status, value.symmetry]).toEqual([1, true]);
    expect(value.violation.trace).toHaveLength(5);
    const replayed = vtlb(['replay', '-', '--kernel', 'v5.13', '--json'], value.violation.trace.join('\n'));
    expect(JSON.parse(replayed.stdout).verdict).toBe('stale');
  });
});
