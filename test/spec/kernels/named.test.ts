import { describe, expect, it } from 'vitest';
import { DECISION_NAMES, type DecisionName, type Kernel } from '../../../spec/kernels/decisions.ts';
import { KERNELS, type KernelName } from '../../../spec/kernels/named.ts';

const RELEASES = [
  'v5.12',
  'v5.13',
  'v5.14',
  'patch-base',
  'patch',
  'v5.16',
  'v5.18',
  'v6.1',
  'v6.4',
  'v6.12',
  'v6.15',
  'v7.2',
  'v7.3',
] as const;

/** A value and the first kernel that has it; each holds until the next. */
type History<D extends DecisionName> = readonly (readonly [
  since: (typeof RELEASES)[number],
  value: Kernel[D],
])[];

/** The version table of the reference, section 6, read by row. */
const TABLE: { readonly [D in DecisionName]: History<D> } = {
  pgdOnHit: [['v5.12', 'load']],
  hardwarePcid: [['v5.12', 'active']],
  pcidInvalidation: [['v5.12', 'free-prev-roots']],
  roleChange: [['v5.12', 'unload']],
  smepRole: [
    ['v5.12', 'andnot-wp'],
    ['v7.2', 'always'],
  ],
  flushRequestClears: [['v5.12', 'current']],
  invlpgRoots: [['v5.12', 'every']],
  addressFlush: [['v5.12', 'flush']],
  injectedFault: [['v5.12', 'invalidate-addr']],
  loadSync: [['v5.12', 'sync']],
  loadFlush: [['v5.12', 'flush']],
  syncProtects: [['v5.12', 'write-protect']],
  dirtyLog: [['v5.12', 'stays-mmu-writable']],
  unsyncMarks: [['v5.12', 'parents']],
  trackedStore: [['v5.12', 'zap']],
  zappedPage: [['v5.12', 'flush-remote']],
  obsoleteRoots: [
    ['v5.12', 'every'],
    ['v5.18', 'current'],
    ['v6.1', 'every'],
  ],
  reloadObsolete: [
    ['v5.12', 'takes-for-valid'],
    ['v6.15', 'frees-first'],
  ],
  staleFault: [
    ['v5.12', 'install'],
    ['v5.16', 'retry'],
  ],
  failedEntry: [['v5.12', 'keeps-flush']],
  failedNestedEntry: [
    ['v5.12', 'forgets'],
    ['v7.3', 'serves'],
  ],
  initReset: [
    ['v5.12', 'nothing'],
    ['v5.14', 'reset'],
    ['patch-base', 'reset-and-flush-guest'],
  ],
  migration: [['v5.12', 'flush']],
  nestedTransition: [
    ['v5.12', 'sync-and-flush-current'],
    ['v5.14', 'flush-guest'],
  ],
  newVpid: [
    ['v5.12', 'flush-hardware'],
    ['v5.16', 'flush-guest'],
  ],
  guestFlushVpid: [
    ['v5.12', 'vpid01'],
    ['v5.16', 'current'],
  ],
  invvpidRoots: [
    ['v5.12', 'every'],
    ['v5.14', 'guest-mode'],
  ],
  rootReuse: [['v5.12', 'cr3-and-role']],
  invalidCurrentRoot: [
    ['v5.12', 'rotated'],
    ['v5.18', 'skipped'],
  ],
  newPgdHit: [
    ['v5.12', 'sync-and-flush'],
    ['v5.14', 'nothing'],
  ],
  movCr3Flush: [
    ['v5.12', 'same-root-only'],
    ['v5.14', 'invalidate-pcid'],
  ],
  currentRootSync: [
    ['v5.12', 'at-once'],
    ['v5.14', 'by-request'],
  ],
  pcidlessInvalidation: [
    ['v5.12', 'free-prev-roots'],
    ['patch', 'keep-prev-roots'],
  ],
  pcideSet: [
    ['v5.12', 'nothing'],
    ['patch', 'reload'],
    ['v5.18', 'unload'],
  ],
  pcideClear: [
    ['v5.12', 'reset'],
    ['patch-base', 'flush-guest'],
    ['patch', 'reload'],
    ['v5.18', 'flush-guest'],
  ],
  pgeToggle: [
    ['v5.12', 'reset'],
    ['patch-base', 'flush-guest'],
  ],
  smepSet: [
    ['v5.12', 'nothing'],
    ['v5.18', 'flush-current'],
  ],
  cr4Effects: [
    ['v5.12', 'exclusive'],
    ['v5.18', 'independent'],
  ],
  invpcidAll: [
    ['v5.12', 'reload'],
    ['v5.14', 'flush-guest'],
  ],
  flushGuestService: [
    ['v5.12', 'hardware-only'],
    ['v5.13', 'unload'],
    ['v5.16', 'sync-and-free-unsync'],
  ],
  invlpg: [
    ['v5.12', 'zap-and-refetch'],
    ['v6.4', 'sync'],
  ],
  linkUnsyncChildren: [
    ['v5.12', 'request-sync'],
    ['patch-base', 'sync-first'],
  ],
  foundUnsync: [
    ['v5.12', 'flush-current'],
    ['patch-base', 'flush-remote-if-changed'],
  ],
  unsyncAtUpper: [
    ['v5.12', 'sync'],
    ['v5.14', 'zap'],
  ],
  syncDrop: [
    ['v5.12', 'deferred'],
    ['patch-base', 'flush-remote'],
  ],
  zappedRoot: [
    ['v5.12', 'reload'],
    ['v5.18', 'free-obsolete'],
  ],
};

function valueIn(kernel: (typeof RELEASES)[number], decision: DecisionName): string | undefined {
  const history: History<DecisionName> = TABLE[decision];
  return history.findLast(([since]) => RELEASES.indexOf(since) <= RELEASES.indexOf(kernel))?.[1];
}

describe.each(RELEASES)('%s decides as the version table says', (kernel) => {
  it.each(DECISION_NAMES)('%s', (decision) => {
    expect(KERNELS[kernel][decision]).toBe(valueIn(kernel, decision));
  });
});

it('the kernels stand in order, oldest first, and the yardstick last', () => {
  expect(Object.keys(KERNELS)).toEqual([...RELEASES, 'naive'] satisfies KernelName[]);
});

it('the naive kernel caches no root and drops every root at each flush', () => {
  expect(KERNELS.naive).toMatchObject({
    rootReuse: 'none',
    pcideClear: 'reset',
    pgeToggle: 'reset',
    invpcidAll: 'reload',
    flushGuestService: 'unload',
    zappedRoot: 'reload',
  });
});
