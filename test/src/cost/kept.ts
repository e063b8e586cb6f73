import { expect } from 'vitest';
import { KERNELS, type KernelName } from '../../../spec/kernels/named.ts';
import type { Bounds } from '../../../spec/layouts/bounds.ts';
import { buildLayout } from '../../../spec/layouts/build.ts';
import { LAYOUTS, type LayoutName } from '../../../spec/layouts/named.ts';
import { OPTIMISATIONS } from '../../../spec/properties/optimisations.ts';
import { keptOptimisations } from '../../../src/cost/optimisations.ts';

/** `a` always, `s` sometimes, `-` never; in the order of OPTIMISATIONS. */
export const KEPT: Readonly<Record<KernelName, string>> = {
  'v5.12': 'a a - -',
  'v5.13': 'a a - -',
  'v5.14': '- a - -',
  'patch-base': '- a - -',
  patch: 'a a - -',
  'v5.16': 'a a a a',
  'v5.18': 'a a a a',
  'v6.1': 'a a a a',
  'v6.4': 'a a a a',
  'v6.12': 'a a a a',
  naive: '- - - -',
};

const LETTERS = { always: 'a', sometimes: 's', never: '-' } as const;

/** Tries on a layout what events it has, from every reachable state. */
export function expectKept(
  kernel: KernelName,
  name: LayoutName,
  bounds: Partial<Bounds>,
  states: number,
): void {
  const layout = buildLayout(LAYOUTS[name], bounds);
  const togglesPge = layout.events.some((event) => event.kind === 'mov-cr4' && event.bits.pge !== undefined);
  const tried = OPTIMISATIONS.filter(({ name: what }) => togglesPge || !what.startsWith('pge'));
  const found = keptOptimisations(KERNELS[kernel], layout, tried);
  const letters = found.kept.map(({ verdict }) => LETTERS[verdict]).join(' ');
  expect([letters, found.states]).toEqual([KEPT[kernel].slice(0, letters.length), states]);
  for (const { verdict, from } of found.kept) expect(from).toBe(verdict === 'always' ? states : 0);
}
