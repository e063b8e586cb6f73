import { pinsBeside } from '../../pins.ts';
import { testChanges } from './single-decisions.ts';

testChanges(pinsBeside(import.meta.url), (places) => places);
