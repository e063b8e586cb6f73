import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** What a run of the command left behind. */
export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built command as a user would, in the package's folder. */
export function vtlb(args: readonly string[], input = ''): Ran {
  return run(process.execPath, ['dist/src/cli/main.js', ...args], input);
}

/** Starts the built command and leaves it running. */
export function startVtlb(args: readonly string[]): ChildProcessByStdio<null, Readable, null> {
  return spawn(process.execPath, ['dist/src/cli/main.js', ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** Runs npm in the package's folder. */
export function npm(args: readonly string[]): Ran {
  return run('npm', args, '');
}

function run(command: string, args: readonly string[], input: string): Ran {
  const options = { cwd: ROOT, input, encoding: 'utf8', maxBuffer: 1 << 28 } as const;
  const { status, stdout, stderr } = spawnSync(command, args, options);
  return { status, stdout, stderr };
}
