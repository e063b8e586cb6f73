import { testWalks } from './random-walks.ts';

testWalks(2, { worlds: 20, walks: 10, length: 120 });
