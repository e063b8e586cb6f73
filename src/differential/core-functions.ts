import { createCore } from '../core/create.ts';
import { inspect } from '../core/properties/inspect.ts';
import { Packer } from '../core/row/pack.ts';
import { Unpacker } from '../core/row/unpack.ts';
import { initial } from '../core/step/initial.ts';
import { step } from '../core/step/step.ts';

/** The functions of a core, this one or an altered copy of it. */
export interface CoreFunctions {
  readonly createCore: typeof createCore;
  readonly initial: typeof initial;
  readonly step: typeof step;
  readonly inspect: typeof inspect;
  readonly Packer: typeof Packer;
  readonly Unpacker: typeof Unpacker;
}

/** The core. */
export const CORE: CoreFunctions = { createCore, initial, step, inspect, Packer, Unpacker };
