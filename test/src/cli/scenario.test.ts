import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { SCENARIOS } from '../../../spec/scenarios/scenarios.ts';
import { vtlb } from '../../run-vtlb.ts';

const MAIN = fileURLToPath(new URL('../../../dist/src/cli/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'vtlb-scenario-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs vtlb in a folder of no package. */
function elsewhere(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
    cwd: folder,
    env: { ...process.env, COLUMNS: '1000' },
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

describe('a scenario by its name', () => {
  it('is its trace, outside the checkout too', () => {
    const byFile = vtlb(['replay', 'spec/scenarios/message-mov-cr3.trace', '--kernel', 'v5.13']);
    expect(byFile.status).toBe(1);
    expect(elsewhere('replay', 'message-mov-cr3', '--kernel', 'v5.13')).toEqual(byFile);
  });

  it.each(['export message --to jsonl', 'explore message --out page'])('vtlb %s', (words) => {
    expect(elsewhere(...words.split(' '))).toMatchObject({ status: 0, stderr: '' });
  });

  it.each(['pge-toggle', 'cached-pcid'] as const)('%s is on its own guest image', (name) => {
    const { layout, steps } = JSON.parse(elsewhere('replay', name, '--json').stdout);
    expect([layout, steps.length > 2]).toEqual([SCENARIOS[name].layout, true]);
  });

  it('is on the guest image that the command line names', () => {
    expect(JSON.parse(elsewhere('replay', 'message', '--layout', 'smp', '--json').stdout).layout).toBe('smp');
    const { status, stderr } = elsewhere('replay', 'pge-toggle', '--layout', 'minimal');
    expect([status, stderr]).toEqual([2, expect.stringMatching(/pge-toggle: line \d+, column \d+/)]);
  });

  it('comes after a file of that name, and before a folder', () => {
    mkdirSync(join(folder, 'pcide-clear'));
    expect(JSON.parse(elsewhere('replay', 'pcide-clear', '--json').stdout).steps.length).toBeGreaterThan(1);
    writeFileSync(join(folder, 'message'), 'access u0\n');
    expect(JSON.parse(elsewhere('replay', 'message', '--json').stdout).steps).toHaveLength(1);
    rmSync(join(folder, 'message'));
  });

  it('is no other word', () => {
    expect(elsewhere('replay', 'massage')).toEqual({
      status: 2,
      stdout: '',
      stderr: 'error: massage: cannot be read (ENOENT)\n',
    });
  });
});
