import type { DECISIONS, DecisionName, Kernel } from '../kernels/decisions.ts';

/** The decisions that the relations ask, with the values that they know. */
const MODELLED: { readonly [D in DecisionName]?: readonly (keyof (typeof DECISIONS)[D]['values'])[] } = {
  rootReuse: ['cr3-and-role', 'space-and-role', 'cr3', 'none'],
  newPgdHit: ['sync-and-flush', 'always-sync-and-flush', 'nothing'],
  pgdOnHit: ['load', 'nothing'],
  hardwarePcid: ['active', 'zero'],
  movCr3Flush: ['same-root-only', 'invalidate-pcid'],
  currentRootSync: ['at-once', 'by-request', 'before-switch'],
  pcidInvalidation: ['free-prev-roots', 'keep-prev-roots'],
  pcidlessInvalidation: ['free-prev-roots', 'keep-prev-roots', 'return-first'],
  pcideSet: ['nothing', 'reload', 'unload', 'free-prev-roots', 'free-low-bits-0'],
  pcideClear: ['reset', 'reload', 'flush-guest', 'nothing'],
  pgeToggle: ['reset', 'flush-guest', 'sync-and-flush-current', 'nothing'],
  roleChange: ['unload', 'keep-roots', 'keep-roots-always', 'nothing'],
  smepSet: ['nothing', 'flush-current'],
  cr4Effects: ['exclusive', 'independent'],
  invpcidAll: ['reload', 'flush-guest', 'sync-and-flush-current'],
  flushGuestService: [
    'hardware-only',
    'unload',
    'sync-and-free-unsync',
    'sync-current',
    'sync-without-flush',
  ],
  flushRequestClears: ['current', 'current-and-guest'],
  invlpg: ['zap-and-refetch', 'sync', 'nothing'],
  invlpgRoots: ['every', 'active-pcid', 'current'],
  addressFlush: ['flush', 'nothing'],
  injectedFault: ['invalidate-addr', 'nothing'],
  loadSync: ['sync', 'nothing'],
  loadFlush: ['flush', 'nothing'],
  syncProtects: ['write-protect', 'nothing'],
  smepRole: ['andnot-wp', 'always'],
  unsyncMarks: ['parents', 'nothing'],
  linkUnsyncChildren: ['sync-first', 'request-sync', 'request-flush', 'nothing'],
  trackedStore: ['zap', 'nothing'],
  foundUnsync: ['flush-current', 'flush-remote-if-changed', 'no-sync'],
  syncDrop: ['deferred', 'flush-remote'],
  zappedPage: ['flush-remote'],
  zappedRoot: ['reload', 'free-obsolete'],
  obsoleteRoots: ['every', 'current'],
  initReset: ['reset-and-flush-guest', 'reset', 'nothing'],
  migration: ['flush', 'nothing'],
  nestedTransition: ['sync-and-flush-current', 'flush-guest'],
  invvpidRoots: ['every', 'guest-mode'],
};

/** The decisions that no event comes to on two-level tables: what they are about. */
const OF_DIRECTORIES: { readonly [D in DecisionName]?: string } = {
  linkUnsyncChildren: 'a third level',
};

/** The decisions that no event of the relations comes to: what they are about, which the relations leave out. */
const LEFT_OUT: { readonly [D in DecisionName]?: string } = {
  invalidCurrentRoot: 'two loads of CR3 in one exit, and nested VM entries that fail',
  unsyncAtUpper: 'a page that is walked at two levels',
  staleFault: 'a memslot change while KVM maps a page',
  reloadObsolete: 'a memslot change while KVM maps a page',
  newVpid: 'nested guests with a VPID of their own',
  failedNestedEntry: 'nested VM entries that fail',
  guestFlushVpid: 'nested guests with a VPID of their own',
  failedEntry: 'VM entries that fail',
  dirtyLog: 'dirty logging, and stores through what a hardware TLB still holds',
};

/** What the relations leave out of tables of so many levels, by the decision that asks it. */
export function leftOut(levels: number): { readonly [D in DecisionName]?: string } {
  return levels > 2 ? LEFT_OUT : { ...LEFT_OUT, ...OF_DIRECTORIES };
}

/** A way to decide that the relations do not have: what asks for it is neither proved nor broken. */
export class NotModelled extends Error {
  override readonly name = 'NotModelled';
}

/** How a kernel decides. @throws NotModelled if the relations do not know */
export function decided<D extends DecisionName>(kernel: Kernel, decision: D): Kernel[D] {
  const value = kernel[decision];
  if (!isModelled(decision, value)) throw new NotModelled(`${decision}=${String(value)}`);
  return value;
}

function isModelled(decision: DecisionName, value: unknown): boolean {
  const values: readonly unknown[] | undefined = MODELLED[decision];
  return values?.includes(value) === true;
}

/** How a kernel decides where the relations do not know it, of the decisions that they ask. */
export function unknownValues(kernel: Kernel): string[] {
  return (Object.keys(MODELLED) as DecisionName[])
    .filter((decision) => !isModelled(decision, kernel[decision]))
    .map((decision) => `${decision}=${kernel[decision]}`);
}

/** The decisions of which nothing says who asks them. */
export function unknownDecisions(names: readonly string[]): string[] {
  return names.filter((name) => !Object.hasOwn(MODELLED, name) && !Object.hasOwn(LEFT_OUT, name));
}
