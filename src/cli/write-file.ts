import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { expectWhole, WriteError, wholeFile } from '../checker/whole-file.ts';
import { InputError } from './exit-code.ts';

/** To be asked before long work whose result is to be written. @throws InputError that names the file */
export function expectWritable(file: string): void {
  try {
    if (wholeFile(file) !== null) expectWhole(file);
  } catch (error) {
    throw error instanceof WriteError ? new InputError(error.message) : error;
  }
}

/**
 * Writes a file that is there whole or, when this throws, as it was before; a device or a pipe as it comes.
 *
 * @throws InputError that names it
 */
export function writeWhole(file: string, content: string): void {
  expectWritable(file);
  const whole = wholeFile(file);
  try {
    writeFileSync(whole?.unfinished ?? file, content);
    if (whole !== null) renameSync(whole.unfinished, whole.path);
  } catch (error) {
    if (whole !== null) rmSync(whole.unfinished, { force: true });
    throw new InputError(new WriteError(file, error).message);
  }
}
