import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** What a run of the command left behind. */
export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs the built command as a user would, in the package's folder; in so many columns that no line is wrapped, in others,
 * or, with null, without a word about them.
 */
export function vtlb(args: readonly string[], input = '', columns: number | null = 1000): Ran {
  const { COLUMNS: _, ...others } = process.env;
  const env = columns === null ? others : { ...others, COLUMNS: String(columns) };
  return run(process.execPath, ['dist/src/cli/main.js', ...args], input, env);
}

/** Runs the built command until signals, each of which it gets once: as soon as `isSo`, which is told its output so far. */
export async function vtlbUntil(
  signals: NodeJS.Signals | readonly NodeJS.Signals[],
  isSo: (stdout: string) => boolean,
  args: readonly string[],
): Promise<Ran> {
  const child = spawn(process.execPath, ['dist/src/cli/main.js', ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (more) => {
    stdout += more;
  });
  const timer = setInterval(() => {
    if (!isSo(stdout)) return;
    clearInterval(timer);
    for (const signal of [signals].flat()) child.kill(signal);
  }, 20);
  const closed = once(child, 'close');
  const stderr = await text(child.stderr);
  const [status] = await closed;
  clearInterval(timer);
  return { status, stdout, stderr };
}

/** Runs npm in the package's folder. */
export function npm(args: readonly string[]): Ran {
  return run('npm', args, '');
}

function run(
  command: string,
  args: readonly string[],
  input: string,
  env: NodeJS.ProcessEnv = process.env,
): Ran {
  const options = { cwd: ROOT, input, env, encoding: 'utf8', maxBuffer: 1 << 28 } as const;
  const { status, stdout, stderr } = spawnSync(command, args, options);
  return { status, stdout, stderr };
}
