import { createReadStream } from 'node:fs';
import { InputError } from './exit-code.ts';

/** More is taken for a mistake. */
const MOST_MEGABYTES = 100;

/** Reads a text file, whatever its bytes; `-` is standard input. @throws InputError that names it */
export async function readText(file: string): Promise<string> {
  const name = file === '-' ? 'standard input' : file;
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of file === '-' ? process.stdin : createReadStream(file)) {
      chunks.push(chunk as Buffer);
      size += (chunk as Buffer).length;
      if (size > MOST_MEGABYTES * 1e6)
        throw new InputError(`${name}: expected at most ${MOST_MEGABYTES} megabytes`);
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error)
      throw new InputError(`${name}: cannot be read (${error.code})`);
    throw error;
  }
  return Buffer.concat(chunks).toString('utf8');
}
