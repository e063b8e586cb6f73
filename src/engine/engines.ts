import type { Engine } from './engine.ts';
import { inPlaceEngine } from './in-place.ts';
import { pureEngine } from './pure.ts';

/** The engines that `--engine` knows. */
export const ENGINES = {
  'in-place': inPlaceEngine,
  spec: pureEngine,
} as const satisfies Record<string, Engine>;

export type EngineName = keyof typeof ENGINES;
