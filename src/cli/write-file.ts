import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { InputError } from './exit-code.ts';

/** Writes a file that is there whole or, when this throws, as it was before. @throws InputError that names it */
export function writeWhole(file: string, content: string): void {
  const unfinished = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(unfinished, content);
    renameSync(unfinished, file);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw new InputError(`cannot write ${file}: ${(error as Error).message}`);
  }
}
