import type { Kernel } from './decisions.ts';

/** What every release decides alike. */
const COMMON = {
  pgdOnHit: 'load',
  hardwarePcid: 'active',
  pcidInvalidation: 'free-prev-roots',
  roleChange: 'unload',
  flushRequestClears: 'current',
  invlpgRoots: 'every',
  addressFlush: 'flush',
  injectedFault: 'invalidate-addr',
  loadSync: 'sync',
  loadFlush: 'flush',
  syncProtects: 'write-protect',
  dirtyLog: 'stays-mmu-writable',
  unsyncMarks: 'parents',
  trackedStore: 'zap',
  zappedPage: 'flush-remote',
  migration: 'flush',
  failedEntry: 'keeps-flush',
} as const satisfies Partial<Kernel>;

const v5_12 = {
  ...COMMON,
  rootReuse: 'cr3-and-role',
  invalidCurrentRoot: 'rotated',
  newPgdHit: 'sync-and-flush',
  movCr3Flush: 'same-root-only',
  currentRootSync: 'at-once',
  pcidlessInvalidation: 'free-prev-roots',
  pcideSet: 'nothing',
  pcideClear: 'reset',
  pgeToggle: 'reset',
  smepSet: 'nothing',
  cr4Effects: 'exclusive',
  invpcidAll: 'reload',
  flushGuestService: 'hardware-only',
  invlpg: 'zap-and-refetch',
  linkUnsyncChildren: 'request-sync',
  foundUnsync: 'flush-current',
  unsyncAtUpper: 'sync',
  syncDrop: 'deferred',
  zappedRoot: 'reload',
  obsoleteRoots: 'every',
  staleFault: 'install',
  nestedTransition: 'sync-and-flush-current',
  newVpid: 'flush-hardware',
  guestFlushVpid: 'vpid01',
  invvpidRoots: 'every',
  initReset: 'nothing',
  smepRole: 'andnot-wp',
  reloadObsolete: 'takes-for-valid',
  failedNestedEntry: 'forgets',
} as const satisfies Kernel;

/** Adds b53e84eed08b: TLB_FLUSH_GUEST unloads. */
const v5_13 = { ...v5_12, flushGuestService: 'unload' } as const satisfies Kernel;

/** Adds 21823fbda552 and the rest of its series, ddc16abbbae9 and 0aa1837533e5. */
const v5_14 = {
  ...v5_13,
  newPgdHit: 'nothing',
  movCr3Flush: 'invalidate-pcid',
  currentRootSync: 'by-request',
  invpcidAll: 'flush-guest',
  unsyncAtUpper: 'zap',
  nestedTransition: 'flush-guest',
  invvpidRoots: 'guest-mode',
  initReset: 'reset',
} as const satisfies Kernel;

/**
 * The parent of the patch, in the v5.16 merge window: v5.15's 65855ed8b034, f81602958c11 and df37ed38e6c2, and of
 * v5.16 the series that takes PGE and PCIDE out of the MMU reset (a91a7c709600, 552617382c19) and c3e5e415bc1e.
 */
const patchBase = {
  ...v5_14,
  pcideClear: 'flush-guest',
  pgeToggle: 'flush-guest',
  linkUnsyncChildren: 'sync-first',
  foundUnsync: 'flush-remote-if-changed',
  syncDrop: 'flush-remote',
  initReset: 'reset-and-flush-guest',
} as const satisfies Kernel;

/** 509bfe3d9796, "KVM: X86: Cache CR3 in prev_roots when PCID is disabled". */
const patch = {
  ...patchBase,
  pcidlessInvalidation: 'keep-prev-roots',
  pcideSet: 'reload',
  pcideClear: 'reload',
} as const satisfies Kernel;

/** Adds 61b05a9fd4ae, TLB_FLUSH_GUEST syncs instead of unloading, a955cad84cda, 2b4a5a5d5688 and 712494de96f3. */
const v5_16 = {
  ...patch,
  flushGuestService: 'sync-and-free-unsync',
  staleFault: 'retry',
  newVpid: 'flush-guest',
  guestFlushVpid: 'current',
} as const satisfies Kernel;

/** Adds 5499ea73e7db, b5f61c035d49, f6d0a2521ce1 and 527d5cd7eece. */
const v5_18 = {
  ...v5_16,
  invalidCurrentRoot: 'skipped',
  pcideSet: 'unload',
  pcideClear: 'flush-guest',
  smepSet: 'flush-current',
  cr4Effects: 'independent',
  zappedRoot: 'free-obsolete',
  obsoleteRoots: 'current',
} as const satisfies Kernel;

/** Adds cf4a8693d97a, v5.19: cached roots are examined too. */
const v6_1 = { ...v5_18, obsoleteRoots: 'every' } as const satisfies Kernel;

/** Adds 9fd4a4e3a3d9: INVLPG syncs. */
const v6_4 = { ...v6_1, invlpg: 'sync' } as const satisfies Kernel;

/** Nothing that is modelled changed since v6.4. */
const v6_12 = { ...v6_4 } as const satisfies Kernel;

/** Adds 20a6cff3b283: kvm_mmu_reload frees obsolete roots first. */
const v6_15 = { ...v6_12, reloadObsolete: 'frees-first' } as const satisfies Kernel;

/** Adds f603854a1b42: CR4.SMEP is in every role. */
const v7_2 = { ...v6_15, smepRole: 'always' } as const satisfies Kernel;

/** Adds 05a0b701d108. 60d93c27859f mends SVM's entry; with VMX, which the records follow, the flush was kept before. */
const v7_3 = { ...v7_2, failedNestedEntry: 'serves' } as const satisfies Kernel;

/** No release: caches no root and drops every root at each flush. The yardstick for lost optimisation. */
const naive = {
  ...v6_12,
  rootReuse: 'none',
  pcidlessInvalidation: 'free-prev-roots',
  pcideClear: 'reset',
  pgeToggle: 'reset',
  invpcidAll: 'reload',
  flushGuestService: 'unload',
  zappedRoot: 'reload',
  failedNestedEntry: 'serves',
} as const satisfies Kernel;

/** The kernels that `--kernel` knows, oldest first. */
export const KERNELS = {
  'v5.12': v5_12,
  'v5.13': v5_13,
  'v5.14': v5_14,
  'patch-base': patchBase,
  patch,
  'v5.16': v5_16,
  'v5.18': v5_18,
  'v6.1': v6_1,
  'v6.4': v6_4,
  'v6.12': v6_12,
  'v6.15': v6_15,
  'v7.2': v7_2,
  'v7.3': v7_3,
  naive,
} as const satisfies Record<string, Kernel>;

/** What `--kernel` takes besides a file. */
export type KernelName = keyof typeof KERNELS;
