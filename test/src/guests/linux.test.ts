import { testEntries } from '../../pins.ts';
import { SEARCHES } from './support.ts';

testEntries(new URL('./linux.json', import.meta.url), SEARCHES);
