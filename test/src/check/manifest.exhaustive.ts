import { testEntries } from '../../pins.ts';
import { SEARCHES } from './entry.ts';

/** Searches of half a minute and more, so in `npm run test:exhaustive` and not in `npm test`. */
testEntries(new URL('./manifest.exhaustive.json', import.meta.url), SEARCHES);
