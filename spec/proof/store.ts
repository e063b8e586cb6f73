import { allThat, chosen, type Here, isCurrent } from './here.ts';
import { and, choose, equal, exists, FALSE, known, not, or, type Term, TRUE } from './logic.ts';
import { reload } from './roots.ts';
import { markParentsUnsync } from './sync.ts';
import { at, fixed, type Level, type TablePage } from './vocabulary.ts';

/** A store to a level-1 entry. @source store and unsyncPages of spec/kvm; kernel: mmu_try_to_unsync_pages */
export function storePte(here: Here, table: Term, index: Term, frame: Term): void {
  const { state } = here;
  const goesUnsync = (t: Term, r: Term) =>
    and(equal(t, table), not(state.writableTable(table)), state.shadowedTable(t, r), not(state.unsync(t, r)));
  here.update({
    memory: (t, i) => choose(and(equal(t, table), equal(i, index)), frame, state.memory(t, i)),
    unsync: (t, r) => or(state.unsync(t, r), goesUnsync(t, r)),
    writableTable: (t) => or(state.writableTable(t), equal(t, table)),
  });
  if (here.asks('unsyncMarks') === 'parents') markParentsUnsync(here, 'Table', goesUnsync);
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

/** What becomes of a store to an upper page: KVM does not see it; it emulates it; and some root is zapped by that. */
const TRACKING = ['not tracked', 'tracked', 'zaps a root'] as const;

/** One of them. */
type Tracking = (typeof TRACKING)[number];

/** What may become of a store to a page of a level: a root is a top page. */
export function trackingAt(level: Level): readonly Tracking[] {
  return level.of === 'Space' ? TRACKING : TRACKING.filter((how) => how !== 'zaps a root');
}

/** An entry of an upper page. */
interface UpperEntry {
  readonly upper: Term;
  readonly slot: Term;
}

/** A store to an entry of an upper page: to one that is write-tracked, or not. @source store of spec/kvm */
export function storeDirectory(
  here: Here,
  level: Level,
  { upper, slot, names, isPresent }: UpperEntry & { readonly names: Term; readonly isPresent: Term },
  how: Tracking,
): void {
  const { entry, present, shadowed, writable } = at(here.state, level);
  const tracked = how !== 'not tracked';
  const isEntry = (p: Term, k: Term) => and(equal(p, upper), equal(k, slot));
  const hasShadow = exists(['Role'], (r) => shadowed(upper, r));
  here.require(equal(known(tracked), and(hasShadow, not(writable(upper)))));
  here.updateAt(level, {
    entry: (p, k) => choose(isEntry(p, k), names, entry(p, k)),
    present: (p, k) => choose(isEntry(p, k), isPresent, present(p, k)),
  });
  if (tracked) trackDirectory(here, level, { upper, slot }, how === 'zaps a root');
  else here.updateAt(level, { writable: (p) => or(writable(p), equal(p, upper)) });
}

/**
 * A store to an upper page that KVM emulates: in every role the entry is zapped, or by write flooding the page. It
 * floods at any count, and any unsync pages of the role may go with it.
 *
 * @source trackWrite, prepareZapPage and zapPage of spec/kvm; kernel: kvm_mmu_track_write, mmu_zap_unsync_children
 */
function trackDirectory(here: Here, level: Level, { upper, slot }: UpperEntry, zapsRoot: boolean): void {
  const { state } = here;
  const { shadowed, linked, unsyncChildren } = at(state, level);
  const zaps = (r: Term) => and(chosen('floods')(r), shadowed(upper, r));
  const isZapped = (p: Term, r: Term) => and(equal(p, upper), zaps(r));
  const goes = (t: Term, r: Term) =>
    and(chosen('goes')(t, r), zaps(r), state.shadowedTable(t, r), state.unsync(t, r));
  const cuts = here.asks('trackedStore') === 'zap';
  here.asks('zappedPage');
  here.raise(
    'flushAll',
    or(
      exists(['Table', 'Role'], goes),
      cuts ? exists(['Role'], (r) => and(not(zaps(r)), linked(upper, r, slot))) : FALSE,
    ),
  );
  here.update({
    shadowedTable: (t, r) => and(state.shadowedTable(t, r), not(goes(t, r))),
    unsync: (t, r) => and(state.unsync(t, r), not(goes(t, r))),
    spte: (t, r, i) => choose(goes(t, r), fixed.none, state.spte(t, r, i)),
  });
  here.updateAt(level, {
    shadowed: (p, r) => and(shadowed(p, r), not(isZapped(p, r))),
    linked: (p, r, k) =>
      and(linked(p, r, k), not(isZapped(p, r)), not(and(known(cuts), equal(p, upper), equal(k, slot)))),
    unsyncChildren: (p, r, k) => and(unsyncChildren(p, r, k), not(isZapped(p, r))),
  });
  unlink(here, 'Table', goes);
  unlink(here, level.of, isZapped);
  if (level.of === 'Space') putRoots(here, zaps, isZapped, zapsRoot);
  else here.raise('flushAll', exists(['Role'], zaps));
}

/** Drops the links to pages that are zapped. @source zapPage of spec/kvm; kernel: kvm_mmu_unlink_parents */
function unlink(here: Here, of: TablePage, isZapped: (page: Term, role: Term) => Term): void {
  const level = here.state.levels.find(({ below }) => below === of);
  if (level === undefined) return;
  const { linked, link } = at(here.state, level);
  here.updateAt(level, {
    linked: (p, r, k) => and(linked(p, r, k), not(isZapped(link(p, r, k), r))),
  });
}

/** What follows where top pages were zapped, of which some may be roots. */
function putRoots(
  here: Here,
  zaps: (role: Term) => Term,
  isZapped: (space: Term, role: Term) => Term,
  zapsRoot: boolean,
): void {
  const { state } = here;
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
    shadowedTable: () => FALSE,
    unsync: () => FALSE,
    spte: () => fixed.none,
    writableTable: () => FALSE,
    cached: () => FALSE,
    zapped: () => FALSE,
  });
  const none = () => FALSE;
  for (const level of here.state.levels)
    here.updateAt(level, { shadowed: none, writable: none, linked: none, unsyncChildren: none });
  here.raise('flushAll', TRUE);
  reload(
    here,
    allThat(() => TRUE),
  );
}
