// The rig's first file system.
import { gzipSync } from 'node:zlib';

const REGULAR = 0o100755;
const DIRECTORY = 0o040755;
const CHARACTER_DEVICE = 0o020600;

/**
 * An initrd.
 *
 * @param files by path, without a slash before it: what each holds
 * @source the kernel's Documentation/driver-api/early-userspace/buffer-format
 */
export function initrd(files) {
  const folders = new Set([...files.keys()].flatMap(foldersAbove));
  const pieces = [
    ...[...folders].map((path) => entry(path, DIRECTORY, Buffer.alloc(0))),
    // A console to start with: the kernel says what it is up to on it.
    ...(folders.has('dev') ? [] : [entry('dev', DIRECTORY, Buffer.alloc(0))]),
    entry('dev/console', CHARACTER_DEVICE, Buffer.alloc(0), [5, 1]),
    ...[...files].map(([path, content]) => entry(path, REGULAR, Buffer.from(content))),
    entry('TRAILER!!!', 0, Buffer.alloc(0)),
  ];
  return gzipSync(Buffer.concat(pieces), { level: 1 });
}

function foldersAbove(path) {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, i) => parts.slice(0, i + 1).join('/'));
}

let inode = 0;

function entry(path, mode, content, [major, minor] = [0, 0]) {
  const name = `${path}\0`;
  const fields = [++inode, mode, 0, 0, 1, 0, content.length, 0, 0, major, minor, name.length, 0];
  const head = `070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}${name}`;
  return Buffer.concat([padded(Buffer.from(head)), padded(content)]);
}

function padded(piece) {
  return Buffer.concat([piece, Buffer.alloc(-piece.length & 3)]);
}
