import * as spec from '../../spec/index.ts';
import { deepFreeze } from '../../spec/layouts/freeze.ts';
import { ENGINES } from './engines.ts';
import { FOUND, GOALS, PROPERTIES } from './memo/goals.ts';
import { NOTES } from './memo/notes.ts';
import { Packer } from './views/pack.ts';
import { Unpacker } from './views/unpack.ts';

/** What the engine exports besides: its lists, and classes, whose methods could be replaced. */
const ENGINE = [ENGINES, GOALS, FOUND, PROPERTIES, NOTES, Packer, Unpacker];

/**
 * Freezes what kernels are run and judged by, before a module that is not vtlb's gets hold of it: an assignment to any
 * of it then throws there.
 */
export function freezeSpec(): void {
  for (const shared of [...Object.values(spec), ...ENGINE]) deepFreeze(shared);
}
