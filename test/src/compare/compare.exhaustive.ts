import { testComparisons } from './test-comparisons.ts';

testComparisons(new URL('./manifest.exhaustive.json', import.meta.url));
