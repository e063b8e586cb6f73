import { guestWalk, type Here, shadowWalk } from './here.ts';
import { and, choose, equal, exists, known, not, or, type Term } from './logic.ts';
import { disagrees } from './sync.ts';
import { fixed } from './vocabulary.ts';

/**
 * A read that misses in the shadow tables: builds what is missing below the root. @source pageFault and getShadowPage of
 * spec/kvm; kernel: FNAME(page_fault), FNAME(fetch), kvm_mmu_find_shadow_page
 */
export function pageFault(here: Here, page: Term): void {
  const { state, vcpu } = here;
  const [s0, r0] = [state.rootSpace(vcpu), state.rootRole(vcpu)];
  const [k0, i0] = [fixed.slot(page), fixed.index(page)];
  const isLinked = state.linked(s0, r0, k0);
  const t0 = choose(isLinked, state.link(s0, r0, k0), state.directory(s0, k0));
  const misses = not(
    exists(['Frame'], (f) => shadowWalk(state, state.hardwareSpace(vcpu), state.hardwareRole(vcpu), page, f)),
  );
  const isMapped = exists(['Frame'], (f) => guestWalk(state, state.cr3Space(vcpu), page, f));
  const faults = and(misses, isMapped);
  const links = and(faults, not(isLinked));
  const makes = and(links, not(state.shadowed(t0, r0)));
  const foundUnsync = and(links, state.shadowed(t0, r0), state.unsync(t0, r0));
  const how = here.asks('foundUnsync');
  const syncs = and(known(how !== 'no-sync'), foundUnsync);
  const isEntry = (s: Term, r: Term, k: Term) => and(links, equal(s, s0), equal(r, r0), equal(k, k0));
  const isPage = (t: Term, r: Term) => and(equal(t, t0), equal(r, r0));
  here.update({
    shadowed: (t, r) => or(state.shadowed(t, r), and(makes, isPage(t, r))),
    writable: (t) => and(state.writable(t), not(and(makes, equal(t, t0)))),
    linked: (s, r, k) => or(state.linked(s, r, k), isEntry(s, r, k)),
    link: (s, r, k) => choose(isEntry(s, r, k), t0, state.link(s, r, k)),
    unsyncChildren: (s, r, k) => or(state.unsyncChildren(s, r, k), and(isEntry(s, r, k), foundUnsync)),
    spte: (t, r, i) =>
      choose(
        and(faults, isPage(t, r), equal(i, i0)),
        state.memory(t, i),
        choose(and(syncs, isPage(t, r), disagrees(state, t, r, i)), fixed.none, state.spte(t, r, i)),
      ),
  });
  here.raise('flushAll', and(makes, state.writable(t0)));
  if (here.asks('syncDrop') === 'flush-remote' || how === 'flush-remote-if-changed')
    here.raise(
      'flushAll',
      and(
        syncs,
        exists(['Index'], (i) => disagrees(state, t0, r0, i)),
      ),
    );
  if (how === 'flush-current') here.raise('flushCurrent', syncs);
}
