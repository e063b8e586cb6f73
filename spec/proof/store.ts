import { allThat, chosen, type Here, isCurrent } from './here.ts';
import { and, choose, equal, exists, FALSE, known, not, or, type Term, TRUE } from './logic.ts';
import { reload } from './roots.ts';
import { fixed } from './vocabulary.ts';

/** A store to a level-1 entry. @source store and unsyncPages of spec/kvm; kernel: mmu_try_to_unsync_pages */
export function storePte(here: Here, table: Term, index: Term, frame: Term): void {
  const { state } = here;
  const goesUnsync = (t: Term, r: Term) =>
    and(equal(t, table), not(state.writable(table)), state.shadowed(t, r), not(state.unsync(t, r)));
  here.update({
    memory: (t, i) => choose(and(equal(t, table), equal(i, index)), frame, state.memory(t, i)),
    unsync: (t, r) => or(state.unsync(t, r), goesUnsync(t, r)),
    writable: (t) => or(state.writable(t), equal(t, table)),
  });
  if (here.asks('unsyncMarks') === 'parents')
    here.update({
      unsyncChildren: (s, r, k) =>
        or(state.unsyncChildren(s, r, k), and(state.linked(s, r, k), goesUnsync(state.link(s, r, k), r))),
    });
}

/** A store to a level-1 entry that KVM emulates. @source trackWrite of spec/kvm; kernel: kvm_mmu_track_write */
export function trackPte(here: Here, table: Term, index: Term, frame: Term): void {
  const { state } = here;
  const isEntry = (t: Term, i: Term) => and(equal(t, table), equal(i, index));
  here.update({ memory: (t, i) => choose(isEntry(t, i), frame, state.memory(t, i)) });
  if (here.asks('trackedStore') !== 'zap') return;
  here.update({ spte: (t, r, i) => choose(isEntry(t, i), fixed.none, state.spte(t, r, i)) });
  here.raise(
    'flushAll',
    exists(['Role'], (r) => not(equal(state.spte(table, r, index), fixed.none))),
  );
}

/** What becomes of a store to a top page: KVM does not see it; it emulates it; and some root is zapped by that. */
export const TRACKING = ['not tracked', 'tracked', 'zaps a root'] as const;

/** One of them. */
export type Tracking = (typeof TRACKING)[number];

/** A store to an entry of a top page: to one that is write-tracked, or not. @source store of spec/kvm */
export function storeDirectory(
  here: Here,
  entry: { readonly space: Term; readonly slot: Term; readonly table: Term; readonly present: Term },
  how: Tracking,
): void {
  const { state } = here;
  const tracked = how !== 'not tracked';
  const { space, slot, table, present } = entry;
  const isEntry = (s: Term, k: Term) => and(equal(s, space), equal(k, slot));
  const hasShadow = exists(['Role'], (r) => state.topShadowed(space, r));
  here.require(equal(known(tracked), and(hasShadow, not(state.topWritable(space)))));
  here.update({
    directory: (s, k) => choose(isEntry(s, k), table, state.directory(s, k)),
    present: (s, k) => choose(isEntry(s, k), present, state.present(s, k)),
  });
  if (tracked) trackDirectory(here, space, slot, how === 'zaps a root');
  else here.update({ topWritable: (s) => or(state.topWritable(s), equal(s, space)) });
}

/**
 * A store to a top page that KVM emulates: in every role the entry is zapped, or by write flooding the page. It floods
 * at any count, and any unsync pages of the role may go with it.
 *
 * @source trackWrite and prepareZapPage of spec/kvm; kernel: kvm_mmu_track_write, mmu_zap_unsync_children
 */
