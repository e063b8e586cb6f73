import { FAULTS } from './faults.ts';
import { testFaults } from './find-faults.ts';
import { sentences } from './support.ts';

testFaults(sentences(import.meta.url), FAULTS);
