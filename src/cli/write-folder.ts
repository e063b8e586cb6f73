import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { WriteError } from '../checker/whole-file.ts';
import { InputError } from './exit-code.ts';

/**
 * To be asked before long work whose result is to be written into a folder, which is left as it was.
 *
 * @param force whether there may be other files
 * @throws InputError if it is none, has files, or cannot be written to
 */
export function expectFolder(folder: string, force: boolean): void {
  if (!force && filesIn(folder) > 0)
    throw new InputError(`${folder} is not empty: expected a new or empty folder, or --force with it`);
  inFolder(folder, () => {
    const probe = join(folder, `probe.${process.pid}.tmp`);
    writeFileSync(probe, '');
    rmSync(probe);
    return false;
  });
}

/**
 * Copies files into a folder: all of them or, when this throws, none.
 *
 * @param more files besides, or in place of those, by their paths in the folder
 * @throws InputError that names the folder
 */
export function copyInto(
  folder: string,
  from: string,
  names: readonly string[],
  more: ReadonlyMap<string, string | Uint8Array> = new Map(),
): void {
  const copied = names
    .filter((name) => !more.has(name))
    .map((name) => [name, readFileSync(join(from, name))] as const);
  const staged = [...copied, ...more].map(([name, content]) => ({
    name,
    file: join(folder, `${name}.${process.pid}.tmp`),
    content,
  }));
  const made: (string | undefined)[] = [];
  inFolder(folder, () => {
    try {
      for (const { file, content } of staged) {
        made.push(makeFolder(resolve(dirname(file))));
        writeFileSync(file, content);
      }
      for (const { name, file } of staged) renameSync(file, join(folder, name));
      return true;
    } catch (error) {
      for (const { file } of staged) rmSync(file, { force: true });
      for (const within of made) if (within !== undefined) rmSync(within, { recursive: true, force: true });
      throw error;
    }
  });
}

/** How many files there are in a folder; 0 if it is not there. @throws InputError if it is something else */
function filesIn(folder: string): number {
  try {
    return existsSync(folder) ? readdirSync(folder).length : 0;
  } catch (error) {
    throw new InputError(new WriteError(folder, error).message);
  }
}

/** Works in a folder that is made for it; what was made goes again if the work fails, or says that nothing is to stay. */
function inFolder(folder: string, work: () => boolean): void {
  let made: string | undefined;
  let stays = false;
  try {
    made = makeFolder(resolve(folder));
    stays = work();
  } catch (error) {
    throw new InputError(new WriteError(folder, error).message);
  } finally {
    if (made !== undefined && !stays) rmSync(made, { recursive: true, force: true });
  }
}

/**
 * Makes a folder and what it lies in; the outermost that was not there. Node's own way to do so never ends where the
 * file system says that what lies above is not there, as /proc does.
 */
export function makeFolder(folder: string): string | undefined {
  if (existsSync(folder)) return undefined;
  const above = makeFolder(dirname(folder));
  mkdirSync(folder);
  return above ?? folder;
}
