import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import type { Layout } from '../../spec/layouts/layout.ts';
import { TraceError } from '../trace/error.ts';
import { parseTrace, type TraceLine } from '../trace/parse.ts';
import { InputError } from './exit-code.ts';
import { traceFile } from './scenario.ts';

/** More are taken for a mistake: every state of a replay is kept, and some kilobytes long. */
const MOST_EVENTS = 50_000;
/** So many bytes leave room for a long comment at each of them. */
const MOST_BYTES = 8 * 2 ** 20;

/**
 * Reads a trace file, or the trace of a scenario; `-` is standard input.
 *
 * @throws InputError that names the file, and the line and column where there is one
 */
export async function readTrace(file: string, layout: Layout): Promise<TraceLine[]> {
  const name = file === '-' ? 'standard input' : file;
  try {
    const lines = parseTrace(
      await textOf(name, file === '-' ? process.stdin : createReadStream(traceFile(file))),
      layout,
    );
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

/** All that there is to read. @throws InputError if it has no end, or one that no trace has */
async function textOf(name: string, stream: Readable): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of stream as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > MOST_BYTES)
      throw new InputError(`${name}: expected a trace of at most ${MOST_BYTES / 2 ** 20} MiB`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}
