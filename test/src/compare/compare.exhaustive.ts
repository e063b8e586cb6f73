import { testEntries } from '../../pins.ts';
import { COMPARISONS } from './comparisons.ts';

testEntries(new URL('./manifest.exhaustive.json', import.meta.url), COMPARISONS);
