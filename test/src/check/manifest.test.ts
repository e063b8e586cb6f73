import { testManifest } from './test-manifest.ts';

/**
 * `UPDATE_MANIFEST=1 npx vitest run test/src/check/manifest.test.ts` writes what is found, to be reviewed as a
 * diff.
 */
testManifest(new URL('./manifest.json', import.meta.url));
