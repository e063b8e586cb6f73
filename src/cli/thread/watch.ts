import { rmSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { isKernelFile } from '../../kernels/kernel-file.ts';
import { EXIT, messageOf, say } from '../exit-code.ts';
import { terminal } from '../terminal.ts';
import type { Asked, CutReason, ThreadData, Told } from './messages.ts';

/** Milliseconds in which a thread that is to end has to show that it still takes turns. */
const PATIENCE = 700;

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

const CUT_BY: Readonly<Record<CutReason, string>> = {
  time: 'the limit on time',
  interrupt: 'an interrupt',
};

/**
 * Runs the command in a thread of its own, because a kernel file is code that may do anything, also never come to an
 * end, and because the gears that run step by step look at the clock only now and then: a limit on time, Ctrl-C and SIGTERM end the thread even then. As long as it takes turns it is left to end by
 * itself, with what it found.
 */
export class Watch {
  private readonly args: readonly string[];
  private readonly worker: Worker;
  private readonly seconds: number | undefined;
  private readonly folders: string[] = [];
  private standing: Readonly<Record<CutReason, string>> | null = null;
  private phase: 'before' | 'import' | 'work' = 'before';
  private listens = false;
  private deadline: NodeJS.Timeout | undefined;
  private watching: NodeJS.Timeout | undefined;
  private hasAnswered = true;
  private cut: CutReason | null = null;
  private readonly told = new Set<NodeJS.Signals>();

  constructor(args: readonly string[]) {
    this.args = args;
    this.seconds = secondsIn(args);
    const readsInput = args.includes('-');
    const workerData: ThreadData = {
      vtlb: 'command',
      isTerminal: process.stderr.isTTY === true,
      output: terminal(),
    };
    this.worker = new Worker(new URL('../main.js', import.meta.url), {
      argv: [...args],
      stdin: readsInput,
      workerData,
    });
    if (readsInput && this.worker.stdin !== null) process.stdin.pipe(this.worker.stdin);
    this.worker.on('message', (told: Told) => this.hear(told));
    this.worker.on('error', (error) => this.failed(error));
    this.worker.on('exit', (code) => this.ended(code));
    for (const name of SIGNALS) process.on(name, this.signalled);
    process.on('exit', () => this.clean());
  }

  private hear(told: Told): void {
    if ('folder' in told) this.folders.push(told.folder);
    else if ('standing' in told) this.standing = told.standing;
    else if ('listens' in told) this.listens = true;
    else if ('answers' in told) this.hasAnswered = true;
    else {
      this.phase = told.begins;
      clearTimeout(this.deadline);
      if (this.seconds !== undefined)
        this.deadline = setTimeout(() => this.demand('time'), this.seconds * 1000);
    }
  }

  /**
   * The first signal asks for an end; a second one of the same name kills the process as usual. A terminal's Ctrl-C may
   * come with a SIGTERM of whoever carries out lines of a sweep there.
   */
  private readonly signalled = (name: NodeJS.Signals): void => {
    if (this.told.has(name) || !this.listens) {
      this.kill(name);
      return;
    }
    this.told.add(name);
    this.ask('interrupt');
    this.demand('interrupt');
  };

  /** Sees to it that the thread ends, or takes turns until it does. */
  private demand(reason: CutReason): void {
    if (this.watching !== undefined) return;
    this.hasAnswered = false;
    this.ask('answer');
    this.watching = setInterval(() => {
      if (!this.hasAnswered || this.phase === 'import') {
        this.cut = reason;
        void this.worker.terminate();
      }
      this.hasAnswered = false;
      this.ask('answer');
    }, PATIENCE);
  }

  private ask(asked: Asked): void {
    this.worker.postMessage(asked);
  }

  /** Ends the process by a signal. */
  private kill(name: NodeJS.Signals): void {
    this.clean();
    for (const each of SIGNALS) process.off(each, this.signalled);
    process.kill(process.pid, name);
  }

  /** Something that the thread itself could not report. */
  private failed(error: Error): void {
    const isMemory = 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
    say(`error: ${this.files}: ${isMemory ? 'there is too little memory to run it' : messageOf(error)}`);
    this.cut = null;
    process.exitCode = isMemory ? EXIT.stopped : EXIT.badInput;
  }

  private ended(code: number): void {
    clearTimeout(this.deadline);
    clearInterval(this.watching);
    if (this.args.includes('-')) process.stdin.destroy();
    for (const each of SIGNALS) process.off(each, this.signalled);
    if (this.cut === null) {
      process.exitCode ??= code;
      return;
    }
    if (this.standing !== null) process.stdout.write(`${this.standing[this.cut]}\n`);
    say(`${this.files}: stopped by ${CUT_BY[this.cut]}; it did not come to an end, and was cut off`);
    process.exitCode = EXIT.stopped;
  }

  private get files(): string {
    return this.args.filter(isKernelFile).join(', ') || 'the search';
  }

  private clean(): void {
    for (const folder of this.folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  }
}

/** What the arguments say of `--max-seconds`; undefined for nothing that can be used, which the command refuses. */
function secondsIn(args: readonly string[]): number | undefined {
  const at = args.lastIndexOf('--max-seconds');
  const joined = args.findLast((arg) => arg.startsWith('--max-seconds='))?.slice('--max-seconds='.length);
  const text = at < 0 ? joined : args[at + 1];
  return text !== undefined && /^\d{1,7}$/.test(text) ? Number(text) : undefined;
}
