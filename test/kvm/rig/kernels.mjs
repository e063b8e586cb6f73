// Kernels and KVM's modules: out of Debian's packages, or a person's own.
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MissingError } from './error.mjs';

/** The packages that hold a kernel and its modules, as patterns of their names, and a suite that has them. */
const PACKAGES = {
  6.1: { suite: 'bookworm', patterns: ['linux-image-6\\.1\\.0-[0-9]+-amd64'] },
  6.12: { suite: 'trixie', patterns: ['linux-image-6\\.12\\.[0-9]+\\+deb[0-9]+-amd64'] },
  7.3: {
    suite: 'trixie-backports',
    patterns: [
      'linux-binary-7\\.3\\.[0-9]+\\+deb[0-9]+-amd64',
      'linux-modules-7\\.3\\.[0-9]+\\+deb[0-9]+-amd64',
    ],
  },
};

/** In the order in which they are loaded. Not every kernel has each, and what is built in needs no loading. */
export const MODULES = ['ccp', 'irqbypass', 'kvm', 'kvm-amd', 'kvm-intel'];

/** Of the files of a package, a line each, those that are kept. */
const WANTED = new RegExp(`\\./\\S*/(?:vmlinuz\\S*|(?:${MODULES.join('|')})\\.ko\\S*)$`, 'gm');

const UNPACKERS = { '': null, '.xz': 'xz', '.gz': 'gzip', '.zst': 'zstd' };

/** Where everything that is fetched or built for the rig is kept: outside of any repository. */
export function cacheFolder() {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'vtlb');
}

/**
 * A kernel of Debian's that is unpacked, fetched first if it has to be.
 *
 * @returns the paths of its image and of the folder of its modules
 * @throws MissingError when a package or a tool to unpack it cannot be had
 */
export function packagedKernel(version) {
  const { suite, patterns } = PACKAGES[version];
  const packages = patterns.map((pattern) => fetchPackage(pattern, suite));
  const folder = join(cacheFolder(), 'kvm', basename(packages[0], '.deb'));
  if (!existsSync(folder)) {
    mkdirSync(join(cacheFolder(), 'kvm'), { recursive: true });
    const part = mkdtempSync(`${folder}.part-`);
    try {
      for (const file of packages) unpack(file, part);
      if (!existsSync(join(part, 'vmlinuz')) || !existsSync(join(part, 'kvm.ko')))
        throw new MissingError(`${packages.join(', ')}: expected a kernel and KVM's modules`);
      renameSync(part, folder);
    } finally {
      rmSync(part, { recursive: true, force: true });
    }
  }
  return { image: join(folder, 'vmlinuz'), modules: folder };
}

function fetchPackage(pattern, suite) {
  const script = fileURLToPath(new URL('../../kernel/source/fetch-package.sh', import.meta.url));
  try {
    return execFileSync(script, [pattern, suite], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  } catch (error) {
    throw new MissingError(`a kernel to boot cannot be had. ${String(error.stderr ?? error.message).trim()}`);
  }
}

/** Keeps the image and KVM's modules, a few of the package's hundred megabytes. */
function unpack(file, folder) {
  const whole = mkdtempSync(join(folder, 'whole-'));
  try {
    const names = execFileSync('dpkg-deb', ['--contents', file], { encoding: 'utf8', maxBuffer: 2 ** 28 });
    const wanted = names.match(WANTED) ?? [];
    const tar = execFileSync('dpkg-deb', ['--fsys-tarfile', file], { maxBuffer: 2 ** 30 });
    execFileSync('tar', ['-x', '-C', whole, ...wanted], { input: tar });
    for (const path of filesIn(whole)) {
      if (basename(path).startsWith('vmlinuz')) renameSync(path, join(folder, 'vmlinuz'));
      else writeFileSync(join(folder, `${nameOf(path)}.ko`), moduleIn(path).content);
    }
  } finally {
    rmSync(whole, { recursive: true });
  }
}

/**
 * KVM's modules in a folder, wherever below it they lie.
 *
 * @returns by name, what each holds
 * @throws MissingError when one is compressed and there is nothing to unpack it
 */
export function modulesIn(folder) {
  const found = filesIn(folder).map(moduleIn);
  return new Map(found.filter((each) => each !== null).map(({ name, content }) => [name, content]));
}

function filesIn(folder) {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile());
}

/** Before `.ko`. */
function nameOf(path) {
  return basename(path).replace(/\.ko(\.\w+)?$/, '');
}

function moduleIn(path) {
  const [, suffix] = /\.ko(\.\w+)?$/.exec(path) ?? [null, null];
  const name = nameOf(path);
  if (!MODULES.includes(name) || !((suffix ?? '') in UNPACKERS)) return null;
  const unpacker = UNPACKERS[suffix ?? ''];
  if (unpacker === null) return { name, content: readFileSync(path) };
  try {
    return { name, content: execFileSync(unpacker, ['-dc', path], { maxBuffer: 2 ** 28 }) };
  } catch {
    throw new MissingError(`${path} cannot be unpacked. On Debian: apt-get install xz-utils zstd`);
  }
}
