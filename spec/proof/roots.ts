import {
  activePcid,
  allThat,
  chosen,
  type Here,
  isCurrent,
  only,
  pcidOf,
  rootRole,
  type Vcpus,
} from './here.ts';
import { and, choose, equal, exists, FALSE, known, not, or, type Term, TRUE } from './logic.ts';
import { hasUnsyncChildren, syncChildren, syncRoots, type Which } from './sync.ts';
import { at, fixed, topOf } from './vocabulary.ts';

/** @source flushTlbCurrent, flushTlbGuest of spec/kvm */
function flushTlb(here: Here, vcpus: Vcpus): void {
  const { state } = here;
  here.update({ hardwareTlb: (v, l, p, f, s) => and(state.hardwareTlb(v, l, p, f, s), not(vcpus.has(v))) });
}

/** @source freePrevRoots of spec/kvm; what it takes for a zapped page to go is CHOICES.lastPut */
export function freePrevRoots(here: Here, when: Term, which: Which): void {
  const { state, vcpu } = here;
  const goes = (v: Term, s: Term, l: Term, r: Term) => and(when, equal(v, vcpu), which(s, l, r));
  here.update({
    cached: (v, s, l, r) => and(state.cached(v, s, l, r), not(goes(v, s, l, r))),
    zapped: (v, s, l, r) => and(state.zapped(v, s, l, r), not(goes(v, s, l, r))),
  });
}

/** @source unload of spec/kvm; kernel: kvm_mmu_unload */
export function unload(here: Here, when: Term): void {
  if (when === FALSE) return;
  here.rootValid = and(here.rootValid, not(when));
  freePrevRoots(here, when, () => TRUE);
}

/** Frees the cached roots that may have something unsync below them. @source syncPrevRoots of spec/kvm */
function syncPrevRoots(here: Here, when: Term): void {
  const { state, vcpu } = here;
  here.update({
    cached: (v, s, l, r) =>
      and(
        state.cached(v, s, l, r),
        not(and(when, equal(v, vcpu), hasUnsyncChildren(state, topOf(state), s, r))),
      ),
  });
}

/** @source loadPgd of spec/kvm; kernel: kvm_mmu_load_pgd */
function loadPgd(here: Here, vcpus: Vcpus): void {
  const { state } = here;
  const pcid = here.asks('hardwarePcid') === 'active' ? (v: Term) => activePcid(state, v) : () => fixed.zero;
  here.assign(vcpus, { hardwareSpace: state.rootSpace, hardwareRole: state.rootRole, hardwarePcid: pcid });
}

/** Loads roots on vCPUs that have none. @source reload of spec/kvm; kernel: kvm_mmu_load, mmu_alloc_shadow_roots */
export function reload(here: Here, vcpus: Vcpus): void {
  const { state } = here;
  const top = topOf(state);
  const { shadowed, writable } = at(state, top);
  const role = (v: Term) => rootRole(state, v);
  const isLoaded = (s: Term, r: Term) =>
    vcpus.some((v) => and(equal(s, state.cr3Space(v)), equal(r, role(v))));
  const isNew = (v: Term) => not(shadowed(state.cr3Space(v), role(v)));
  if (vcpus.some(() => TRUE) !== FALSE) {
    here.raise(
      'flushAll',
      vcpus.some((v) => and(isNew(v), writable(state.cr3Space(v)))),
    );
    here.updateAt(top, {
      shadowed: (s, r) => or(shadowed(s, r), isLoaded(s, r)),
      writable: (s) => and(writable(s), not(vcpus.some((v) => and(isNew(v), equal(s, state.cr3Space(v)))))),
    });
  }
  here.assign(vcpus, { rootSpace: state.cr3Space, rootLow: state.cr3Low, rootRole: role });
  const { rootSpace, rootRole: ofRoot } = here.state;
  if (here.asks('loadSync') === 'sync')
    syncChildren(here, top, (of) => vcpus.some((v) => of(rootSpace(v), ofRoot(v))));
  loadPgd(here, vcpus);
  if (here.asks('loadFlush') === 'flush') flushTlb(here, vcpus);
}

/** What becomes of a search for a root: the current one serves, a cached one does, or none. */
export const FINDS = ['current', 'cached', 'none'] as const;

/** What a search for a root finds. */
export type Finds = (typeof FINDS)[number];

/**
 * Looks for a root of a CR3 value. One that is found changes places with the current one, and none is lost. Where none
 * is found, any of the cached roots are kept, and the old one or not, which is more than KVM's three slots in the order
 * of use.
 *
 * @source newPgd of spec/kvm; kernel: kvm_mmu_new_pgd, fast_pgd_switch
 */
