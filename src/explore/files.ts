import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../package-root.ts';

/** What a script is. */
const JAVASCRIPT = 'text/javascript; charset=utf-8';

/** The files of the built page, and what each is. */
export const PAGE_FILES: Readonly<Record<string, string>> = {
  'index.html': 'text/html; charset=utf-8',
  'explorer.js': JAVASCRIPT,
  'explorer.css': 'text/css; charset=utf-8',
  'icon.svg': 'image/svg+xml',
  'licenses.md': 'text/plain; charset=utf-8',
};

/** What files are that are served besides, by how their names end; others are text. */
const TYPES: Readonly<Record<string, string>> = {
  js: JAVASCRIPT,
  json: 'application/json; charset=utf-8',
  wasm: 'application/wasm',
};

/** What a file is that is served with the page. */
export function typeOf(file: string): string {
  return PAGE_FILES[file] ?? TYPES[file.replace(/^.*\./, '')] ?? 'text/plain; charset=utf-8';
}

/** The folder of the built page. @throws Error if the page was not built */
export function pageFolder(): string {
  const folder = join(packageRoot(), 'dist', 'explorer');
  if (existsSync(join(folder, 'index.html'))) return folder;
  throw new Error(`the page is not built: expected it in ${folder}; npm run build makes it`);
}
