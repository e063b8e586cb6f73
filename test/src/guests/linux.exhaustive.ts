import { testEntries } from '../../pins.ts';
import { SEARCHES } from './support.ts';

testEntries(new URL('./linux.exhaustive.json', import.meta.url), SEARCHES);
