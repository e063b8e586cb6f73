import type { Kernel } from './decisions.ts';
import { KERNELS, type KernelName } from './named.ts';

/** A release that is no named kernel: the record that it has. */
export interface Release {
  readonly base: KernelName;
  /** The decisions in which it differs from that record: commits that came in between. */
  readonly set: Partial<Kernel>;
}

const v5_15 = {
  base: 'v5.14',
  set: { linkUnsyncChildren: 'sync-first', syncDrop: 'flush-remote', initReset: 'reset-and-flush-guest' },
} as const satisfies Release;

/**
 * Mainline releases from v5.12 on that are no named kernel, oldest first. None between two of them decides
 * otherwise unless a commit of a decision came in with it.
 */
export const RELEASES: Readonly<Record<string, Release>> = {
  'v5.15': v5_15,
  'v5.17': { base: 'v5.16', set: {} },
  'v5.19': { base: 'v6.1', set: {} },
  'v6.0': { base: 'v6.1', set: {} },
  'v6.2': { base: 'v6.1', set: {} },
  'v6.3': { base: 'v6.1', set: {} },
  'v6.5': { base: 'v6.4', set: {} },
  'v6.6': { base: 'v6.4', set: {} },
  'v6.7': { base: 'v6.4', set: {} },
  'v6.8': { base: 'v6.4', set: {} },
  'v6.9': { base: 'v6.4', set: {} },
  'v6.10': { base: 'v6.4', set: {} },
  'v6.11': { base: 'v6.4', set: {} },
  'v6.13': { base: 'v6.12', set: {} },
  'v6.14': { base: 'v6.12', set: {} },
  'v6.16': { base: 'v6.15', set: {} },
  'v6.17': { base: 'v6.15', set: {} },
  'v6.18': { base: 'v6.15', set: {} },
  'v6.19': { base: 'v6.15', set: {} },
  'v7.0': { base: 'v6.15', set: {} },
  'v7.1': { base: 'v6.15', set: {} },
};

/** Every release that has a record, oldest first, with it. */
export const RELEASE_RECORDS: readonly (readonly [name: string, record: Kernel])[] = [
  ...Object.entries(KERNELS).filter(([name]) => /^v\d/.test(name)),
  ...Object.entries(RELEASES).map(([name, { base, set }]) => [name, { ...KERNELS[base], ...set }] as const),
].sort(([a], [b]) => ageOf(a) - ageOf(b));

/** A number that grows from release to release. */
function ageOf(release: string): number {
  const [major = 0, minor = 0] = release.slice(1).split('.').map(Number);
  return major * 1000 + minor;
}
