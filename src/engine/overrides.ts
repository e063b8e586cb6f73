import { ownPartsOf } from '../../spec/define/kernel.ts';
import type { OverriddenKernel, OwnParts } from '../../spec/world/world.ts';
import { freezeSpec } from './freeze-spec.ts';

/** Where functions and reducers that take the place of the spec's come from: plain data, so that a worker can load them. */
export interface OverridesSource {
  /** URL of a module whose default export is a kernel that has some. */
  readonly module: string;
  /** Changes whenever the module does, or, of TypeScript, any that it imports by a path. */
  readonly digest: string;
}

/** What the kernel of a module has of its own. @throws Error of the module */
export async function loadOverrides({ module }: OverridesSource): Promise<OwnParts> {
  return ownPartsOf((await importDefault(module)) as OverriddenKernel);
}

/**
 * The default export of a module that is not vtlb's. It cannot change the specification, and what it logs goes to
 * standard error from now on, for standard output is what a command prints.
 */
export async function importDefault(module: string): Promise<unknown> {
  freezeSpec();
  for (const level of ['log', 'info', 'debug'] as const) console[level] = console.error;
  const loaded: { default?: unknown } = await import(module);
  return loaded.default;
}
