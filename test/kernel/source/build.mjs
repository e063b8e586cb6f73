// SPDX-License-Identifier: GPL-2.0
// Compiles one kernel (and variant) to WebAssembly; everything lands in the cache folder.
//   node build.mjs 6.12|TREE [VARIANT]      prints the path of the product
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compile, compilers } from './compile.mjs';
import { CompileError, MissingError, TreeError } from './error.mjs';
import { extract, findFunction } from './extract.mjs';
import { SUITES } from './manifest.mjs';
import { VARIANTS } from './variants.mjs';

const source = dirname(fileURLToPath(import.meta.url));
const folder = dirname(source);

/** The names of the changed texts that can be built besides the kernel's own. */
export const VARIANT_NAMES = Object.keys(VARIANTS);

/**
 * Builds a kernel, unless it is built already: a version of SUITES, which is fetched, or a tree in a folder.
 *
 * @returns the path of the WebAssembly file, the tree's, and a digest of all that was compiled
 * @throws MissingError when the kernel's source or a compiler cannot be had
 * @throws TreeError when nothing can be made of the tree
 */
export async function build(linux, variant = null) {
  const edits = variant === null ? [] : VARIANTS[variant];
  if (edits === undefined) throw new Error(`no variant ${variant}: known are ${VARIANT_NAMES.join(', ')}`);
  const tools = compilers();
  const tree = Object.hasOwn(SUITES, linux) ? fetchSource(linux) : linux;
  return buildTree({ tree, variant, edits, tools }, []);
}

/** A helper that a patch adds to a file of which functions are cut is cut too, once the compiler misses it. */
async function buildTree({ tree, variant, edits, tools }, alsoCut) {
  const sources = extract({ tree, variant, edits, alsoCut });
  const stamp = digest([...sources].flat(), ownText());
  const out = join(cacheFolder(), 'build', stamp.slice(0, 16));
  const product = join(out, 'kvm.wasm');
  const built = { product, tree, digest: stamp, have: sources.get('kernel/have.h') };
  if (existsSync(product)) return built;
  // Apart from whoever else builds the same, until it is whole.
  mkdirSync(dirname(out), { recursive: true });
  const part = mkdtempSync(`${out}.part-`);
  for (const [path, text] of sources) {
    mkdirSync(dirname(join(part, path)), { recursive: true });
    writeFileSync(join(part, path), text);
  }
  try {
    const ours = ownText();
    const stampOf = (isLeftOut) => digest([...sources].filter(([path]) => !isLeftOut(path)).flat(), ours);
    const objects = join(cacheFolder(), 'objects');
    await compile({ out: part, folder, product: join(part, 'kvm.wasm'), objects, stampOf, tools });
    if (!existsSync(out)) renameSync(part, out);
  } catch (error) {
    if (!(error instanceof CompileError)) throw error;
    const missed = error.undeclared.filter((name) => !alsoCut.includes(name) && findFunction(tree, name));
    if (missed.length > 0) return buildTree({ tree, variant, edits, tools }, [...missed, ...alsoCut]);
    throw new TreeError(`${tree} does not compile with the harness. ${error.message}`);
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
  return built;
}

function cacheFolder() {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'vtlb');
}

function fetchSource(version) {
  try {
    const script = join(source, 'fetch-source.sh');
    return execFileSync(script, [version, SUITES[version]], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  } catch (error) {
    throw new MissingError(
      `the source of Linux ${version} cannot be had. ${String(error.stderr ?? error.message).trim()}`,
    );
  }
}

/** What a product depends on besides the kernel's text: every file of ours. */
function ownText() {
  return ['source', 'shim', 'driver'].flatMap((name) =>
    readdirSync(join(folder, name))
      .sort()
      .map((file) => readFileSync(join(folder, name, file), 'utf8')),
  );
}

function digest(...parts) {
  const hash = createHash('sha256');
  for (const part of parts.flat()) hash.update(part).update('\0');
  return hash.digest('hex');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [linux, variant] = process.argv.slice(2);
  process.stdout.write(`${(await build(linux, variant)).product}\n`);
}
