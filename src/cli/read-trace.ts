import { readFileSync } from 'node:fs';
import type { Layout } from '../../spec/layouts/layout.ts';
import { TraceError } from '../trace/error.ts';
import { parseTrace, type TraceLine } from '../trace/parse.ts';
import { InputError } from './exit-code.ts';

/**
 * Reads a trace file; `-` is standard input.
 *
 * @throws InputError that names the file, and the line and column where there is one
 */
export function readTrace(file: string, layout: Layout): TraceLine[] {
  const name = file === '-' ? 'standard input' : file;
  try {
    return parseTrace(readFileSync(file === '-' ? 0 : file, 'utf8'), layout);
  } catch (error) {
    if (error instanceof TraceError) throw new InputError(`${name}: ${error.message}`);
    if (error instanceof Error && 'code' in error) {
      throw new InputError(`${name}: cannot be read (${error.code})`);
    }
    throw error;
  }
}
