import { type Here, isCurrent, shadowPath } from './here.ts';
import { and, choose, equal, exists, FALSE, not, or, type Term, TRUE } from './logic.ts';
import { at, fixed, type Level, type State, type TablePage, topOf } from './vocabulary.ts';

/** Some shadow pages of one level: whether something is true of one of them. */
type Pages = (of: (page: Term, role: Term) => Term) => Term;

/** Whether an SPTE maps what the guest's entry does not say. @source FNAME(sync_spte) */
export function disagrees(state: State, table: Term, role: Term, index: Term): Term {
  const spte = state.spte(table, role, index);
  return and(not(equal(spte, fixed.none)), not(equal(spte, state.memory(table, index))));
}

/** Whether anything below an upper page may be unsync. @source hasUnsyncChildren of spec/state */
export function hasUnsyncChildren(state: State, level: Level, page: Term, role: Term): Term {
  return exists(['Slot'], (k) => at(state, level).unsyncChildren(page, role, k));
}

/** Syncs what is below the current root; a second time in one step there is nothing to do. @source syncRoots of spec/kvm */
export function syncRoots(here: Here, asked: Term): void {
  const { vcpu, state } = here;
  const when = and(asked, here.rootValid);
  syncChildren(here, topOf(state), (of) => {
    const due = and(when, not(here.synced));
    return due === FALSE ? FALSE : and(due, of(state.rootSpace(vcpu), state.rootRole(vcpu)));
  });
  here.synced = or(here.synced, when);
}

/**
 * Syncs every unsync page below some pages of a level. The walk follows the marks down, and clears those of each page
 * that it comes to. @source syncChildren and unsyncWalk of spec/kvm; kernel: mmu_sync_children, mmu_unsync_walk
 */
export function syncChildren(here: Here, from: Level, parents: Pages): void {
  const { state } = here;
  if (parents(() => TRUE) === FALSE) return;
  const walked = state.levels.slice(state.levels.indexOf(from));
  const tables = walked.reduce<Pages>((some, level) => {
    const { unsyncChildren, linked, link } = at(state, level);
    here.updateAt(level, {
      unsyncChildren: (p, r, k) => and(unsyncChildren(p, r, k), not(isOneOf(some, p, r))),
    });
    return (of) =>
      some((p, r) =>
        exists(['Slot'], (k) => and(unsyncChildren(p, r, k), linked(p, r, k), of(link(p, r, k), r))),
      );
  }, parents);
  const unsync: Pages = (of) => tables((t, r) => and(state.unsync(t, r), of(t, r)));
  here.update({
    unsync: (t, r) => and(state.unsync(t, r), not(isOneOf(unsync, t, r))),
    spte: (t, r, i) =>
      choose(and(disagrees(state, t, r, i), isOneOf(unsync, t, r)), fixed.none, state.spte(t, r, i)),
  });
  if (here.asks('syncProtects') === 'write-protect') {
    const isProtected = (t: Term) => unsync((one) => equal(t, one));
    here.update({ writableTable: (t) => and(state.writableTable(t), not(isProtected(t))) });
    here.raise(
      'flushAll',
      unsync((t) => state.writableTable(t)),
    );
  }
  if (here.asks('syncDrop') === 'flush-remote')
    here.raise(
      'flushAll',
      unsync((t, r) => exists(['Index'], (i) => disagrees(state, t, r, i))),
    );
}

function isOneOf(pages: Pages, page: Term, role: Term): Term {
  return pages((p, r) => and(equal(page, p), equal(role, r)));
}

/**
 * Marks every link to a page that is unsync now, or has its first mark, and what links those that are marked.
 *
 * @source markParentsUnsync and markUnsync of spec/kvm; kernel: kvm_mmu_mark_parents_unsync
 */
export function markParentsUnsync(
  here: Here,
  of: TablePage,
  isChild: (page: Term, role: Term) => Term,
): void {
  const { state } = here;
  const level = state.levels.find(({ below }) => below === of);
  if (level === undefined) return;
  const { linked, link, unsyncChildren } = at(state, level);
  const marks = (p: Term, r: Term, k: Term) => and(linked(p, r, k), isChild(link(p, r, k), r));
  here.updateAt(level, { unsyncChildren: (p, r, k) => or(unsyncChildren(p, r, k), marks(p, r, k)) });
  markParentsUnsync(here, level.of, (p, r) =>
    and(
      not(hasUnsyncChildren(state, level, p, r)),
      exists(['Slot'], (k) => marks(p, r, k)),
    ),
  );
}

/** Which roots an address invalidation looks at. */
export type Which = (space: Term, low: Term, role: Term) => Term;

/**
 * Brings the entry of one page up to date below some roots of the vCPU. @source invalidateAddr of spec/kvm; kernel:
 * kvm_mmu_invalidate_addr
 */
export function invalidateAddr(here: Here, page: Term, when: Term, which: Which): void {
  const { vcpu, state } = here;
  if (here.asks('addressFlush') === 'flush')
    here.update({
      hardwareTlb: (v, l, p, f, s) =>
        and(state.hardwareTlb(v, l, p, f, s), not(and(when, equal(v, vcpu), equal(p, page)))),
    });
  const index = fixed.index(page);
  const tableOf = (s: Term, r: Term) => shadowPath(state, s, r, page).table;
  const isAsked = (s: Term, l: Term, r: Term) =>
    and(
      when,
      or(and(here.rootValid, isCurrent(state, vcpu, s, l, r)), state.cached(vcpu, s, l, r)),
      which(s, l, r),
      isMarkedPath(state, s, r, page),
      state.unsync(tableOf(s, r), r),
    );
  const some: Pages = (of) =>
    exists(['Space', 'Low', 'Role'], (s, l, r) => and(isAsked(s, l, r), of(tableOf(s, r), r)));
  const reached = (t: Term, r: Term) => isOneOf(some, t, r);
  const how = here.asks('invlpg');
  if (how === 'sync') {
    here.update({
      spte: (t, r, i) =>
        choose(
          and(equal(i, index), disagrees(state, t, r, i), reached(t, r)),
          fixed.none,
          state.spte(t, r, i),
        ),
    });
    here.raise(
      'flushAll',
      some((t, r) => disagrees(state, t, r, index)),
    );
  }
  if (how === 'zap-and-refetch') {
    const isPresent = (of: Term) => not(equal(of, fixed.none));
    here.update({
      spte: (t, r, i) => choose(and(equal(i, index), reached(t, r)), state.memory(t, i), state.spte(t, r, i)),
    });
    // A page that two roots lead to is come to twice, the second time with what was read the first time.
    const twice = exists(['Space', 'Low', 'Role', 'Space', 'Low'], (s, l, r, s1, l1) =>
      and(
        isAsked(s, l, r),
        isAsked(s1, l1, r),
        not(and(equal(s, s1), equal(l, l1))),
        equal(tableOf(s, r), tableOf(s1, r)),
        isPresent(state.memory(tableOf(s, r), index)),
      ),
    );
    here.raise(
      'flushAll',
      or(
        some((t, r) => isPresent(state.spte(t, r, index))),
        twice,
      ),
    );
  }
}

/** Whether the walk from a root goes on to the table: at each level something below is marked. */
function isMarkedPath(state: State, space: Term, role: Term, page: Term): Term {
  let upper = space;
  const isMarked = state.levels.map((level) => {
    const marked = hasUnsyncChildren(state, level, upper, role);
    upper = at(state, level).link(upper, role, fixed.slot(level, page));
    return marked;
  });
  return and(shadowPath(state, space, role, page).isThere, ...isMarked);
}
