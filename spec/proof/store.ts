import { allThat, chosen, type Here } from './here.ts';
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

/** A store to an entry of a top page: to one that is write-tracked, or not. @source store of spec/kvm */
export function storeDirectory(
  here: Here,
  entry: { readonly space: Term; readonly slot: Term; readonly table: Term; readonly present: Term },
  tracked: boolean,
): void {
  const { state } = here;
  const { space, slot, table, present } = entry;
  const isEntry = (s: Term, k: Term) => and(equal(s, space), equal(k, slot));
  const hasShadow = exists(['Role'], (r) => state.topShadowed(space, r));
  here.require(equal(known(tracked), and(hasShadow, not(state.topWritable(space)))));
  here.update({
    directory: (s, k) => choose(isEntry(s, k), table, state.directory(s, k)),
    present: (s, k) => choose(isEntry(s, k), present, state.present(s, k)),
  });
  if (tracked) trackDirectory(here, space, slot);
  else here.update({ topWritable: (s) => or(state.topWritable(s), equal(s, space)) });
}

/**
 * A store to a top page that KVM emulates: in every role the entry is zapped, or by write flooding the page. It floods
 * at any count, and any unsync pages of the role may go with it.
 *
 * @source trackWrite and prepareZapPage of spec/kvm; kernel: kvm_mmu_track_write, mmu_zap_unsync_children
 */
function trackDirectory(here: Here, space: Term, slot: Term): void {
  const { state } = here;
  const zaps = (r: Term) => and(chosen('floods')(r), state.topShadowed(space, r));
  const isZapped = (s: Term, r: Term) => and(equal(s, space), zaps(r));
  const goes = (t: Term, r: Term) =>
    and(chosen('goes')(t, r), zaps(r), state.shadowed(t, r), state.unsync(t, r));
  const cuts = here.asks('trackedStore') === 'zap';
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
  freeObsoleteRoots(here, isZapped, exists(['Role'], zaps));
}

/**
 * Every vCPU lets go of the roots that were zapped. @source freeObsoleteRoots of spec/kvm, requestForZappedRoots; kernel:
 * kvm_mmu_free_obsolete_roots
 */
function freeObsoleteRoots(here: Here, isZapped: (space: Term, role: Term) => Term, zaps: Term): void {
  const { state } = here;
  const hasCurrent = (v: Term) => isZapped(state.rootSpace(v), state.rootRole(v));
  const isAsked = or(
    exists(['Vcpu'], hasCurrent),
    exists(['Vcpu', 'Space', 'Low', 'Role'], (v, s, l, r) => and(state.cached(v, s, l, r), isZapped(s, r))),
  );
  const every = here.asks('zappedRoot') === 'reload';
  const current = !every && here.asks('obsoleteRoots') === 'current';
  if (current) {
    here.update({
      cached: (v, s, l, r) => and(state.cached(v, s, l, r), not(hasCurrent(v)), not(isZapped(s, r))),
      zapped: (v, s, l, r) =>
        and(or(state.zapped(v, s, l, r), and(state.cached(v, s, l, r), isZapped(s, r))), not(hasCurrent(v))),
    });
    here.putsZapped = zaps;
  } else {
    here.update({
      cached: (v, s, l, r) => and(state.cached(v, s, l, r), not(every ? isAsked : isZapped(s, r))),
      zapped: (v, s, l, r) => and(state.zapped(v, s, l, r), not(isAsked)),
    });
    here.raise('flushAll', zaps);
  }
  reload(here, allThat(every ? () => isAsked : hasCurrent));
}

/** A memslot change: every shadow page goes, and every root. @source zapAllFast of spec/kvm; kernel: kvm_mmu_zap_all_fast */
export function zapAllFast(here: Here): void {
  here.asks('zappedRoot');
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
