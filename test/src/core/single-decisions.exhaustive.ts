import { testChanges } from './single-decisions.ts';
import { sentences } from './support.ts';

testChanges(sentences(import.meta.url), (places) => places);
