import { guestWalk, type Here, shadowWalk } from './here.ts';
import { and, choose, equal, exists, FALSE, known, not, or, type Term } from './logic.ts';
import { disagrees, hasUnsyncChildren, markParentsUnsync, syncChildren } from './sync.ts';
import { at, define, fixed, type Level, type TablePage } from './vocabulary.ts';

/**
 * A read that misses in the shadow tables: builds what is missing from the root down. @source pageFault of spec/kvm;
 * kernel: FNAME(page_fault), FNAME(fetch)
 */
export function pageFault(here: Here, page: Term): void {
  const { state, vcpu } = here;
  const misses = not(
    exists(['Frame'], (f) => shadowWalk(state, state.hardwareSpace(vcpu), state.hardwareRole(vcpu), page, f)),
  );
  const isMapped = exists(['Frame'], (f) => guestWalk(state, state.cr3Space(vcpu), page, f));
  const faults = fact('faults', and(misses, isMapped));
  const role = state.rootRole(vcpu);
  const table = state.levels.reduce(
    (parent, level) => linkChild(here, level, parent, role, fixed.slot(level, page), faults),
    state.rootSpace(vcpu),
  );
  setSpte(here, table, role, fixed.index(page), faults);
}

/** Something that is true or not of the whole step, by a name of its own. */
function fact(name: string, term: Term): Term {
  return define(name, [], 'Bool', () => term)();
}

/** The page that an entry leads to, which it links where it did not. @source linkChild of spec/kvm; kernel: kvm_mmu_get_child_sp, link_shadow_page */
function linkChild(here: Here, level: Level, parent: Term, role: Term, slot: Term, faults: Term): Term {
  const { linked, link, entry } = at(here.state, level);
  const isLinked = linked(parent, role, slot);
  const links = fact('links', and(faults, not(isLinked)));
  const child = define('child', [], level.below, () =>
    choose(isLinked, link(parent, role, slot), entry(parent, slot)),
  )();
  getShadowPage(here, level.below, child, role, links);
  const below = here.state.levels.find(({ of }) => of === level.below);
  if (below !== undefined) settleUnsyncChildren(here, below, child, role, links);
  const { state } = here;
  const hasUnsync =
    below === undefined ? state.unsync(child, role) : hasUnsyncChildren(state, below, child, role);
  const marks = fact('marks', and(links, hasUnsync));
  const marksFirst = fact('marksFirst', and(marks, not(hasUnsyncChildren(state, level, parent, role))));
  const isParent = (p: Term, r: Term) => and(equal(p, parent), equal(r, role));
  const isEntry = (p: Term, r: Term, k: Term) => and(isParent(p, r), equal(k, slot));
  const { unsyncChildren } = at(state, level);
  here.updateAt(level, {
    linked: (p, r, k) => or(linked(p, r, k), and(links, isEntry(p, r, k))),
    link: (p, r, k) => choose(and(links, isEntry(p, r, k)), child, link(p, r, k)),
    unsyncChildren: (p, r, k) => or(unsyncChildren(p, r, k), and(marks, isEntry(p, r, k))),
  });
  markParentsUnsync(here, level.of, (p, r) => and(marksFirst, isParent(p, r)));
  return child;
}

/** What a newly linked directory leads to is not linked stale. @source settleUnsyncChildren of spec/kvm */
function settleUnsyncChildren(here: Here, level: Level, page: Term, role: Term, links: Term): void {
  const how = here.asks('linkUnsyncChildren');
  if (how === 'sync-first') syncChildren(here, level, (of) => and(links, of(page, role)));
  const isDue = and(links, hasUnsyncChildren(here.state, level, page, role));
  if (how === 'request-sync') here.raise('sync', isDue);
  if (how === 'request-flush') here.raise('flushCurrent', isDue);
}

/**
 * Finds a shadow page, or makes an empty one. A table's that is found unsync is brought up to date and stays unsync.
 *
 * @source getShadowPage of spec/kvm; kernel: kvm_mmu_get_shadow_page, kvm_mmu_find_shadow_page
 */
function getShadowPage(here: Here, of: TablePage, page: Term, role: Term, links: Term): void {
  const { [`shadowed${of}` as const]: shadowed, [`writable${of}` as const]: writable, unsync } = here.state;
  const makes = fact('makes', and(links, not(shadowed(page, role))));
  if (of === 'Table') syncTransiently(here, page, role, and(links, shadowed(page, role), unsync(page, role)));
  here.update({
    [`shadowed${of}`]: (p: Term, r: Term) => or(shadowed(p, r), and(makes, equal(p, page), equal(r, role))),
    [`writable${of}`]: (p: Term) => and(writable(p), not(and(makes, equal(p, page)))),
  });
  here.raise('flushAll', and(makes, writable(page)));
}

function syncTransiently(here: Here, table: Term, role: Term, foundUnsync: Term): void {
  const { state } = here;
  const how = here.asks('foundUnsync');
  const syncs = fact('syncs', and(known(how !== 'no-sync'), foundUnsync));
  if (syncs === FALSE) return;
  here.update({
    spte: (t, r, i) =>
      choose(
        and(syncs, equal(t, table), equal(r, role), disagrees(state, t, r, i)),
        fixed.none,
        state.spte(t, r, i),
      ),
  });
  if (here.asks('syncDrop') === 'flush-remote' || how === 'flush-remote-if-changed')
    here.raise(
      'flushAll',
      and(
        syncs,
        exists(['Index'], (i) => disagrees(state, table, role, i)),
      ),
    );
  if (how === 'flush-current') here.raise('flushCurrent', syncs);
}

/** Makes the SPTE that the guest's entry asks for. @source setSpte of spec/kvm; kernel: mmu_set_spte */
function setSpte(here: Here, table: Term, role: Term, index: Term, faults: Term): void {
  const { state } = here;
  here.raise('flushAll', and(faults, disagrees(state, table, role, index)));
  here.update({
    spte: (t, r, i) =>
      choose(
        and(faults, equal(t, table), equal(r, role), equal(i, index)),
        state.memory(t, i),
        state.spte(t, r, i),
      ),
  });
}