function trackDirectory(here: Here, space: Term, slot: Term, zapsRoot: boolean): void {
  const { state } = here;
  const zaps = (r: Term) => and(chosen('floods')(r), state.topShadowed(space, r));
  const isZapped = (s: Term, r: Term) => and(equal(s, space), zaps(r));
  const goes = (t: Term, r: Term) =>
    and(chosen('goes')(t, r), zaps(r), state.shadowed(t, r), state.unsync(t, r));
  const cuts = here.asks('trackedStore') === 'zap';
  here.asks('zappedPage');
  here.raise(
    'flushAll',
    or(
      exists(['Table', 'Role'], goes),
      cuts ? exists(['Role'], (r) => and(not(zaps(r)), state.linked(space, r, slot))) : FALSE,
    ),
  );
  here.update({
    linked: (s, r, k) =>
      and(
        state.linked(s, r, k),
        not(isZapped(s, r)),
        not(and(known(cuts), equal(s, space), equal(k, slot))),
        not(goes(state.link(s, r, k), r)),
      ),
    unsyncChildren: (s, r, k) => and(state.unsyncChildren(s, r, k), not(isZapped(s, r))),
    shadowed: (t, r) => and(state.shadowed(t, r), not(goes(t, r))),
    unsync: (t, r) => and(state.unsync(t, r), not(goes(t, r))),
    spte: (t, r, i) => choose(goes(t, r), fixed.none, state.spte(t, r, i)),
    topShadowed: (s, r) => and(state.topShadowed(s, r), not(isZapped(s, r))),
  });
  const holds = (v: Term, s: Term, l: Term, r: Term) =>
    or(isCurrent(state, v, s, l, r), state.cached(v, s, l, r));
  const isRoot = exists(['Vcpu', 'Space', 'Low', 'Role'], (v, s, l, r) =>
    and(isZapped(s, r), holds(v, s, l, r)),
  );
  here.require(equal(known(zapsRoot), isRoot));
  const current =
    zapsRoot && here.asks('zappedRoot') !== 'reload' && here.asks('obsoleteRoots') === 'current';
  if (zapsRoot) freeObsoleteRoots(here, isZapped);
  // A page that some cached root still holds is not freed, and what is freed flushes.
  if (current) here.putsZapped = exists(['Role'], zaps);
  else here.raise('flushAll', exists(['Role'], zaps));
}

/**
 * Every vCPU lets go of the roots that were zapped, or of all. @source freeObsoleteRoots and requestForZappedRoots of
 * spec/kvm; kernel: kvm_mmu_free_obsolete_roots
 */
function freeObsoleteRoots(here: Here, isZapped: (space: Term, role: Term) => Term): void {
  const { state } = here;
  const hasCurrent = (v: Term) => isZapped(state.rootSpace(v), state.rootRole(v));
  if (here.asks('zappedRoot') === 'reload') {
    here.update({ cached: () => FALSE, zapped: () => FALSE });
    reload(
      here,
      allThat(() => TRUE),
    );
    return;
  }
  const examines = here.asks('obsoleteRoots');
  here.update({
    cached: (v, s, l, r) =>
      and(state.cached(v, s, l, r), not(isZapped(s, r)), examines === 'current' ? not(hasCurrent(v)) : TRUE),
    zapped: (v, s, l, r) =>
      examines === 'every'
        ? FALSE
        : and(
            or(state.zapped(v, s, l, r), and(state.cached(v, s, l, r), isZapped(s, r))),
            not(hasCurrent(v)),
          ),
  });
  reload(here, allThat(hasCurrent));
}

/** A memslot change: every shadow page goes, and every root. @source zapAllFast of spec/kvm; kernel: kvm_mmu_zap_all_fast */
export function zapAllFast(here: Here): void {
  here.asks('zappedRoot');
  here.asks('zappedPage');
  here.update({
    shadowed: () => FALSE,
    unsync: () => FALSE,
    spte: () => fixed.none,
    writable: () => FALSE,
    topShadowed: () => FALSE,
    topWritable: () => FALSE,
    linked: () => FALSE,
    unsyncChildren: () => FALSE,
    cached: () => FALSE,
    zapped: () => FALSE,
  });
  here.raise('flushAll', TRUE);
  reload(
    here,
    allThat(() => TRUE),
  );
}
