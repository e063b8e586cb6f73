import { isWholeFlush } from '../contracts/contract.ts';
import type { Operation } from '../contracts/invalidation.ts';
import { guestPath, guestWalk, type Here, pcidOf, shadowWalk } from './here.ts';
import { and, choose, equal, exists, not, or, type Term, TRUE } from './logic.ts';
import { fixed } from './vocabulary.ts';

/** An `Invalidation` of `spec/contracts`, in terms. */
export interface Invalidation {
  readonly operation: Operation;
  readonly pcid: Term | 'every';
  readonly page: Term | 'every';
  readonly globals: boolean;
}

/** Every entry goes. */
export const EVERYTHING = { pcid: 'every', page: 'every', globals: true } as const;

/** @source invalidateGuestTlb of spec/architecture; SDM vol. 3A, 4.10.4.1 */
export function invalidateGuestTlb(here: Here, required: readonly Invalidation[]): void {
  const before = here.state;
  for (const { operation, pcid, page, globals } of required) {
    const { state, vcpu, contract } = here;
    const isPcid = (one: Term) => (pcid === 'every' ? TRUE : equal(one, pcid));
    const isPage = (one: Term) => (page === 'every' ? TRUE : equal(one, page));
    here.update({
      guestTlb: (v, l, p, f) =>
        and(state.guestTlb(v, l, p, f), not(and(equal(v, vcpu), isPcid(l), isPage(p)))),
    });
    if (globals)
      here.update({
        guestGlobal: (v, p, f) => and(state.guestGlobal(v, p, f), not(and(equal(v, vcpu), isPage(p)))),
      });
    if (contract.refill !== 'loaded' || !isWholeFlush(operation) || !contract.endedBy[operation]) continue;
    here.allowsRefill = true;
    here.update({
      loaded: (v, s, l) =>
        and(state.loaded(v, s, l), not(and(equal(v, vcpu), isPcid(pcidOf(before, vcpu, l))))),
    });
  }
}

/** The guest's own TLB loses all, and fills through no earlier CR3. @source processor of spec/architecture, INIT */
export function forget(here: Here): void {
  const { state, vcpu } = here;
  here.update({
    guestTlb: (v, l, p, f) => and(state.guestTlb(v, l, p, f), not(equal(v, vcpu))),
    guestGlobal: (v, p, f) => and(state.guestGlobal(v, p, f), not(equal(v, vcpu))),
    loaded: (v, s, l) => and(state.loaded(v, s, l), not(equal(v, vcpu))),
  });
}

/** The vCPU goes on to run on the other physical CPU. @source processor of spec/architecture */
export function changeCpu(here: Here): void {
  const { state, vcpu } = here;
  const { hardwareTlb, awayTlb } = state;
  here.update({
    hardwareTlb: (v, l, p, f, s) =>
      choose(equal(v, vcpu), awayTlb(v, l, p, f, s), hardwareTlb(v, l, p, f, s)),
    awayTlb: (v, l, p, f, s) => choose(equal(v, vcpu), hardwareTlb(v, l, p, f, s), awayTlb(v, l, p, f, s)),
  });
}

/** The active CR3 is one through which the guest's TLB may fill; without PCIDs the only one. @source allowRefill of spec/architecture */
export function allowRefill(here: Here): void {
  const { state, vcpu, contract } = here;
  if (!here.allowsRefill || contract.refill !== 'loaded') return;
  const isActive = (s: Term, l: Term) => and(equal(s, state.cr3Space(vcpu)), equal(l, state.cr3Low(vcpu)));
  here.update({
    loaded: (v, s, l) =>
      choose(
        equal(v, vcpu),
        or(and(state.pcide(vcpu), state.loaded(v, s, l)), isActive(s, l)),
        state.loaded(v, s, l),
      ),
  });
}

/** Both TLBs of every vCPU take in what they may. @source speculate of spec/step */
export function speculate(here: Here): void {
  const { state, contract } = here;
  const isActive = (v: Term, s: Term, l: Term) => and(equal(s, state.cr3Space(v)), equal(l, state.cr3Low(v)));
  const through = contract.refill === 'loaded' ? state.loaded : isActive;
  const isGlobal = (v: Term, s: Term, p: Term) =>
    and(state.pge(v), fixed.isGlobal(guestPath(state, s, p).table));
  const fills = (v: Term, p: Term, f: Term, tagged: (s: Term, l: Term) => Term) =>
    exists(['Space', 'Low'], (s, l) => and(through(v, s, l), guestWalk(state, s, p, f), tagged(s, l)));
  here.update({
    guestTlb: (v, pcid, p, f) =>
      or(
        state.guestTlb(v, pcid, p, f),
        fills(v, p, f, (s, l) => and(equal(pcidOf(state, v, l), pcid), not(isGlobal(v, s, p)))),
      ),
    guestGlobal: (v, p, f) =>
      or(
        state.guestGlobal(v, p, f),
        fills(v, p, f, (s) => isGlobal(v, s, p)),
      ),
    hardwareTlb: (v, pcid, p, f, s) =>
      or(
        state.hardwareTlb(v, pcid, p, f, s),
        and(
          equal(pcid, pcidOf(state, v, state.hardwarePcid(v))),
          equal(s, state.hardwareSpace(v)),
          shadowWalk(state, s, state.hardwareRole(v), p, f),
        ),
      ),
  });
}
