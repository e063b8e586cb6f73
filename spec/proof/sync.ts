import { type Here, isCurrent } from './here.ts';
import { and, choose, equal, exists, FALSE, not, or, type Term, TRUE } from './logic.ts';
import { fixed, type State } from './vocabulary.ts';

/** Some top pages' shadows, by space and role. */
type Tops = (of: (space: Term, role: Term) => Term) => Term;

/** Whether an SPTE maps what the guest's entry does not say. @source FNAME(sync_spte) */
export function disagrees(state: State, table: Term, role: Term, index: Term): Term {
  const spte = state.spte(table, role, index);
  return and(not(equal(spte, fixed.none)), not(equal(spte, state.memory(table, index))));
}

/** Whether anything below a root may be unsync. @source hasUnsyncChildren of spec/state */
export function hasUnsyncChildren(state: State, space: Term, role: Term): Term {
  return exists(['Slot'], (k) => state.unsyncChildren(space, role, k));
}

/** Syncs what is below the current root; a second time in one step there is nothing to do. @source syncRoots of spec/kvm */
export function syncRoots(here: Here, asked: Term): void {
  const { vcpu, state } = here;
  const when = and(asked, here.rootValid);
  syncChildren(here, (of) => {
    const due = and(when, not(here.synced));
    return due === FALSE ? FALSE : and(due, of(state.rootSpace(vcpu), state.rootRole(vcpu)));
  });
  here.synced = or(here.synced, when);
}

/** Syncs every unsync page below some top pages. @source syncChildren of spec/kvm; kernel: mmu_sync_children */
export function syncChildren(here: Here, some: Tops): void {
  const { state } = here;
  if (some(() => TRUE) === FALSE) return;
  const isMarked = (s: Term, r: Term) => some((s1, r1) => and(equal(s, s1), equal(r, r1)));
  const leads = (s: Term, r: Term, k: Term) =>
    and(state.unsyncChildren(s, r, k), state.linked(s, r, k), state.unsync(state.link(s, r, k), r));
  const below = (t: Term, r: Term) =>
    some((s, r1) =>
      and(
        equal(r, r1),
        exists(['Slot'], (k) => and(leads(s, r1, k), equal(state.link(s, r1, k), t))),
      ),
    );
  const protects = here.asks('syncProtects') === 'write-protect';
  const wasWritable = some((s, r) =>
    exists(['Slot'], (k) => and(leads(s, r, k), state.writable(state.link(s, r, k)))),
  );
  const dropped = some((s, r) =>
    exists(['Slot', 'Index'], (k, i) => and(leads(s, r, k), disagrees(state, state.link(s, r, k), r, i))),
  );
  here.update({
    unsyncChildren: (s, r, k) => and(state.unsyncChildren(s, r, k), not(isMarked(s, r))),
    unsync: (t, r) => and(state.unsync(t, r), not(below(t, r))),
    spte: (t, r, i) => choose(and(disagrees(state, t, r, i), below(t, r)), fixed.none, state.spte(t, r, i)),
  });
  if (protects) {
    const belowInSome = (t: Term) =>
      some((s, r) => exists(['Slot'], (k) => and(leads(s, r, k), equal(state.link(s, r, k), t))));
    here.update({ writable: (t) => and(state.writable(t), not(belowInSome(t))) });
    here.raise('flushAll', wasWritable);
  }
  if (here.asks('syncDrop') === 'flush-remote') here.raise('flushAll', dropped);
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
  const slot = fixed.slot(page);
  const index = fixed.index(page);
  const isAsked = (s: Term, l: Term, r: Term) =>
    and(
      when,
      or(and(here.rootValid, isCurrent(state, vcpu, s, l, r)), state.cached(vcpu, s, l, r)),
      which(s, l, r),
      hasUnsyncChildren(state, s, r),
      state.linked(s, r, slot),
      state.unsync(state.link(s, r, slot), r),
    );
  const some = (of: (table: Term, role: Term) => Term) =>
    exists(['Space', 'Low', 'Role'], (s, l, r) => and(isAsked(s, l, r), of(state.link(s, r, slot), r)));
  const reached = (t: Term, r: Term) => some((t1, r1) => and(equal(t, t1), equal(r, r1)));
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
        equal(state.link(s, r, slot), state.link(s1, r, slot)),
        isPresent(state.memory(state.link(s, r, slot), index)),
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
