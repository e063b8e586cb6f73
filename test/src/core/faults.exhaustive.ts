import { pinsBeside } from '../../pins.ts';
import { FAULTS } from './faults.ts';
import { testFaults } from './find-faults.ts';

testFaults(pinsBeside(import.meta.url), FAULTS);
