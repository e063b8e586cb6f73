import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What decides what a search finds: the specification, and what runs and searches it. */
const SEARCH = ['spec', 'src/engine', 'src/checker', 'src/guests', 'src/check'];

/** All of vtlb. */
export const WHOLE = ['spec', 'src'];

/** A script that runs, compiled or not, and no declaration. */
const SCRIPT = /(?<!\.d)\.[jt]s$/;

/**
 * A digest of the code that decides what a search finds, as it runs: equal for equal code only.
 *
 * @param root the folder above it
 * @param folders where the code lies
 */
export function buildDigest(
  root = fileURLToPath(new URL('../../', import.meta.url)),
  folders: readonly string[] = SEARCH,
): string {
  const hash = createHash('sha256');
  for (const folder of folders) {
    const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
    for (const name of names.filter((each) => SCRIPT.test(each)).sort()) {
      const content = readFileSync(join(root, folder, name));
      hash.update(`${folder}/${name} ${content.length}\n`).update(content);
    }
  }
  return hash.digest('hex');
}
