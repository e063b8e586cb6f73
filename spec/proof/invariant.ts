import { noObsoleteRootAtEntry, rootMatchesCr3 } from '../properties/roots.ts';
import {
  syncedPagesAgree,
  syncedPagesWriteProtected,
  unsyncMarkedUpwards,
} from '../properties/shadow-pages.ts';
import { SAFETY } from '../properties/vtlb-within-guest-tlb.ts';
import { activePcid, guestWalk, isCurrent, pcidOf, rootRole, shadowWalk } from './here.ts';
import { and, equal, forall, implies, not, or, type Sort, type Term } from './logic.ts';
import { disagrees } from './sync.ts';
import { fixed, type State } from './vocabulary.ts';

/** A universal statement about a machine at rest: a candidate for the invariant. */
export interface Clause {
  /** Where it is a property of the specification, the name of that. */
  readonly name: string;
  /** What it says. */
  readonly doc: string;
  /** Why it holds where it does. */
  readonly why: string;
  readonly sorts: readonly Sort[];
  readonly holds: (state: State, ...of: Term[]) => Term;
}

/** What the guest's own TLB could hold. */
function mayHold(m: State, v: Term, pcid: Term, p: Term, f: Term): Term {
  return or(m.guestTlb(v, pcid, p, f), m.guestGlobal(v, p, f));
}

/** Whether a root is in the vTLB. @source contexts of spec/properties/vtlb.ts */
function isContext(m: State, v: Term, s: Term, l: Term, r: Term): Term {
  return or(isCurrent(m, v, s, l, r), and(m.pcide(v), m.cached(v, s, l, r)));
}

/** The same, those of a zapped page too, whose walk finds nothing but whose PCID may be loaded. */
function isAnyContext(m: State, v: Term, s: Term, l: Term, r: Term): Term {
  return or(isContext(m, v, s, l, r), and(m.pcide(v), m.zapped(v, s, l, r)));
}

const ENTRY = ['Vcpu', 'Space', 'Low', 'Role', 'Page', 'Frame'] as const;
const ROOT = ['Vcpu', 'Space', 'Low', 'Role'] as const;

/** What safety is for one root and one translation. @source vtlbWithinGuestTlb of spec/properties */
export const SAFETY_CLAUSE: Clause = {
  name: SAFETY,
  doc: 'what a root of the vTLB maps, or hardware holds under its PCID, the guest TLB may hold or its tables say',
  why: 'shadow-held and hardware-held say more',
  sorts: ENTRY,
  holds: (m, v, s, l, r, p, f) => {
    const pcid = pcidOf(m, v, l as Term);
    const walked = and(isContext(m, v, s, l, r), shadowWalk(m, s, r, p, f));
    const cached = and(isAnyContext(m, v, s, l, r), m.hardwareTlb(v, pcid, p, f));
    return implies(or(walked, cached), or(mayHold(m, v, pcid, p, f), guestWalk(m, s, p, f)));
  },
};

