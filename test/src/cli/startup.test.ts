import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../../src/cli/commands.ts';
import { vtlb } from '../../run-vtlb.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const MAIN = join(ROOT, 'dist', 'src', 'cli', 'main.js');

/** What `vtlb --help` is to take at most, where Node itself takes less than half of it. */
const MOST_MILLISECONDS = 150;

/** The files of ours that a command loads, by what V8 says of the scripts that ran; packages by their names. */
function loadedBy(args: readonly string[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'vtlb-coverage-'));
  try {
    spawnSync(process.execPath, [MAIN, ...args], { env: { ...process.env, NODE_V8_COVERAGE: folder } });
    const scripts = readdirSync(folder).flatMap((file) => {
      const { result } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as {
        result: { url: string }[];
      };
      return result.map(({ url }) => url);
    });
    const files = scripts.filter((url) => url.startsWith('file:')).map((url) => fileURLToPath(url));
    const named = files.map(
      (file) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? relative(ROOT, file),
    );
    return [...new Set(named)].sort();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Milliseconds of the fastest of some runs, each of the one and the other in turn. */
function fastest(runs: number, one: readonly string[], other: readonly string[]): [number, number] {
  const best: [number, number] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let run = 0; run < runs; run++) {
    for (const [i, args] of [one, other].entries()) {
      const start = performance.now();
      spawnSync(process.execPath, args);
      best[i] = Math.min(best[i] as number, performance.now() - start);
    }
  }
  return best;
}

describe('vtlb --help starts at once', () => {
  it.each([['--help'], ['--version'], ['help']])('vtlb %s loads no command', (...args) => {
    expect(loadedBy(args)).toEqual([
      'commander',
      'dist/spec/layouts/bounds.js',
      'dist/src/cli/commands.js',
      'dist/src/cli/exit-code.js',
      'dist/src/cli/help.js',
      'dist/src/cli/kernel-file/known.js',
      'dist/src/cli/main.js',
      'dist/src/cli/terminal.js',
      'dist/src/cli/thread/tell.js',
      'dist/src/kernels/kernel-file.js',
      'dist/src/package-root.js',
      'dist/src/report/paint.js',
      'dist/src/report/wrap.js',
    ]);
  });

  it('sees what other commands load', () => {
    const loaded = loadedBy(['kernels', '--help']);
    expect(loaded).toContain('dist/src/cli/commands/kernels.js');
    expect(loaded).not.toContain('dist/src/cli/commands/check.js');
  });

  it(`takes less than ${MOST_MILLISECONDS} ms, or two and a half times what Node takes`, () => {
    const [help, node] = fastest(7, [MAIN, '--help'], ['-e', '0']);
    expect(help).toBeLessThan(Math.max(MOST_MILLISECONDS, 2.5 * node));
  });
});

describe('the table of commands', () => {
  const { stdout: help } = vtlb(['--help']);

  it.each(COMMANDS.map((entry) => [entry.name, entry] as const))(
    '%s',
    async (name, { doc, load, exitCodes }) => {
      const command = (await load())(() => {});
      expect(command.name()).toBe(name);
      expect(help).toMatch(new RegExp(`^ {2}${name} {2}`, 'm'));
      const { status, stdout } = vtlb([name, '--help']);
      expect(status).toBe(0);
      expect(stdout).toMatch(new RegExp(`^Usage: vtlb ${name} `));
      expect(stdout.replace(/\s+/g, ' ')).toContain(doc);
      const codes = exitCodes ?? '0 holds, 1 violated, 2 bad usage or input, 3 stopped by a limit';
      expect(stdout.match(/^Exit codes: .*$/gm)).toEqual([`Exit codes: ${codes}.`]);
    },
  );

  it('is told by help on a command as by --help', () => {
    expect(vtlb(['help', 'check'])).toEqual(vtlb(['check', '--help']));
  });

  it('says no to a command that it lacks', () => {
    expect(vtlb(['kernel'])).toEqual({
      status: 2,
      stdout: '',
      stderr: "error: unknown command 'kernel'\n(Did you mean kernels?)\n",
    });
  });
});
