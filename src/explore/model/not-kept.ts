import type { KernelName } from '../../../spec/kernels/named.ts';

/**
 * By release: under contract `kvm`, the candidates that are no part of its invariant, as `vtlb prove` finds them. A release
 * that is not here is broken.
 */
export const NOT_KEPT: { readonly [K in KernelName]?: readonly string[] } = {
  'v5.14': ['hardware-backed', 'nothing-cached'],
  'patch-base': ['nothing-cached'],
  patch: ['nothing-cached', 'pcidless-nothing-cached'],
  'v5.16': ['nothing-cached', 'pcidless-nothing-cached'],
  'v5.18': ['hardware-backed', 'no-obsolete-root-at-entry', 'nothing-cached', 'pcidless-nothing-cached'],
  'v6.1': ['nothing-cached', 'pcidless-nothing-cached'],
  'v6.4': ['nothing-cached', 'pcidless-nothing-cached'],
  'v6.12': ['nothing-cached', 'pcidless-nothing-cached'],
  'v6.15': ['nothing-cached', 'pcidless-nothing-cached'],
  'v7.2': ['nothing-cached', 'pcidless-nothing-cached'],
  'v7.3': ['nothing-cached', 'pcidless-nothing-cached'],
  naive: [],
};