/** What may be part of the invariant of some kernel: the machine finds out which are. */
export const CANDIDATES: readonly Clause[] = [
  SAFETY_CLAUSE,
  {
    name: rootMatchesCr3.name,
    doc: 'the current root and the hardware CR3 are those of CR3, its PCID and the role',
    why: 'every change of CR3 or of the role changes the root, and every change of the root loads it',
    sorts: ['Vcpu'],
    holds: (m, v) =>
      and(
        equal(m.rootSpace(v), m.cr3Space(v)),
        equal(m.rootLow(v), m.cr3Low(v)),
        equal(m.rootRole(v), rootRole(m, v)),
        equal(m.hardwareSpace(v), m.cr3Space(v)),
        equal(m.hardwareRole(v), rootRole(m, v)),
        implies(m.pcide(v), equal(m.hardwarePcid(v), m.cr3Low(v))),
      ),
  },
  {
    name: 'active-loaded',
    doc: 'the guest TLB may fill through the active CR3',
    why: 'a load of CR3 begins a refill, and what ends refills begins that of the active one again',
    sorts: ['Vcpu'],
    holds: (m, v) => m.loaded(v, m.cr3Space(v), m.cr3Low(v)),
  },
  {
    name: 'cached-loaded',
    doc: 'with PCIDE=1, the guest TLB may fill through every cached CR3 value',
    why: 'what ends the refills of a PCID frees the cached roots of the PCID, and PCIDE 0->1 frees all',
    sorts: ROOT,
    holds: (m, v, s, l, r) =>
      implies(and(m.pcide(v), or(m.cached(v, s, l, r), m.zapped(v, s, l, r))), m.loaded(v, s, l)),
  },
  {
    name: 'guest-saturated',
    doc: 'the guest TLB may hold what its tables say now under every CR3 value through which it may fill',
    why: 'speculation fills it at the end of every step',
    sorts: ['Vcpu', 'Space', 'Low', 'Page', 'Frame'],
    holds: (m, v, s, l, p, f) =>
      implies(
        and(m.loaded(v, s, l), guestWalk(m, s, p, f)),
        mayHold(m, v as Term, pcidOf(m, v as Term, l as Term), p as Term, f as Term),
      ),
  },
  {
    name: 'active-saturated',
    doc: 'the guest TLB may hold what its tables say now under the active CR3',
    why: 'speculation fills it at the end of every step',
    sorts: ['Vcpu', 'Page', 'Frame'],
    holds: (m, v, p, f) => implies(guestWalk(m, m.cr3Space(v), p, f), mayHold(m, v, activePcid(m, v), p, f)),
  },
  {
    name: 'shadow-held',
    doc: 'what a root of the vTLB maps, the guest TLB may hold',
    why: 'an SPTE is read from the guest entry, which fills the guest TLB; what drops it there syncs or frees the root',
    sorts: ENTRY,
    holds: (m, v, s, l, r, p, f) =>
      implies(and(isContext(m, v, s, l, r), shadowWalk(m, s, r, p, f)), mayHold(m, v, pcidOf(m, v, l), p, f)),
  },
  {
    name: 'hardware-held',
    doc: 'what the hardware TLB holds under the PCID of a root of the vTLB, the guest TLB may hold',
    why: 'hardware fills from the current root, and what drops an entry of the guest TLB flushes or frees the root',
    sorts: ENTRY,
    holds: (m, v, s, l, r, p, f) =>
      implies(
        and(isAnyContext(m, v, s, l, r), m.hardwareTlb(v, pcidOf(m, v, l), p, f)),
        mayHold(m, v, pcidOf(m, v, l), p, f),
      ),
  },
  {
    name: syncedPagesAgree.name,
    doc: 'every present SPTE of a synced page is what the guest entry says',
    why: 'a store makes the page unsync, or KVM emulates it and zaps the SPTE',
    sorts: ['Table', 'Role', 'Index'],
    holds: (m, t, r, i) => implies(not(m.unsync(t, r)), not(disagrees(m, t, r, i))),
  },
  {
    name: unsyncMarkedUpwards.name,
    doc: 'every link to an unsync page is marked',
    why: 'a page that goes unsync, or is linked while it is, marks the link; a sync takes the mark with the unsync page',
    sorts: ['Space', 'Role', 'Slot'],
    holds: (m, s, r, k) =>
      implies(and(m.linked(s, r, k), m.unsync(m.link(s, r, k), r)), m.unsyncChildren(s, r, k)),
  },
  {
    name: syncedPagesWriteProtected.name,
    doc: 'no page is writable that has a synced shadow',
    why: 'the first store makes all shadows unsync; a sync and a new shadow write-protect',
    sorts: ['Table', 'Role'],
    holds: (m, t, r) => implies(and(m.shadowed(t, r), not(m.unsync(t, r))), not(m.writable(t))),
  },
  {
    name: 'links-agree',
    doc: 'a link leads to a shadow of the table that the guest entry names',
    why: 'a store to a top page with a shadow is emulated, and zaps the link',
    sorts: ['Space', 'Role', 'Slot'],
    holds: (m, s, r, k) =>
      implies(
        m.linked(s, r, k),
        and(m.present(s, k), equal(m.link(s, r, k), m.directory(s, k)), m.shadowed(m.link(s, r, k), r)),
      ),
  },
  {
    name: 'entries-of-pages',
    doc: 'an SPTE is present in a shadow page only',
    why: 'a page that goes takes its SPTEs with it',
    sorts: ['Table', 'Role', 'Index'],
    holds: (m, t, r, i) => or(equal(m.spte(t, r, i), fixed.none), m.shadowed(t, r)),
  },
  {
    name: 'unsync-of-pages',
    doc: 'only a shadow page is unsync',
    why: 'a page that goes is unsync no more',
    sorts: ['Table', 'Role'],
    holds: (m, t, r) => implies(m.unsync(t, r), m.shadowed(t, r)),
  },
  {
    name: 'links-of-pages',
    doc: 'only the shadow of a top page has links and marks',
    why: 'a page that goes takes them with it',
    sorts: ['Space', 'Role', 'Slot'],
    holds: (m, s, r, k) => implies(or(m.linked(s, r, k), m.unsyncChildren(s, r, k)), m.topShadowed(s, r)),
  },
  {
    name: 'top-pages-write-protected',
    doc: 'no top page is writable that has a shadow',
    why: 'a new shadow write-protects, and top pages never go unsync',
    sorts: ['Space', 'Role'],
    holds: (m, s, r) => implies(m.topShadowed(s, r), not(m.topWritable(s))),
  },
  {
    name: 'roots-are-pages',
    doc: 'every root that is not zapped has its shadow page',
    why: 'a load makes or finds it, and who zaps it zaps the root',
    sorts: ROOT,
    holds: (m, v, s, l, r) =>
      implies(or(isCurrent(m, v, s, l, r), m.cached(v, s, l, r)), m.topShadowed(s, r)),
  },
  {
    name: noObsoleteRootAtEntry.name,
    doc: 'no cached root is of a zapped page',
    why: 'every vCPU that holds one is asked to free it before it runs',
    sorts: ROOT,
    holds: (m, v, s, l, r) => not(m.zapped(v, s, l, r)),
  },
  {
    name: 'nothing-cached',
    doc: 'no root is cached',
    why: 'the kernel keeps none',
    sorts: ROOT,
    holds: (m, v, s, l, r) => not(m.cached(v, s, l, r)),
  },
  {
    name: 'pcidless-nothing-cached',
    doc: 'with PCIDE=0 no root is cached',
    why: 'without PCIDs every MOV CR3 frees them all: the luck that the patch gives up',
    sorts: ROOT,
    holds: (m, v, s, l, r) => or(m.pcide(v), not(m.cached(v, s, l, r))),
  },
  {
    name: 'cached-of-role',
    doc: 'every cached root is of the role in force',
    why: 'a change of role frees every root',
    sorts: ROOT,
    holds: (m, v, s, l, r) => implies(m.cached(v, s, l, r), equal(r, rootRole(m, v))),
  },
  {
    name: 'pcidless-tag',
    doc: 'with PCIDE=0 and CR3[11:0]=0, the hardware CR3 carries PCID 0',
    why: 'it is loaded when CR3 is, and carries 0 then, or the low bits',
    sorts: ['Vcpu'],
    holds: (m, v) =>
      implies(and(not(m.pcide(v)), equal(m.cr3Low(v), fixed.zero)), equal(m.hardwarePcid(v), fixed.zero)),
  },
  {
    name: 'pcidless-hardware',
    doc: 'with PCIDE=0 the hardware TLB holds entries of PCID 0 alone',
    why: 'PCIDE 1->0 flushes it',
    sorts: ['Vcpu', 'Low', 'Page', 'Frame'],
    holds: (m, v, l, p, f) => implies(and(not(m.pcide(v)), m.hardwareTlb(v, l, p, f)), equal(l, fixed.zero)),
  },
  {
    name: 'pcidless-loaded',
    doc: 'with PCIDE=0 the guest TLB may fill through the active CR3 alone',
    why: 'a load without PCIDs ends every other refill',
    sorts: ['Vcpu', 'Space', 'Low'],
    holds: (m, v, s, l) =>
      implies(and(not(m.pcide(v)), m.loaded(v, s, l)), and(equal(s, m.cr3Space(v)), equal(l, m.cr3Low(v)))),
  },
];

/** A clause of a state, as one formula. */
export function clauseOf({ sorts, holds }: Clause, state: State): Term {
  return forall(sorts, (...of) => holds(state, ...of));
}
