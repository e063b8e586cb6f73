import type { Engine } from './engine.ts';
import { inPlaceEngine } from './in-place.ts';
import { pureEngine } from './pure.ts';

/** The gears that run the spec's recipes step by step, as they stand. */
export const ENGINES = {
  'in-place': inPlaceEngine,
  spec: pureEngine,
} as const satisfies Record<string, Engine>;

/** The name of a gear. */
export type EngineName = keyof typeof ENGINES;
