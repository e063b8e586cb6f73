import { testEntries } from '../../pins.ts';
import { SEARCHES } from './entry.ts';

testEntries(new URL('./manifest.json', import.meta.url), SEARCHES);
