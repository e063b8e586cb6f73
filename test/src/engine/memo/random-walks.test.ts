import { testWalks } from './random-walks.ts';

testWalks(1, { worlds: 1, walks: 1, length: 40 });
