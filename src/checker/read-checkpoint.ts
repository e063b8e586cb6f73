import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { falseTrace, misfit, wrongField } from './check-head.ts';
import {
  type CheckpointHead,
  entryBytes,
  FORMAT,
  SECTIONS,
  type Section,
  sectionBytes,
} from './checkpoint.ts';
import { CheckpointError, type CheckpointFault } from './checkpoint-error.ts';
import type { Model } from './model.ts';

/** Bytes read at a time, about. */
const PIECE = 1 << 20;

/** A checkpoint that can be resumed from. */
export interface Checkpoint {
  readonly file: string;
  readonly head: CheckpointHead;
  /** Where each section begins in the file. */
  readonly offsets: Readonly<Record<Section, number>>;
}

/**
 * Reads a checkpoint's head, and makes sure that the whole file is as it was written and of this search.
 *
 * @throws CheckpointError when it is not
 */
export async function openCheckpoint(
  file: string,
  model: Model,
  symmetry: boolean,
  build: string,
): Promise<Checkpoint> {
  const fail = (fault: CheckpointFault, why: string) => new CheckpointError(file, fault, why);
  const handle = await open(file).catch((error: Error) => {
    throw fail('missing', error.message);
  });
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) throw fail('foreign', 'it is no file');
    const { size } = stat;
    const prelude = await readAt(handle, 0, Math.min(FORMAT.preludeBytes, size));
    if (!prelude.subarray(0, 8).equals(FORMAT.magic.subarray(0, prelude.length)))
      throw fail('foreign', 'it is no checkpoint');
    if (prelude.length < FORMAT.preludeBytes) throw fail('truncated', 'it is cut off');
    const version = prelude.readUInt32LE(8);
    if (version !== FORMAT.version)
      throw fail('version', `it has version ${version} of the format, not ${FORMAT.version}`);
    const whole = prelude.readDoubleLE(16);
    if (size < whole) throw fail('truncated', `it is cut off after ${size} of ${whole} bytes`);
    if (size !== whole || !(await isIntact(handle, size))) throw fail('corrupted', 'its checksum is wrong');
    const start = FORMAT.preludeBytes + prelude.readUInt32LE(12);
    if (start + FORMAT.checksumBytes > size) throw fail('corrupted', 'its head is longer than the file');
    const json = await readAt(handle, FORMAT.preludeBytes, start - FORMAT.preludeBytes);
    const head = parsed(json.toString()) as CheckpointHead;
    const wrong = wrongField(head);
    if (wrong !== null) throw fail('corrupted', wrong);
    if (head.build !== build)
      throw fail('build', 'it is of another build of vtlb, whose answer may be another');
    if (head.identity !== model.identity || head.words !== model.words || head.facts !== model.facts)
      throw fail('model', `it is of another model: ${differenceOf(head.identity, model.identity)}`);
    if (head.symmetry !== symmetry)
      throw fail('symmetry', `it is of a search with${head.symmetry ? '' : 'out'} symmetry`);
    const unfit = misfit(head, model, start, size) ?? falseTrace(head, model);
    if (unfit !== null) throw fail('corrupted', unfit);
    return { file, head, offsets: offsetsOf(head, start) };
  } finally {
    await handle.close();
  }
}

/** The bytes of a section in pieces of whole entries; a piece may be reused after the next is asked for. */
async function* readSection(checkpoint: Checkpoint, section: Section): AsyncGenerator<Buffer> {
  const { file, head, offsets } = checkpoint;
  const entry = entryBytes(head, section);
  const piece = new Uint8Array(Math.max(1, Math.floor(PIECE / entry)) * entry);
  const end = offsets[section] + sectionBytes(head, section);
  const handle = await open(file);
  try {
    for (let at = offsets[section]; at < end; at += piece.length) {
      const length = Math.min(piece.length, end - at);
      yield await readInto(handle, at, Buffer.from(piece.buffer, 0, length));
    }
  } finally {
    await handle.close();
  }
}

/** The rows of a section, some in each piece. */
export async function* readRows(checkpoint: Checkpoint, section: Section): AsyncGenerator<Int32Array> {
  for await (const { buffer, byteLength } of readSection(checkpoint, section))
    yield new Int32Array(buffer, 0, byteLength / 4);
}

/** The counts of a section, some in each piece. */
export async function* readCounts(
  checkpoint: Checkpoint,
  section: Section,
): AsyncGenerator<Uint8Array | Uint16Array> {
  for await (const { buffer, byteLength } of readSection(checkpoint, section)) {
    yield checkpoint.head.countBytes === 2
      ? new Uint16Array(buffer, 0, byteLength / 2)
      : new Uint8Array(buffer, 0, byteLength);
  }
}

function offsetsOf(head: CheckpointHead, start: number): Record<Section, number> {
  let at = start;
  const offsets = { keys: 0, current: 0, next: 0, events: 0, children: 0 };
  for (const section of SECTIONS) {
    offsets[section] = at;
    at += sectionBytes(head, section);
  }
  return offsets;
}

/** Whether the checksum at the end is that of what is before it. */
async function isIntact(handle: FileHandle, size: number): Promise<boolean> {
  const end = size - FORMAT.checksumBytes;
  const checksum = createHash(FORMAT.checksum);
  const piece = Buffer.alloc(PIECE);
  for (let at = 0; at < end; at += piece.length) {
    checksum.update(await readInto(handle, at, piece.subarray(0, Math.min(piece.length, end - at))));
  }
  return checksum.digest().equals(await readAt(handle, end, FORMAT.checksumBytes));
}

function readAt(handle: FileHandle, at: number, length: number): Promise<Buffer> {
  return readInto(handle, at, Buffer.alloc(length));
}

/** Fills a buffer from the file, which is long enough unless somebody cuts it off just now. */
async function readInto(handle: FileHandle, at: number, into: Buffer): Promise<Buffer> {
  for (let filled = 0; filled < into.length; ) {
    const { bytesRead } = await handle.read(into, filled, into.length - filled, at + filled);
    if (bytesRead === 0) throw new Error('the file shrank while it was read');
    filled += bytesRead;
  }
  return into;
}

/** The first place where the identities of two models differ, with what stands there; both may be JSON or not. */
function differenceOf(there: string, here: string): string {
  const [path, a, b] = firstDifference(parsed(there), parsed(here)) ?? [[], there, here];
  return `${path.length > 0 ? `${path.join('.')} is ` : ''}${JSON.stringify(a)}, not ${JSON.stringify(b)}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function firstDifference(a: unknown, b: unknown): [path: string[], a: unknown, b: unknown] | null {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null)
    return Object.is(a, b) ? null : [[], a, b];
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const found = firstDifference(a[key as keyof typeof a], b[key as keyof typeof b]);
    if (found !== null) return [[key, ...found[0]], found[1], found[2]];
  }
  return null;
}
