import { describe, expect, it } from 'vitest';
import { COMPARED_LAYOUTS } from '../../../src/compare/layouts.ts';
import { vtlb } from '../../run-vtlb.ts';

const json = (...args: string[]) => {
  const { status, stdout, stderr } = vtlb(['compare', ...args, '--json']);
  expect(stderr).toBe('');
  return { status, value: JSON.parse(stdout) };
};

describe('vtlb compare', () => {
  it('shows the shortest trace that the guest sees, which replays on both', () => {
    const { status, value } = json('v5.13', 'v5.14', '--layout', 'shared');
    expect(status).toBe(1);
    expect(Object.keys(value)).toEqual([
      'a',
      'b',
      'contract',
      'decisions',
      'overridden',
      'architecture',
      'layouts',
      'seconds',
    ]);
    expect(value.decisions).toEqual([
      { decision: 'newPgdHit', a: 'sync-and-flush', b: 'nothing' },
      { decision: 'movCr3Flush', a: 'same-root-only', b: 'invalidate-pcid' },
      { decision: 'currentRootSync', a: 'at-once', b: 'by-request' },
      { decision: 'invpcidAll', a: 'reload', b: 'flush-guest' },
      { decision: 'unsyncAtUpper', a: 'sync', b: 'zap' },
      { decision: 'nestedTransition', a: 'sync-and-flush-current', b: 'flush-guest' },
      { decision: 'invvpidRoots', a: 'every', b: 'guest-mode' },
      { decision: 'initReset', a: 'nothing', b: 'reset' },
    ]);
    const [only] = value.layouts;
    expect(value.layouts).toHaveLength(1);
    expect(Object.keys(only)).toEqual([
      'layout',
      'bounds',
      'difference',
      'trace',
      'a',
      'b',
      'pairs',
      'transitions',
      'complete',
    ]);
    expect(only).toMatchObject({
      layout: 'shared',
      difference: 'visible',
      a: { outcome: 'ok', sees: ['f1'], verdict: 'stale' },
      b: { outcome: 'ok', sees: ['f2'], verdict: 'clean' },
      complete: false,
    });
    expect(only.trace.at(-1)).toBe('access u0');
    for (const [kernel, side] of [
      ['v5.13', only.a],
      ['v5.14', only.b],
    ]) {
      const args = ['replay', '-', '--layout', 'shared', '--kernel', kernel, '--json'];
      const replayed = JSON.parse(vtlb(args, only.trace.join('\n')).stdout);
      expect([replayed.steps.at(-1).sees, replayed.verdict]).toEqual([side.sees, side.verdict]);
    }
  });

  it('shows the shortest trace to another cost where the guest sees nothing', () => {
    const args = [
      'v5.14',
      'patch-base',
      '--layout',
      'kernel',
      '--bound',
      'userPages=0',
      '--bound',
      'cachedRoots=1',
    ];
    const { status, value } = json(...args);
    expect([status, value.layouts[0].difference, value.layouts[0].complete]).toEqual([1, 'cost', true]);
    expect(value.layouts[0].a.work).toMatchObject({ pagesSynced: 1, hardwareFlushes: 1 });
    expect(value.layouts[0].b.work).toMatchObject({ pagesSynced: 1, hardwareFlushes: 0 });
    const { stdout } = vtlb(['compare', ...args]);
    expect(stdout).toContain('ONLY THE COST DIFFERS\nexhaustive: ');
    expect(stdout).toMatch(/last event +v5\.14 +patch-base\n/);
    expect(stdout).toMatch(/hardwareFlushes +1 +0\n/);
  });

  it('compares on every layout, unless some are named, and finds like kernels alike', () => {
    const small = ['--bound', 'cachedRoots=0', '--bound', 'pcids=1', '--bound', 'spaces=1'];
    const { status, value } = json('v6.4', 'v6.12', ...small);
    expect([status, value.decisions]).toEqual([0, []]);
    expect(value.layouts.map(({ layout }: { layout: string }) => layout)).toEqual(
      COMPARED_LAYOUTS.map(({ layout }) => layout),
    );
    for (const each of value.layouts)
      expect(each).toMatchObject({ difference: 'none', trace: null, a: null, b: null, complete: true });
    const { stdout } = vtlb(['compare', 'v6.4', 'v6.12', '--layout', 'minimal', 'shared', ...small]);
    expect(stdout).toContain('v6.4 and v6.12 decide everything alike.\n');
    expect(stdout.match(/^NO DIFFERENCE .*\nexhaustive: /gm)).toHaveLength(2);
  });

  it('sets decisions of the second kernel', () => {
    const { status, value } = json('patch', 'patch', '--set', 'pcideSet=nothing', '--layout', 'minimal');
    expect([status, value.a, value.b]).toEqual([1, 'patch', 'patch pcideSet=nothing']);
    expect(value.decisions).toEqual([{ decision: 'pcideSet', a: 'reload', b: 'nothing' }]);
  });

  it('takes a file that overrides a reducer', () => {
    const file = 'test/examples/invlpg-active-pcid.ts';
    const bounds = ['--layout', 'kernel', '--bound', 'userPages=0', '--bound', 'cachedRoots=1'];
    const { status, value } = json('v6.12', file, ...bounds);
    expect([status, value.b, value.overridden]).toEqual([1, file, { a: [], b: ['invlpg'] }]);
    expect(value.layouts[0]).toMatchObject({ difference: 'visible' });
    expect(value.layouts[0].trace).toContain('invlpg k0');
    expect(vtlb(['compare', 'v6.12', file, ...bounds, '--max-states', '1']).stdout).toContain(
      `${file} has its own invlpg.`,
    );
  });

  it('says what it does not know when a limit comes first', () => {
    const { status, value } = json('v6.4', 'v6.12', '--layout', 'minimal', '--max-states', '100');
    expect([status, value.layouts[0].difference, value.layouts[0].complete]).toEqual([3, 'unknown', false]);
    expect(value.layouts[0].pairs).toBe(100);
    const { stdout } = vtlb(['compare', 'v6.1', 'v6.4', '--layout', 'minimal', '--max-states', '250']);
    expect(stdout).toContain(
      'THE COST DIFFERS\nSTOPPED by the limit on states; no difference that the guest may see',
    );
  });

  it.each([
    [['compare', 'v5.13'], "missing required argument 'b'"],
    [['compare', 'v5.13', 'v9'], 'expected one of v5.12, v5.13'],
    [['compare', 'v5.13', 'no-such.ts'], 'no-such.ts: cannot be read (ENOENT)'],
    [['compare', 'v5.13', 'v5.14', '--layout', 'huge'], 'Allowed choices are minimal'],
    [
      ['compare', 'v5.13', 'v5.14', '--bound', 'spaces=0'],
      'bound spaces: expected a whole number from 1 to 8',
    ],
    [['compare', 'v5.13', 'v5.14', '--bound', 'userPages=0'], 'a guest needs at least one virtual page'],
    [['compare', 'v5.13', 'v5.14', '--set', 'pcide=nothing'], "unknown decision 'pcide'"],
    [['compare', 'v5.13', 'v5.14', '--contract', 'amd'], 'Allowed choices are sdm, kvm'],
  ])('%j is bad input', (args, message) => {
    const { status, stdout, stderr } = vtlb(args);
    expect(stderr).toContain(message);
    expect([status, stdout]).toEqual([2, '']);
  });
});
