import { describe, expect, it } from 'vitest';
import { CONTRACTS } from '../../../spec/contracts/named.ts';
import { KERNELS, type KernelName } from '../../../spec/kernels/named.ts';
import type { Bounds } from '../../../spec/layouts/bounds.ts';
import { LAYOUTS, type LayoutName } from '../../../spec/layouts/named.ts';
import { formatEvent } from '../../../src/trace/print.ts';
import { pins } from '../../pins.ts';
import type { Setting } from '../setting.ts';
import { historyOf, removalsOf, type Searched, studyMechanisms } from './study.ts';

/** One study of the mechanisms of a kernel under `sdm`. */
export interface Entry {
  readonly kernel: KernelName;
  readonly layout: LayoutName;
  readonly bounds: Partial<Bounds>;
  /** Also looks for the smallest changes of decisions that remove each, which takes some time. */
  readonly removals: boolean;
}

/** Holds studies against a file. */
export function testStudies(file: URL, entries: readonly Entry[]): void {
  const check = pins(file);
  describe('each mechanism is found, with its shortest trace, and there is no other', () => {
    it.each(entries.map((entry) => [nameOf(entry), entry] as const))('%s', async (name, entry) => {
      check(name, await report(entry));
    });
  });
}

/** What an entry studies. */
export function dataOf({ kernel, layout, bounds }: Omit<Entry, 'removals'>): Setting {
  return {
    kernel: KERNELS[kernel],
    contract: CONTRACTS.sdm,
    layout: LAYOUTS[layout],
    bounds,
  };
}

async function report(entry: Entry) {
  const data = dataOf(entry);
  const { without, each } = await studyMechanisms(data);
  expect([without.complete, without.trace, without.broken]).toEqual([true, null, []]);
  const mechanisms: Record<string, unknown> = {};
  for (const [mechanism, { trace }] of each) {
    if (trace === null) throw new Error(`${mechanism} breaks nothing`);
    const { shownBy, broughtInBy } = historyOf(data, trace);
    const removals = entry.removals ? await removalsOf(data, mechanism, trace) : [];
    mechanisms[mechanism] = {
      trace: trace.map(formatEvent).join('; '),
      shownBy: shownBy.join(', '),
      broughtInBy: broughtInBy.join(', '),
      ...(entry.removals && {
        removedBy: Object.fromEntries(
          removals.map(({ change, searched }) => [settings(change), countsOf(searched)]),
        ),
      }),
    };
  }
  return { without: countsOf(without), mechanisms };
}

function nameOf({ kernel, layout, bounds }: Entry): string {
  return [kernel, layout, settings(bounds)].filter((part) => part !== '').join(', ');
}

function settings(record: object): string {
  return Object.entries(record)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}

function countsOf({ states, transitions, depth }: Searched): string {
  return `exhaustive: ${states} states, ${transitions} transitions, depth ${depth}`;
}
