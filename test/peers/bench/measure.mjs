import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PeerError } from '../tools/error.mjs';
import { need, run } from '../tools/run.mjs';

const SOURCE = fileURLToPath(new URL('measure.c', import.meta.url));

/** Runs programs, each as a process of its own, and measures them. */
export class Stopwatch {
  #folder;

  /** @throws MissingError without gcc */
  constructor(folder) {
    need('gcc');
    run('gcc', ['-O2', '-o', 'measure', SOURCE], folder);
    this.#folder = folder;
  }

  /**
   * Runs a program to its end: what it printed, with its CPU seconds (user and system), wall seconds and the
   * most bytes that it had in memory.
   *
   * @throws PeerError when it ends with an exit code that is not among `expected`
   */
  measure({ file, args, environment = {}, expected = [0] }) {
    const report = join(this.#folder, 'measured.json');
    const { error, status, stdout, stderr } = spawnSync(
      join(this.#folder, 'measure'),
      [report, file, ...args],
      {
        cwd: this.#folder,
        env: { ...process.env, ...environment },
        encoding: 'utf8',
        maxBuffer: 1 << 28,
      },
    );
    if (error !== undefined) throw error;
    if (!expected.includes(status)) throw new PeerError(`${file} ended with ${status}: ${stderr}${stdout}`);
    return { ...JSON.parse(readFileSync(report, 'utf8')), printed: stdout };
  }
}
