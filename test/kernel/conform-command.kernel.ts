// SPDX-License-Identifier: GPL-2.0
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../../src/package-root.ts';
import { kernelTestOn } from './support/kernel-test.ts';

const kernelTest = kernelTestOn('6.1', '6.12');

const root = packageRoot();
const MESSAGE = join(root, 'spec', 'scenarios', 'message.trace');

function vtlb(args: readonly string[], input = '', env: Record<string, string> = {}) {
  const command = [join(root, 'dist', 'src', 'cli', 'main.js'), 'conform', ...args];
  return spawnSync(process.execPath, command, { encoding: 'utf8', input, env: { ...process.env, ...env } });
}

describe('vtlb conform', () => {
  kernelTest.each(['6.1', '6.12'])('says that both agree on a trace: Linux %s', (linux) => {
    const { status, stdout } = vtlb([MESSAGE, '--linux', linux]);
    expect(stdout).toContain('equal: 9 events, no difference');
    expect(status).toBe(0);
  });

  kernelTest('marks the steps that differ and says in what', () => {
    const { status, stdout } = vtlb([MESSAGE, '--kernel', 'v5.13']);
    expect(stdout).toMatch(/^!= {2}6 +invpcid single pcid=0/m);
    expect(stdout).toMatch(/^!= +prev_roots +- - - +b\|0 - -$/m);
    expect(status).toBe(1);
  });

  kernelTest('takes a kernel file, and marks where its own function does otherwise', () => {
    const file = join(root, 'test', 'examples', 'leave-prev-roots.ts');
    const trace = [
      'access u0',
      'mov-cr4 pcide=1',
      'mov-cr3 b pcid=1',
      'write-pte a:u0 f2',
      'invpcid all',
    ].join('\n');
    expect(vtlb(['-', '--json'], trace).status).toBe(0);
    const { status, stdout } = vtlb(['-', '--json', '--kernel', file], trace);
    expect([status, JSON.parse(stdout).verdict]).toEqual([1, 'different']);
  });

  kernelTest('prints one JSON value', () => {
    const { status, stdout } = vtlb(
      ['-', '--json', '--kernel', 'v6.1'],
      'access u0\nwrite-pte a:u0 f2\ninvlpg u0\n',
    );
    const { verdict, steps } = JSON.parse(stdout);
    expect(verdict).toBe('different');
    expect(steps.map(({ differs }: { differs: string[] }) => differs)).toEqual([[], [], ['shadow a.u@wp']]);
    expect(status).toBe(1);
  });

  test('bad input ends with code 2 and a message', () => {
    expect(vtlb(['-'], 'access u9\n')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('line 1, column 8'),
    });
    expect(vtlb(['nowhere.trace']).stderr).toContain('nowhere.trace: cannot be read (ENOENT)');
    expect(vtlb(['-', '--linux', '5.4']).status).toBe(2);
    expect(vtlb(['-', '--bound', 'cachedRoots=1']).stderr).toContain('Linux has 3');
  });

  kernelTest('a guest for which the driver has no room is refused', () => {
    const { status, stderr } = vtlb(['-', '--bound', 'spaces=5'], 'access u0\n');
    expect(stderr).toContain('has room for 4 spaces');
    expect(status).toBe(2);
  });

  test('a missing compiler is named', () => {
    const empty = join(root, 'spec');
    const { status, stderr } = vtlb(['-'], 'access u0\n', {
      PATH: empty,
      XDG_CACHE_HOME: join(root, 'node_modules', '.cache', 'none'),
    });
    expect(stderr).toContain('apt-get install clang-14 lld-14');
    expect(status).toBe(2);
  });
});
