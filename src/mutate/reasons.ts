import type { DecisionName } from '../../spec/kernels/decisions.ts';
import type { Mutant } from './mutants.ts';

/** The kernel and contract whose surviving mutants are explained here. */
export const EXPLAINED = { kernel: 'v6.12', contract: 'kvm' } as const;

/** By decision and value: why no property breaks when the kernel decides so instead. */
export const REASONS: { readonly [D in DecisionName]?: Readonly<Record<string, string>> } = {
  rootReuse: {
    none: 'a root that is loaded is synced and the hardware TLB flushed with it; a cached root only saves the load',
  },
  invalidCurrentRoot: {
    rotated: 'loses a cached root and nothing else: what is not cached is loaded, synced and flushed',
  },
  newPgdHit: {
    'sync-and-flush':
      'a flushing MOV CR3 raises the same two requests through kvm_invalidate_pcid; raised twice, they are served once',
    'always-sync-and-flush': 'does more: what NOFLUSH lets live on is synced and flushed too',
  },
  currentRootSync: {
    'at-once': 'the guest does not run between the handler and the entry that serves MMU_SYNC',
  },
  pcidlessInvalidation: {
    'free-prev-roots':
      'frees more: while PCIDE=0 a cached root is synced and flushed before it is used, and PCIDE 0->1 frees them all',
  },
  pcideSet: {
    reload:
      'every root is freed at the entry instead of in the handler, and the guest does not run in between',
    'free-prev-roots':
      'only cached roots come into the vTLB when PCIDE is set; the current root and the hardware TLB are in it ' +
      'already, and the architecture lets what they hold live on',
  },
  pcideClear: {
    reset: 'does more: every root is freed, and the load that follows syncs and flushes',
    reload: 'does more: every root is freed, and the load that follows syncs and flushes',
  },
  pgeToggle: {
    reset: 'does more: every root is freed, and the load that follows syncs and flushes',
  },
  smepRole: {
    always: 'a change of SMEP frees every root, whether or not the next one has other shadow pages',
  },
  smepSet: {
    nothing: 'the reset has freed the current root, and the load that follows flushes the hardware TLB',
  },
  cr4Effects: {
    exclusive:
      'the first effect that applies covers those after it: a role change and PCIDE 0->1 free every root, PCIDE 1->0 ' +
      'asks for the same TLB_FLUSH_GUEST as PGE',
  },
  invpcidAll: {
    reload: 'does more: every root is freed, and the load that follows syncs and flushes',
  },
  flushGuestService: {
    unload: 'does more: every root is freed, and the load that follows syncs and flushes',
  },
  flushRequestClears: {
    'current-and-guest':
      'no step has both pending when TLB_FLUSH is served: a handler that asks for TLB_FLUSH_GUEST drops no SPTE',
  },
  addressFlush: {
    nothing:
      'a hardware entry has an SPTE behind it; if that is stale the invalidation drops it, which flushes every vCPU',
  },
  failedNestedEntry: {
    serves:
      'in one space every hardware entry has an SPTE behind it; in two v6.12 itself breaks: see vtlb bugs 47',
  },
  guestFlushVpid: {
    vpid01:
      'in one space every hardware entry has an SPTE behind it, and a sync that drops it flushes both VPIDs; in two ' +
      'it breaks safety: see vtlb bugs 48',
  },
  initReset: {
    reset: 'no root is left, and the load that follows syncs and flushes the hardware TLB',
  },
  invvpidRoots: {
    every: 'does more: the roots of L1 are freed too, and the load that follows syncs and flushes',
  },
  linkUnsyncChildren: {
    'request-sync': 'MMU_SYNC is served before the guest can walk what was linked',
  },
  foundUnsync: {
    'flush-current':
      'what other vCPUs and PCIDs still hold of a dropped SPTE their guest TLBs may hold too, until a flush of their own',
  },
  unsyncAtUpper: {
    sync:
      'what is synced agrees with the guest and is write-protected; in which mode it is synced, which was wrong up ' +
      'to v5.13, is not modelled: see vtlb bugs 35',
    'keep-unsync':
      'the page is write-tracked through its upper-level shadow, so no store goes unseen; what is unsync stays marked ' +
      'and is synced with the next root above it',
  },
  syncDrop: {
    deferred:
      'what other vCPUs still hold of a dropped SPTE their guest TLBs may hold too, until a flush of their own',
  },
  staleFault: {
    install: 'what is made is up to date, and the entry frees the obsolete root before the guest can walk it',
  },
  reloadObsolete: {
    'frees-first': 'serves a request early that the entry would serve anyway',
  },
  zappedRoot: {
    reload: 'does more: every root is dropped, not only the zapped ones',
  },
};

/** Why a mutant survives, where that is explained. */
export function reasonFor(
  { kernel, set, contract }: { readonly kernel: string; readonly set: object; readonly contract: string },
  { decision, to }: Mutant,
): string | null {
  const explained =
    kernel === EXPLAINED.kernel && contract === EXPLAINED.contract && Object.keys(set).length === 0;
  return (explained && REASONS[decision]?.[to]) || null;
}
