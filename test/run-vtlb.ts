import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
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

/** Runs the built command until a signal, so many milliseconds after its start. */
export async function vtlbUntil(
  signal: NodeJS.Signals,
  milliseconds: number,
  args: readonly string[],
): Promise<Ran> {
  const child = spawn(process.execPath, ['dist/src/cli/main.js', ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  setTimeout(() => child.kill(signal), milliseconds);
  return whatCameOf(child);
}

/** Runs a command that serves until it is told to end: ended by SIGTERM once it has said where. */
export async function vtlbServing(args: readonly string[]): Promise<Ran> {
  const child = spawn(process.execPath, ['dist/src/cli/main.js', ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.once('data', () => child.kill('SIGTERM'));
  return whatCameOf(child);
}

/** Runs npm in the package's folder. */
export function npm(args: readonly string[]): Ran {
  return run('npm', args, '');
}

async function whatCameOf(child: ChildProcessByStdio<null, Readable, Readable>): Promise<Ran> {
  const closed = once(child, 'close');
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [status] = await closed;
  return { status, stdout, stderr };
}

function run(command: string, args: readonly string[], input: string): Ran {
  const options = { cwd: ROOT, input, encoding: 'utf8', maxBuffer: 1 << 28 } as const;
  const { status, stdout, stderr } = spawnSync(command, args, options);
  return { status, stdout, stderr };
}
