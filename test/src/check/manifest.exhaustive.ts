import { testTable } from './table.ts';

/** Searches of half a minute and more, so in `npm run test:exhaustive` and not in `npm test`. */
testTable(new URL('./manifest.exhaustive.txt', import.meta.url));
