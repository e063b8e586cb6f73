import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { SCOPES } from '../../../src/check/scopes.ts';
import { vtlb } from '../../run-vtlb.ts';

const home = mkdtempSync(join(tmpdir(), 'vtlb-changed-'));
afterAll(() => rmSync(home, { recursive: true }));

/** As little as a layout can have, so that a search ends at once; other searches stop before long. */
const TINY = [...['spaces=1', 'pcids=1', 'cachedRoots=0'].flatMap((bound) => ['--bound', bound])];
const SOON = ['--max-states', '60'];

function check(...args: string[]) {
  const { status, stdout, stderr } = vtlb(['check', ...args, '--json']);
  expect(stderr).toBe('');
  return { status, value: JSON.parse(stdout) };
}

/** A kernel file whose reducer of `host` does what v6.12's does. */
function ownHost(): string {
  const file = join(home, 'host.ts');
  writeFileSync(
    file,
    `import { defineKernel, host } from 'vtlb/spec';
    export default defineKernel({ base: 'v6.12', reducers: { host: { ...host } } });\n`,
  );
  return file;
}

describe('a changed kernel for which no layout is named', () => {
  it('is searched on every small layout, and breaks on the one that shows it', () => {
    const { status, value } = check('--set', 'obsoleteRoots=current', '--max-states', '2000');
    expect(status).toBe(1);
    expect(value).toMatchObject({
      verdict: 'violated',
      layout: 'deep',
      violation: { property: 'no-obsolete-root-at-entry' },
      changed: { decisions: ['obsoleteRoots'], reducers: [], unexercised: { decisions: [], reducers: [] } },
    });
    expect(value.searches).toHaveLength(SCOPES.length);
    const verdicts = Object.fromEntries(
      value.searches.map((each: Record<string, unknown>) => [each.layout, each.verdict]),
    );
    expect(verdicts).toMatchObject({ window: 'violated', vpids: 'not exercised', races: 'holds' });
    expect(value.searches[0]).toMatchObject({ layout: 'faults', bounds: { spaces: 1 }, states: 234 });
    const bounds = Object.entries(value.bounds).flatMap(([name, n]) => ['--bound', `${name}=${n}`]);
    const replayed = vtlb(
      ['replay', '-', '--set', 'obsoleteRoots=current', '--layout', value.layout, ...bounds],
      value.violation.trace.join('\n'),
    );
    expect(replayed.status).toBe(1);
  });

  it('is searched on the default layout where an option is for one search, or nothing is changed', () => {
    for (const args of [
      ['--set', 'obsoleteRoots=every', '--max-states', '50'],
      ['--set', 'pcideSet=nothing', ...TINY],
    ])
      expect(check(...args).value).toMatchObject({ layout: 'minimal', states: expect.any(Number) });
  });
});

describe('a search that never comes to what is changed', () => {
  it('is not exercised, and says where a decision is consulted', () => {
    const { status, stdout } = vtlb(['check', '--set', 'pgeToggle=reset', ...TINY, ...SOON]);
    expect(status).toBe(3);
    expect(stdout).toContain('\nNOT EXERCISED  never consulted: pgeToggle, so nothing is said of it\n');
    expect(stdout).toContain(
      '\nexercised on: upper spaces=1; kernel userPages=0 cachedRoots=1; no other small layout',
    );
    expect(stdout).not.toContain('HOLDS');
  });

  it('is not exercised, and says where an event is carried out', () => {
    const { status, value } = check(ownHost(), ...TINY, ...SOON);
    expect([status, value.verdict, value.complete]).toEqual([3, 'not exercised', true]);
    expect(value.changed.unexercised).toEqual({ decisions: [], functions: [], reducers: ['host'] });
    const on = value.changed.exercisedOn.map(({ layout }: { layout: string }) => layout);
    expect([...new Set(on)]).toEqual(['faults', 'upper', 'deep', 'smp', 'races', 'stores']);
  });

  it('holds where it comes to all that is changed, by either engine', () => {
    const args = ['--set', 'pcideSet=nothing', ...TINY];
    expect(check(...args)).toMatchObject({ status: 0, value: { verdict: 'holds' } });
    expect(check(...args, '--engine', 'in-place')).toMatchObject({ status: 0, value: { verdict: 'holds' } });
  });

  it('says of a breach that comes before that it is none of the change', () => {
    const args = ['--kernel', 'v5.13', '--set', 'pgeToggle=nothing', '--layout', 'minimal'];
    const { status, stdout } = vtlb(['check', ...args]);
    expect(status).toBe(1);
    expect(stdout).toContain('\nbefore that never consulted: pgeToggle\n');
  });
});