export function newPgd(here: Here, space: Term, low: Term, noflush: boolean, finds: Finds): void {
  const { state, vcpu } = here;
  const reuse = here.asks('rootReuse');
  if (reuse === 'none') {
    here.require(known(finds === 'none'));
    here.rootValid = FALSE;
    return;
  }
  const isUsable: Which = (s, l, r) =>
    and(
      equal(s, space),
      reuse === 'space-and-role' ? TRUE : equal(l, low),
      reuse === 'cr3' ? TRUE : equal(r, rootRole(state, vcpu)),
    );
  const [s0, l0, r0] = [state.rootSpace(vcpu), state.rootLow(vcpu), state.rootRole(vcpu)];
  here.require(equal(known(finds === 'current'), isUsable(s0, l0, r0)));
  const caches = (v: Term, s: Term, l: Term, r: Term) =>
    or(state.cached(v, s, l, r), and(equal(v, vcpu), isCurrent(state, vcpu, s, l, r)));
  if (finds !== 'current') here.synced = FALSE;
  if (finds === 'cached') {
    const [s0, l0, r0] = [chosen('foundSpace')(), chosen('foundLow')(), chosen('foundRole')()];
    here.require(and(state.cached(vcpu, s0, l0, r0), isUsable(s0, l0, r0)));
    const isFound = (v: Term, s: Term, l: Term, r: Term) =>
      and(equal(v, vcpu), equal(s, s0), equal(l, l0), equal(r, r0));
    here.update({ cached: (v, s, l, r) => and(caches(v, s, l, r), not(isFound(v, s, l, r))) });
    here.assign(only(vcpu, TRUE), { rootSpace: () => s0, rootLow: () => l0, rootRole: () => r0 });
  }
  if (finds === 'none') {
    const keeps = (v: Term, s: Term, l: Term, r: Term) => or(not(equal(v, vcpu)), chosen('keeps')(s, l, r));
    here.update({
      cached: (v, s, l, r) => and(caches(v, s, l, r), keeps(v, s, l, r)),
      zapped: (v, s, l, r) => and(state.zapped(v, s, l, r), keeps(v, s, l, r)),
    });
    here.require(
      not(exists(['Space', 'Low', 'Role'], (s, l, r) => and(state.cached(vcpu, s, l, r), isUsable(s, l, r)))),
    );
    here.rootValid = FALSE;
    return;
  }
  const hit = here.asks('newPgdHit');
  if (here.asks('pgdOnHit') === 'load') here.raise('loadPgd', TRUE);
  if (hit === 'always-sync-and-flush' || (hit === 'sync-and-flush' && !noflush)) {
    here.raise('sync', TRUE);
    here.raise('flushCurrent', TRUE);
  }
}

/** @source syncAndFlushCurrent of spec/kvm */
export function syncAndFlushCurrent(here: Here, when: Term): void {
  const how = here.asks('currentRootSync');
  if (how === 'at-once') syncRoots(here, when);
  if (how === 'by-request') here.raise('sync', when);
  here.raise('flushCurrent', when);
}

/** @source syncBeforeSwitch of spec/kvm */
export function syncBeforeSwitch(here: Here): void {
  if (here.asks('currentRootSync') === 'before-switch') syncRoots(here, TRUE);
}

/** @source invalidatePcid of spec/kvm; kernel: kvm_invalidate_pcid */
export function invalidatePcid(here: Here, pcid: Term): void {
  const { vcpu } = here;
  const registers = here.state;
  const [pcidless, withPcids] = [here.asks('pcidlessInvalidation'), here.asks('pcidInvalidation')];
  const hasPcids = registers.pcide(vcpu);
  const goesOn = pcidless === 'return-first' ? hasPcids : TRUE;
  const frees = choose(
    hasPcids,
    known(withPcids !== 'keep-prev-roots'),
    known(pcidless === 'free-prev-roots'),
  );
  syncAndFlushCurrent(here, and(goesOn, equal(activePcid(registers, vcpu), pcid)));
  freePrevRoots(here, frees, (_s, l) => equal(pcidOf(registers, vcpu, l), pcid));
}

/** Carries out that the guest flushed its entire TLB. @source flushGuest of spec/kvm; kernel: kvm_vcpu_flush_tlb_guest */
function flushGuest(here: Here, when: Term): void {
  if (when === FALSE) return;
  const how = here.asks('flushGuestService');
  if (how === 'unload') {
    unload(here, when);
    return;
  }
  if (how !== 'hardware-only') syncRoots(here, when);
  if (how === 'sync-and-free-unsync' || how === 'sync-without-flush') syncPrevRoots(here, when);
  if (how !== 'sync-without-flush') flushTlb(here, only(here.vcpu, when));
}

/** The vCPU enters the guest, and so does who was kicked. @source enterGuest of spec/kvm; kernel: vcpu_enter_guest */
export function enterGuest(here: Here): void {
  const { vcpu, pending } = here;
  unload(here, pending.reload);
  syncRoots(here, pending.sync);
  loadPgd(here, only(vcpu, and(pending.loadPgd, here.rootValid)));
  const flushed = or(pending.flushAll, pending.flushSelf);
  flushTlb(here, only(vcpu, and(pending.flushCurrent, not(flushed), here.rootValid)));
  const dropsGuest = here.asks('flushRequestClears') === 'current-and-guest';
  flushGuest(here, dropsGuest ? and(pending.flushGuest, not(flushed)) : pending.flushGuest);
  reload(here, only(vcpu, not(here.rootValid)));
  flushTlb(here, only(vcpu, pending.flushSelf));
  flushTlb(
    here,
    allThat(() => pending.flushAll),
  );
}
