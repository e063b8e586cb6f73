import { testEntries } from './test-entries.ts';

testEntries(new URL('./linux.json', import.meta.url));
