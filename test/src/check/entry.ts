import { CONTRACTS, type ContractName, STRONGER_THAN_KVM } from '../../../spec/contracts/named.ts';
import type { KernelName } from '../../../spec/kernels/named.ts';
import type { Bounds } from '../../../spec/layouts/bounds.ts';
import { LAYOUTS, type LayoutName } from '../../../spec/layouts/named.ts';
import { SOMETIMES } from '../../../spec/properties/sometimes.ts';
import { defineKernel, type KernelDefinition } from '../../../spec/world/define.ts';
import type { Coverage } from '../../../src/check/coverage.ts';
import { type CheckJob, runJob } from '../../../src/check/job.ts';
import type { EngineName } from '../../../src/engine/engines.ts';
import { formatEvent } from '../../../src/trace/print.ts';
import type { Entries } from '../../pins.ts';
import { limits } from './limits.ts';

/** One search of a manifest, and exactly what it explores and finds. */
export interface Entry {
  readonly kernel: KernelName;
  readonly set?: Omit<KernelDefinition, 'base'>;
  readonly contract: ContractName | string;
  readonly layout: LayoutName;
  readonly bounds?: Partial<Bounds>;
  /** The core if it is not said. */
  readonly engine?: EngineName;
  readonly symmetry?: true;
  readonly maxStates?: number;
  /** Filled in by the search. */
  readonly found?: unknown;
}

/** What an entry comes to, as `found` has it. */
async function explore(entry: Entry) {
  const { symmetry = false, maxStates = Number.POSITIVE_INFINITY } = entry;
  const result = await runJob(jobOf(entry), { limits: limits({ maxStates }), symmetry });
  const { states, transitions, depth, complete, violations, witnesses, coverage } = result;
  return {
    states,
    transitions,
    depth,
    complete,
    violations: Object.fromEntries(
      violations.map(({ property, trace }) => [property, trace.map(formatEvent).join('; ')]),
    ),
    sometimes: Object.fromEntries(
      SOMETIMES.filter(({ name }) => witnesses.has(name)).map(({ name }) => [
        name,
        witnesses.get(name)?.length,
      ]),
    ),
    ...(complete && { never: neverOf(coverage) }),
  };
}

/** A line that says which search an entry is. */
function nameOf(entry: Entry): string {
  const { kernel, set, contract, layout, bounds, engine, symmetry, maxStates } = entry;
  const pairs = [...Object.entries(set ?? {}), ...Object.entries(bounds ?? {})].map(
    ([name, value]) => `${name}=${value}`,
  );
  const limit = maxStates === undefined ? [] : [`first ${maxStates} states`];
  return [
    kernel,
    contract,
    layout,
    ...pairs,
    ...(engine ? [engine] : []),
    ...(symmetry ? ['up to renaming'] : []),
    ...limit,
  ].join(', ');
}

function jobOf({ kernel, set, contract, layout, bounds = {}, engine = 'core' }: Entry): CheckJob {
  const found = [...Object.values(CONTRACTS), ...STRONGER_THAN_KVM].find(({ name }) => name === contract);
  if (found === undefined) throw new Error(`no contract is named ${contract}`);
  return {
    kernel: defineKernel({ base: kernel, ...set }),
    contract: found,
    layout: LAYOUTS[layout],
    bounds,
    engine,
    flushesOrdered: false,
  };
}

/** What a whole search never exercised: nothing on this layout does. */
function neverOf({ fired, decisions, requests, antecedents }: Coverage) {
  const unfired = Object.keys(fired).filter((event) => fired[event] === 0);
  return {
    'carried out': unfired.join(', '),
    consulted: decisions?.never.join(', ') ?? null,
    served: requests?.never.join(', ') ?? null,
    'put to the test': antecedents?.never.join(', ') ?? null,
  };
}

/** How the searches of a manifest are tested. */
export const SEARCHES: Entries<Entry> = {
  title: 'each search explores and finds exactly what the manifest says',
  nameOf,
  find: explore,
};
