import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { Layout } from '../../spec/layouts/layout.ts';
import { TraceError } from '../trace/error.ts';
import { parseTrace, type TraceLine } from '../trace/parse.ts';
import { InputError } from './exit-code.ts';

/** More are taken for a mistake: every state of a replay is kept, and some kilobytes long. */
const MOST_EVENTS = 50_000;

/**
 * Reads a trace file; `-` is standard input.
 *
 * @throws InputError that names the file, and the line and column where there is one
 */
export async function readTrace(file: string, layout: Layout): Promise<TraceLine[]> {
  const name = file === '-' ? 'standard input' : file;
  try {
    const lines = parseTrace(await (file === '-' ? text(process.stdin) : readFile(file, 'utf8')), layout);
    const excess = lines[MOST_EVENTS];
    if (excess === undefined) return lines;
    throw new InputError(`${name}: line ${excess.line}: expected at most ${MOST_EVENTS} events`);
  } catch (error) {
    if (error instanceof TraceError) throw new InputError(`${name}: ${error.message}`);
    if (error instanceof Error && 'code' in error) {
      throw new InputError(`${name}: cannot be read (${error.code})`);
    }
    throw error;
  }
}
