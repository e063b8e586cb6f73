// SPDX-License-Identifier: GPL-2.0
import type { KernelDefinition } from '../../../spec/define/kernel.ts';

/** A changed text of the kernel (source/variants.mjs). */
export interface Variant {
  readonly name: string;
  /** The record that says the same; null where the decision table has no words for it. */
  readonly record: KernelDefinition | null;
}

export const VARIANTS: readonly Variant[] = [
  { name: 'keep-roots-on-pcide', record: { base: 'v6.12', pcideSet: 'nothing' } },
  { name: 'early-return-first', record: { base: 'v6.12', pcidlessInvalidation: 'return-first' } },
  { name: 'no-early-return', record: { base: 'v6.12', pcidlessInvalidation: 'free-prev-roots' } },
  { name: 'no-flush-on-invalidate', record: null },
  { name: 'invlpg-current-root', record: null },
  { name: 'keep-unsync-prev-roots', record: null },
  { name: 'no-flush-on-zap', record: { base: 'v6.12', zappedPage: 'nothing' } },
  {
    name: 'v5.16-post-set-cr4',
    record: {
      base: 'v6.12',
      pcideSet: 'reload',
      pcideClear: 'reload',
      cr4Effects: 'exclusive',
      smepSet: 'nothing',
    },
  },
];
