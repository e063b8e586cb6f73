import { testEntries } from './test-entries.ts';

testEntries(new URL('./linux.exhaustive.json', import.meta.url));
