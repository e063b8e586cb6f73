import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CONTRACTS } from '../../../spec/contracts/named.ts';
import { defineKernel, type KernelDefinition } from '../../../spec/kernels/define.ts';
import { KERNELS, type KernelName } from '../../../spec/kernels/named.ts';
import type { LayoutName } from '../../../spec/layouts/named.ts';
import { compareOn } from '../../../src/compare/compare.ts';
import { COMPARED_LAYOUTS } from '../../../src/compare/layouts.ts';
import { differenceKind } from '../../../src/report/compare.ts';
import { formatEvent } from '../../../src/trace/print.ts';
import { limits } from '../check/limits.ts';

/** One comparison, on a layout as `COMPARED_LAYOUTS` cuts it down, and exactly what it comes to. */
interface Entry {
  readonly a: KernelName;
  readonly b: KernelName;
  readonly set?: Omit<KernelDefinition, 'base'>;
  readonly layout: LayoutName;
  /** Filled in by the comparison. */
  readonly found?: unknown;
}

/** Whether to write what is found, to be reviewed as a diff. */
const UPDATE = process.env.UPDATE_MANIFEST === '1';

async function compare({ a, b, set = {}, layout }: Entry) {
  const compared = COMPARED_LAYOUTS.find((each) => each.layout === layout);
  if (compared === undefined) throw new Error(`layout ${layout} is not compared`);
  const one = { kernel: KERNELS[a] };
  const other = { kernel: defineKernel({ base: b, ...set }) };
  return compareOn(compared, CONTRACTS.kvm, one, other, {
    limits: limits({ maxStates: Number.POSITIVE_INFINITY }),
  });
}

async function found(entry: Entry) {
  const comparison = await compare(entry);
  const { visible, cost, pairs, transitions, depth, complete } = comparison;
  return {
    difference: differenceKind(comparison),
    pairs,
    transitions,
    depth,
    complete,
    ...(visible !== null && {
      visible: visible.trace.map(formatEvent).join('; '),
      a: `${visible.a.sees.join(' or ')}, ${visible.a.verdict}`,
      b: `${visible.b.sees.join(' or ')}, ${visible.b.verdict}`,
    }),
    ...(cost !== null && {
      cost: cost.trace.map(formatEvent).join('; '),
      costs: [cost.a, cost.b].map(({ work }) => Object.values(work).join(' ')),
    }),
  };
}

/** Holds each comparison of a manifest against what it says. */
export function testComparisons(file: URL): void {
  const entries = JSON.parse(readFileSync(file, 'utf8')) as Entry[];
  const updated: Entry[] = [];
  const nameOf = ({ a, b, set = {}, layout }: Entry) => `${a} and ${b} ${JSON.stringify(set)} on ${layout}`;
  describe('each comparison finds exactly what the manifest says', () => {
    it.each(entries.map((entry) => [nameOf(entry), entry] as const))('%s', async (_, entry) => {
      const result = await found(entry);
      if (UPDATE) {
        updated.push({ ...entry, found: result });
        if (updated.length === entries.length) writeFileSync(file, `${JSON.stringify(updated, null, 2)}\n`);
      } else {
        expect(result).toEqual(entry.found);
      }
    });
  });
}
