import { createHash } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { type CheckpointHead, FORMAT, SECTIONS, sectionBytes } from './checkpoint.ts';
import { expectWhole, isSystemError, WriteError } from './whole-file.ts';

/** The sections of a checkpoint in their order, piece by piece; a piece may be reused after the next is asked for. */
export type Body = AsyncIterable<NodeJS.ArrayBufferView> | Iterable<NodeJS.ArrayBufferView>;

/**
 * Writes a checkpoint. The file is there whole or, when this throws, as it was before.
 *
 * @throws WriteError if the file cannot be written
 */
export async function writeCheckpoint(file: string, head: CheckpointHead, body: Body): Promise<void> {
  const { path, unfinished } = expectWhole(file);
  const handle = await open(unfinished, 'w');
  try {
    await writeTo(handle, head, body);
    await handle.sync();
    await handle.close();
    await rename(unfinished, path);
  } catch (error) {
    await handle.close().catch(() => {});
    await rm(unfinished, { force: true });
    throw isSystemError(error) ? new WriteError(file, error) : error;
  }
}

async function writeTo(handle: FileHandle, head: CheckpointHead, body: Body): Promise<void> {
  const checksum = createHash(FORMAT.checksum);
  let written = 0;
  const write = async (piece: NodeJS.ArrayBufferView) => {
    const bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    checksum.update(bytes);
    written += bytes.length;
    for (let at = 0; at < bytes.length; ) at += (await handle.write(bytes, at)).bytesWritten;
  };
  const json = Buffer.from(JSON.stringify(head));
  const size = SECTIONS.reduce(
    (sum, section) => sum + sectionBytes(head, section),
    FORMAT.preludeBytes + json.length,
  );
  const prelude = Buffer.alloc(FORMAT.preludeBytes);
  FORMAT.magic.copy(prelude);
  prelude.writeUInt32LE(FORMAT.version, 8);
  prelude.writeUInt32LE(json.length, 12);
  prelude.writeDoubleLE(size + FORMAT.checksumBytes, 16);
  await write(prelude);
  await write(json);
  for await (const piece of body) await write(piece);
  if (written !== size) throw new Error(`a checkpoint of ${size} bytes came to ${written}`);
  const sum = checksum.digest();
  for (let at = 0; at < sum.length; ) at += (await handle.write(sum, at)).bytesWritten;
}
