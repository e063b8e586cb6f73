import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

/**
 * The page's policy forbids code that is generated as it runs: the checker's is replaced by its plain twin, and the
 * engine's by none, for the page takes steps one by one.
 */
const withoutGeneratedCode: Plugin = {
  name: 'without-generated-code',
  enforce: 'pre',
  resolveId(source, importer) {
    if (source === './row-code.ts') return this.resolve('./plain-row-code.ts', importer);
    return source === './expand-code.ts' ? NO_EXPAND_CODE : null;
  },
};

const NO_EXPAND_CODE = fileURLToPath(new URL('search/no-expand-code.ts', import.meta.url));

/**
 * Builds the page into `dist/explorer`: plain files with relative addresses, and one classic script that is
 * the page and its worker, since a page that is opened as a file may load no modules.
 */
export default defineConfig({
  root: fileURLToPath(new URL('page', import.meta.url)),
  plugins: [withoutGeneratedCode],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: fileURLToPath(new URL('../../dist/explorer', import.meta.url)),
    emptyOutDir: true,
    modulePreload: false,
    license: { fileName: 'licenses.md' },
    target: 'es2022',
    // As a library, for its format; nothing is exported.
    lib: {
      entry: 'main.tsx',
      formats: ['iife'],
      name: 'explorer',
      fileName: () => 'explorer.js',
      cssFileName: 'explorer',
    },
  },
});
