import { testTable } from './table.ts';

testTable(new URL('./manifest.txt', import.meta.url));
