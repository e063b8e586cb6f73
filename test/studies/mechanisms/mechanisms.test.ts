import { testStudies } from './support.ts';

testStudies(new URL('./mechanisms.json', import.meta.url), [
  { kernel: 'v6.12', layout: 'kernel', bounds: { userPages: 0, cachedRoots: 1 }, removals: false },
]);
