import type { Engine } from './engine.ts';
import { inPlaceEngine } from './in-place.ts';
import { pureEngine } from './pure.ts';

/** The gears that run the spec's recipes as they stand. */
export const ENGINES = {
  'in-place': inPlaceEngine,
  spec: pureEngine,
} as const satisfies Record<string, Engine>;

/** Every gear; `core` is the fast machine. */
export const ENGINE_NAMES = ['core', ...(Object.keys(ENGINES) as (keyof typeof ENGINES)[])] as const;

/** What a search or replay may be told to run its steps on. */
export type EngineName = (typeof ENGINE_NAMES)[number];
