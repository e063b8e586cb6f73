import type { Contract } from '../../spec/contracts/contract.ts';
import { decisionsOf } from '../../spec/define/kernel.ts';
import type { Event } from '../../spec/events/event.ts';
import { LAYOUTS } from '../../spec/layouts/named.ts';
import { SAFETY } from '../../spec/properties/vtlb-within-guest-tlb.ts';
import type { OverriddenKernel } from '../../spec/world/world.ts';
import { withPool } from '../check/pool.ts';
import type { Scope } from '../check/scopes.ts';
import type { OverridesSource } from '../engine/overrides.ts';

/** A trace that breaks safety, which the specification has replayed, and where. */
export interface Trace {
  readonly scope: Scope;
  readonly message: string;
  readonly events: readonly Event[];
}

/** Where a trace is looked for: layouts of so many levels, in this order; a shared table has two pages. */
const TRACE_SCOPES: Readonly<Record<number, readonly Scope[]>> = {
  2: [
    { layout: 'minimal', bounds: {} },
    { layout: 'kernel', bounds: { userPages: 0, kernelPages: 2, cachedRoots: 1 } },
    { layout: 'faults', bounds: {} },
    { layout: 'nested', bounds: { spaces: 1, cachedRoots: 2 } },
    { layout: 'shared', bounds: { cachedRoots: 1 } },
    { layout: 'roles', bounds: { spaces: 1 } },
    { layout: 'smp', bounds: { pcids: 1, userPages: 0, kernelPages: 1 } },
    { layout: 'kernel', bounds: {} },
  ],
  3: [
    { layout: 'deep', bounds: {} },
    { layout: 'upper', bounds: { spaces: 1 } },
    { layout: 'upper', bounds: {} },
  ],
};

/** States of one layout: a trace is short, or these do not have it. */
const MAX_STATES = 60_000;

/** Searches layouts of so many levels for a trace that breaks safety; null if none was found, which proves nothing. */
export function findTrace(
  levels: number,
  kernel: OverriddenKernel,
  overrides: OverridesSource | undefined,
  contract: Contract,
  signal: AbortSignal,
  onProgress: (text: string) => void,
): Promise<Trace | null> {
  return withPool(1, signal, async (run) => {
    for (const scope of TRACE_SCOPES[levels] ?? []) {
      onProgress(`looking for a trace on layout ${scope.layout}`);
      const result = await run(
        {
          kernel: decisionsOf(kernel),
          overrides,
          contract,
          layout: LAYOUTS[scope.layout],
          bounds: scope.bounds,
          tlbs: 'apart',
          amongMany: true,
          flushesOrdered: false,
        },
        { maxStates: MAX_STATES },
      );
      const found = result?.violations.find(({ property }) => property === SAFETY);
      if (found !== undefined) return { scope, message: found.message, events: found.trace };
    }
    return null;
  });
}
