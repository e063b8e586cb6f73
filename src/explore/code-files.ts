import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LinuxTree } from '../linux/tree.ts';
import { pageFolder } from './files.ts';
import { type AboutCode, filesOfCode, nameOfCode } from './linux-code.ts';
import { POLICY, POLICY_WITH_CODE } from './policy.ts';

/** What is served with a page that runs Linux's own code. */
export interface CodeFiles {
  /** How an address names the code. */
  readonly name: string;
  /** The code, what it is, its licence, and the page whose policy lets it run; by their paths. */
  readonly files: ReadonlyMap<string, string | Uint8Array>;
}

/** The files of a kernel's code, as a page fetches them. @param called as reports name it */
export function codeFiles({ linux, digest, record, product }: LinuxTree, called: string): CodeFiles {
  const name = nameOfCode(linux, digest);
  const paths = filesOfCode(name);
  const about: AboutCode = { linux, called, record, digest };
  const files = new Map<string, string | Uint8Array>([
    [paths.about, JSON.stringify(about)],
    [paths.code, readFileSync(product)],
    [paths.licence, licenceOf(called)],
    ['index.html', pageWithCode()],
  ]);
  return { name, files };
}

/** The page, which says in itself what the server says. */
function pageWithCode(): string {
  const page = readFileSync(join(pageFolder(), 'index.html'), 'utf8');
  const inPage = (policy: readonly string[]) =>
    policy.filter((part) => !part.startsWith('frame-ancestors')).join('; ');
  if (!page.includes(inPage(POLICY))) throw new Error('cannot happen: the page says another policy');
  return page.replace(inPage(POLICY), inPage(POLICY_WITH_CODE));
}

function licenceOf(called: string): string {
  return [
    'SPDX-License-Identifier: GPL-2.0-only',
    '',
    `kvm.wasm is compiled from the source of ${called}`,
    "and of vtlb's folder test/kernel. Both are under the GNU General Public License, version 2 only, and so is it; the",
    "licence's text is in the kernel's source, LICENSES/preferred/GPL-2.0. Who hands it out hands out that source too, or",
    'offers it, as the licence says. The rest of this page is under its own licence.',
    '',
  ].join('\n');
}
