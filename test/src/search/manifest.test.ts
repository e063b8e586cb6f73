import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CONTRACTS, type ContractName, STRONGER_THAN_KVM } from '../../../spec/contracts/named.ts';
import { defineKernel, type KernelDefinition } from '../../../spec/kernels/define.ts';
import type { KernelName } from '../../../spec/kernels/named.ts';
import type { Bounds } from '../../../spec/layouts/bounds.ts';
import { buildLayout } from '../../../spec/layouts/build.ts';
import { LAYOUTS, type LayoutName } from '../../../spec/layouts/named.ts';
import { ALWAYS } from '../../../spec/properties/always.ts';
import { SOMETIMES } from '../../../spec/properties/sometimes.ts';
import { ENGINES, type EngineName } from '../../../src/engine/engines.ts';
import { search } from '../../../src/search/search.ts';
import { formatEvent } from '../../../src/trace/print.ts';

/** One search, and exactly what it explores and finds. */
interface Entry {
  readonly kernel: KernelName;
  readonly set?: Omit<KernelDefinition, 'base'>;
  readonly contract: ContractName | string;
  readonly layout: LayoutName;
  readonly bounds?: Partial<Bounds>;
  readonly engine?: EngineName;
  readonly maxStates?: number;
  /** Filled in by the search. */
  readonly found?: unknown;
}

const FILE = new URL('./manifest.json', import.meta.url);
const entries = JSON.parse(readFileSync(FILE, 'utf8')) as Entry[];
/**
 * `UPDATE_MANIFEST=1 npx vitest run test/src/search/manifest.test.ts` writes what is found, to be reviewed as
 * a diff.
 */
const UPDATE = process.env.UPDATE_MANIFEST === '1';

async function explore({ kernel, set, contract, layout, bounds, engine, maxStates }: Entry) {
  const contracts = [...Object.values(CONTRACTS), ...STRONGER_THAN_KVM];
  const result = await search({
    world: {
      layout: buildLayout(LAYOUTS[layout], bounds),
      kernel: defineKernel({ base: kernel, ...set }),
      contract: contracts.find(({ name }) => name === contract) ?? CONTRACTS.kvm,
    },
    engine: ENGINES[engine ?? 'in-place'],
    always: ALWAYS,
    sometimes: SOMETIMES,
    limits: { maxStates: maxStates ?? Number.POSITIVE_INFINITY, reached: async () => null },
  });
  const { states, transitions, depth, complete, violations, witnesses } = result;
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
  };
}

describe('each search explores and finds exactly what the manifest says', () => {
  const updated: Entry[] = [];
  it.each(entries.map((entry) => [nameOf(entry), entry] as const))('%s', async (_, entry) => {
    const found = await explore(entry);
    if (UPDATE) {
      updated.push({ ...entry, found });
      if (updated.length === entries.length) writeFileSync(FILE, `${JSON.stringify(updated, null, 2)}\n`);
    } else {
      expect(found).toEqual(entry.found);
    }
  });
});

function nameOf({ kernel, set, contract, layout, bounds, engine, maxStates }: Entry): string {
  const pairs = [...Object.entries(set ?? {}), ...Object.entries(bounds ?? {})].map(
    ([name, value]) => `${name}=${value}`,
  );
  const limit = maxStates === undefined ? [] : [`first ${maxStates} states`];
  return [kernel, contract, layout, ...pairs, ...(engine ? [engine] : []), ...limit].join(', ');
}
