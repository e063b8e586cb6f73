import { testManifest } from './test-manifest.ts';

/** Searches of half a minute and more, so in `npm run test:exhaustive` and not in `npm test`. */
testManifest(new URL('./manifest.exhaustive.json', import.meta.url));
