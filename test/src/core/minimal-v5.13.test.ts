import { it } from 'vitest';
import { compareCore } from '../../../src/differential/compare-core.ts';
import { nameOf, pins, worldOf } from './support.ts';

const check = pins(import.meta.url);

/** A file of its own, so that another worker can take the other kernels. */
const ENTRY = { kernel: 'v5.13', layout: 'minimal' } as const;

it(`spec and core agree in every transition: ${nameOf(ENTRY)}`, () => {
  check(nameOf(ENTRY), compareCore(worldOf(ENTRY)));
});
