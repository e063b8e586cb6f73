// SPDX-License-Identifier: GPL-2.0
// Fetches, extracts and compiles one kernel (and variant) to WebAssembly; everything lands in the cache folder.
//   node build.mjs 6.12 [VARIANT]      prints the path of the product
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compile, compilers } from './compile.mjs';
import { MissingError } from './error.mjs';
import { extract } from './extract.mjs';
import { VERSIONS } from './manifest.mjs';
import { VARIANTS } from './variants.mjs';

const source = dirname(fileURLToPath(import.meta.url));
const folder = dirname(source);

/** The names of the changed texts that can be built besides the kernel's own. */
export const VARIANT_NAMES = Object.keys(VARIANTS);

export { VERSIONS };

/**
 * Builds, unless it is built already, and returns the path of the WebAssembly file.
 *
 * @throws MissingError when the kernel's source or a compiler cannot be had
 */
export async function build(version, variant = null) {
  if (!VERSIONS.includes(version)) throw new Error(`no Linux ${version}: known are ${VERSIONS.join(', ')}`);
  const edits = variant === null ? [] : VARIANTS[variant];
  if (edits === undefined) throw new Error(`no variant ${variant}: known are ${VARIANT_NAMES.join(', ')}`);
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'vtlb');
  const out = join(cache, 'build', variant ? `${version}-${variant}` : version);
  const product = join(out, 'kvm.wasm');
  const stamp = digest([version, String(variant), ...ownText()]);
  if (
    existsSync(product) &&
    existsSync(`${product}.stamp`) &&
    readFileSync(`${product}.stamp`, 'utf8') === stamp
  )
    return product;

  const tools = compilers();
  const tree = fetchSource(version);
  extract({ tree, version, out, variant, edits });
  await compile({ version, out, folder, product, tools });
  writeFileSync(`${product}.stamp`, stamp);
  return product;
}

function fetchSource(version) {
  try {
    const script = join(source, 'fetch-source.sh');
    return execFileSync(script, [version], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
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

function digest(parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [version, variant] = process.argv.slice(2);
  process.stdout.write(`${await build(version, variant)}\n`);
}
