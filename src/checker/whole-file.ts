import {
  closeSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';

/** A file that is there whole or as it was before: it is written beside itself first, and then renamed. */
export interface WholeFile {
  /** Where it is to be, links followed. */
  readonly path: string;
  /** Where it is until it is whole. */
  readonly unfinished: string;
}

/** A file that cannot be written, and why. */
export class WriteError extends Error {
  override readonly name = 'WriteError';

  /** @param reason in words, or an error of the file system, whose own path would only mislead */
  constructor(file: string, reason: unknown) {
    super(
      `cannot write ${file}: ${reason instanceof Error ? reason.message.replace(/, \w+( '.*)?$/, '') : reason}`,
    );
  }
}

/** Whether something thrown is an error of the operating system. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && 'syscall' in error;
}

/**
 * How to write a file whole; null for a device, a pipe or a folder, of which nothing can take the place.
 *
 * @throws WriteError if it can be no file
 */
export function wholeFile(file: string): WholeFile | null {
  try {
    const there = statSync(file, { throwIfNoEntry: false });
    if (there !== undefined && !there.isFile()) return null;
    const path = there === undefined ? linkTarget(file) : realpathSync(file);
    return { path, unfinished: `${path}.${hostname()}.${process.pid}.tmp` };
  } catch (error) {
    throw new WriteError(file, error);
  }
}

/** Where a file comes to be that is not there yet: at the end of a link, if it is one. */
function linkTarget(file: string): string {
  const isLink = lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  return isLink ? resolve(dirname(file), readlinkSync(file)) : file;
}

/** Removes what processes of this machine that are no more left of a file that they did not finish. */
export function removeUnfinished(file: string): void {
  const { path } = expectWhole(file);
  const start = `${basename(path)}.${hostname()}.`;
  for (const name of readdirSync(dirname(resolve(path)))) {
    const [, pid] = name.startsWith(start) ? (/^(\d+)\.tmp$/.exec(name.slice(start.length)) ?? []) : [];
    if (pid !== undefined && !isAlive(Number(pid)))
      rmSync(join(dirname(resolve(path)), name), { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return isSystemError(error) && error.code !== 'ESRCH';
  }
}

/** How to write a file whole. @throws WriteError if that is not possible now */
export function expectWhole(file: string): WholeFile {
  const whole = wholeFile(file);
  if (whole === null) throw new WriteError(file, 'it is no regular file');
  try {
    closeSync(openSync(whole.unfinished, 'w'));
    rmSync(whole.unfinished);
    return whole;
  } catch (error) {
    throw new WriteError(file, error);
  }
}
