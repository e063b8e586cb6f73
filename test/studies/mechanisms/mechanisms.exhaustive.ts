import { testStudies } from './support.ts';

testStudies(new URL('./mechanisms.exhaustive.json', import.meta.url), [
  { kernel: 'v6.12', layout: 'kernel', bounds: { userPages: 0, cachedRoots: 1 }, removals: true },
  { kernel: 'v6.12', layout: 'minimal', bounds: { cachedRoots: 1 }, removals: true },
  { kernel: 'v6.12', layout: 'minimal', bounds: {}, removals: false },
  { kernel: 'v6.12', layout: 'shared', bounds: { cachedRoots: 1 }, removals: false },
  { kernel: 'v6.12', layout: 'smp', bounds: { spaces: 1, cachedRoots: 1 }, removals: true },
  { kernel: 'v6.1', layout: 'minimal', bounds: { cachedRoots: 1 }, removals: true },
]);
