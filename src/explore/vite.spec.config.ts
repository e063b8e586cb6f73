import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/**
 * Builds the specification beside the page as one module, which the kernel files import that are served with it. It is
 * a copy of what the page has: they cannot change what they are judged by.
 */
export default defineConfig({
  build: {
    outDir: fileURLToPath(new URL('../../dist/explorer', import.meta.url)),
    emptyOutDir: false,
    target: 'es2022',
    lib: {
      entry: fileURLToPath(new URL('../../spec/index.ts', import.meta.url)),
      formats: ['es'],
      fileName: () => 'spec.js',
    },
  },
});
