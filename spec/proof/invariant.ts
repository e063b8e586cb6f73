import { noObsoleteRootAtEntry, rootMatchesCr3 } from '../properties/roots.ts';
import { syncedPagesAgree, syncedPagesWriteProtected } from '../properties/shadow-pages.ts';
import { SAFETY } from '../properties/vtlb-within-guest-tlb.ts';
import type { Clause } from './clause.ts';
import {
  activePcid,
  guestWalk,
  hardwareHolds,
  isCurrent,
  pcidOf,
  roleOfL1,
  rootRole,
  shadowWalk,
} from './here.ts';
import { clausesAt } from './level-clauses.ts';
import { and, equal, FALSE, forall, implies, not, or, type Term, TRUE } from './logic.ts';
import { disagrees } from './sync.ts';
import { at, fixed, LEVEL_COUNTS, type State, topOf, vocabularyOf } from './vocabulary.ts';

/** What the guest's own TLB could hold. */
function mayHold(m: State, v: Term, pcid: Term, p: Term, f: Term): Term {
  return or(m.guestTlb(v, pcid, p, f), m.guestGlobal(v, p, f));
}

/** Whether a root is in the vTLB. @source contexts of spec/properties/vtlb.ts */
function isContext(m: State, v: Term, s: Term, l: Term, r: Term): Term {
  return or(isCurrent(m, v, s, l, r), and(m.pcide(v), m.cached(v, s, l, r)));
}

/**
 * Whether what hardware holds under its PCID is in the reach of a root: one of the vTLB, or of a zapped page, whose walk
 * finds nothing but whose PCID may be loaded; and of the mode that the vCPU runs in.
 *
 * @source holderOf of spec/properties/vtlb.ts
 */
function reachesHardware(m: State, v: Term, s: Term, l: Term, r: Term): Term {
  const isAny = or(isContext(m, v, s, l, r), and(m.pcide(v), m.zapped(v, s, l, r)));
  return and(isAny, equal(equal(r, fixed.l2Role), m.guestMode(v)));
}

const ENTRY = ['Vcpu', 'Space', 'Low', 'Role', 'Page', 'Frame'] as const;
const ROOT = ['Vcpu', 'Space', 'Low', 'Role'] as const;

/** What safety is for one root and one translation. @source vtlbWithinGuestTlb of spec/properties */
export const SAFETY_CLAUSE: Clause = {
  name: SAFETY,
  doc: 'what a root of the vTLB maps, or hardware holds under its PCID in its mode, the guest TLB may hold or its tables say',
  why: 'shadow-held and hardware-held say more',
  sorts: ENTRY,
  when: (m, v, s, l, r, p, f) =>
    or(
      and(isContext(m, v, s, l, r), shadowWalk(m, s, r, p, f)),
      and(reachesHardware(m, v, s, l, r), hardwareHolds(m, v, pcidOf(m, v, l), p, f)),
    ),
  says: (m, v, s, l, _r, p, f) => or(mayHold(m, v, pcidOf(m, v, l), p, f), guestWalk(m, s, p, f)),
};

/** What may be part of the invariant of some kernel, but for what is said of each upper level. */
const BESIDE_LEVELS: readonly Clause[] = [
  SAFETY_CLAUSE,
  {
    name: rootMatchesCr3.name,
    doc: 'the current root and the hardware CR3 are those of CR3, its PCID and the role',
    why: 'every change of CR3 or of the role changes the root, and every change of the root loads it',
    sorts: ['Vcpu'],
    when: () => TRUE,
    says: (m, v) =>
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
    when: () => TRUE,
    says: (m, v) => m.loaded(v, m.cr3Space(v), m.cr3Low(v)),
  },
  {
    name: 'cached-loaded',
    doc: 'with PCIDE=1, the guest TLB may fill through every cached CR3 value',
    why: 'what ends the refills of a PCID frees the cached roots of the PCID, and PCIDE 0->1 frees all',
    sorts: ROOT,
    when: (m, v, s, l, r) => and(m.pcide(v), or(m.cached(v, s, l, r), m.zapped(v, s, l, r))),
    says: (m, v, s, l) => m.loaded(v, s, l),
  },
  {
    name: 'guest-saturated',
    doc: 'the guest TLB may hold what its tables say now under every CR3 value through which it may fill',
    why: 'speculation fills it at the end of every step',
    sorts: ['Vcpu', 'Space', 'Low', 'Page', 'Frame'],
    when: (m, v, s, l, p, f) => and(m.loaded(v, s, l), guestWalk(m, s, p, f)),
    says: (m, v, _s, l, p, f) => mayHold(m, v, pcidOf(m, v, l), p, f),
  },
  {
    name: 'active-saturated',
    doc: 'the guest TLB may hold what its tables say now under the active CR3',
    why: 'speculation fills it at the end of every step',
    sorts: ['Vcpu', 'Page', 'Frame'],
    when: (m, v, p, f) => guestWalk(m, m.cr3Space(v), p, f),
    says: (m, v, p, f) => mayHold(m, v, activePcid(m, v), p, f),
  },
  {
    name: 'shadow-held',
    doc: 'what a root of the vTLB maps, the guest TLB may hold',
    why: 'an SPTE is read from the guest entry, which fills the guest TLB; what drops it there syncs or frees the root',
    sorts: ENTRY,
    when: (m, v, s, l, r, p, f) => and(isContext(m, v, s, l, r), shadowWalk(m, s, r, p, f)),
    says: (m, v, _s, l, _r, p, f) => mayHold(m, v, pcidOf(m, v, l), p, f),
  },
  {
    name: 'hardware-held',
    doc: 'what the hardware TLB holds under the PCID of a root of the vTLB, of the mode that runs, the guest TLB may hold',
    why: 'hardware fills from the current root, and what drops an entry of the guest TLB flushes or frees the root',
    sorts: ENTRY,
    when: (m, v, s, l, r, p, f) =>
      and(reachesHardware(m, v, s, l, r), hardwareHolds(m, v, pcidOf(m, v, l), p, f)),
    says: (m, v, _s, l, _r, p, f) => mayHold(m, v, pcidOf(m, v, l), p, f),
  },
  {
    name: 'hardware-backed',
    doc: 'what the hardware TLB holds under the PCID of a root of the vTLB, of the mode that runs, a root of the vTLB with that PCID maps',
    why: 'hardware fills from the current root; who drops an SPTE flushes every vCPU, and who loses a root the vCPU',
    sorts: [...ENTRY, 'Space'],
    when: (m, v, s, l, r, p, f, from) =>
      and(reachesHardware(m, v, s, l, r), m.hardwareTlb(v, pcidOf(m, v, l), p, f, from)),
    says: (m, v, _s, l, _r, p, f, from) =>
      and(isContext(m, v, from, l, rootRole(m, v)), shadowWalk(m, from, rootRole(m, v), p, f)),
  },
  {
    name: syncedPagesAgree.name,
    doc: 'every present SPTE of a synced page is what the guest entry says',
    why: 'a store makes the page unsync, or KVM emulates it and zaps the SPTE',
    sorts: ['Table', 'Role', 'Index'],
    when: (m, t, r, i) => and(not(m.unsync(t, r)), not(equal(m.spte(t, r, i), fixed.none))),
    says: (m, t, r, i) => not(disagrees(m, t, r, i)),
  },
  {
    name: syncedPagesWriteProtected.name,
    doc: 'no page is writable that has a synced shadow',
    why: 'the first store makes all shadows unsync; a sync and a new shadow write-protect',
    sorts: ['Table', 'Role'],
    when: (m, t, r) => and(m.shadowedTable(t, r), not(m.unsync(t, r))),
    says: (m, t) => not(m.writableTable(t)),
  },
  {
    name: 'entries-of-pages',
    doc: 'an SPTE is present in a shadow page only',
    why: 'a page that goes takes its SPTEs with it',
    sorts: ['Table', 'Role', 'Index'],
    when: (m, t, r, i) => not(equal(m.spte(t, r, i), fixed.none)),
    says: (m, t, r) => m.shadowedTable(t, r),
  },
  {
    name: 'unsync-of-pages',
    doc: 'only a shadow page is unsync',
    why: 'a page that goes is unsync no more',
    sorts: ['Table', 'Role'],
    when: (m, t, r) => m.unsync(t, r),
    says: (m, t, r) => m.shadowedTable(t, r),
  },
  {
    name: 'roots-are-pages',
    doc: 'every root that is not zapped has its shadow page',
    why: 'a load makes or finds it, and who zaps it zaps the root',
    sorts: ROOT,
    when: (m, v, s, l, r) => or(isCurrent(m, v, s, l, r), m.cached(v, s, l, r)),
    says: (m, _v, s, _l, r) => at(m, topOf(m)).shadowed(s, r),
  },
  {
    name: noObsoleteRootAtEntry.name,
    doc: 'no cached root is of a zapped page',
    why: 'every vCPU that holds one is asked to free it before it runs',
    sorts: ROOT,
    when: (m, v, s, l, r) => m.zapped(v, s, l, r),
    says: () => FALSE,
  },
  {
    name: 'nothing-cached',
    doc: 'no root is cached',
    why: 'the kernel keeps none',
    sorts: ROOT,
    when: (m, v, s, l, r) => m.cached(v, s, l, r),
    says: () => FALSE,
  },
  {
    name: 'pcidless-nothing-cached',
    doc: 'with PCIDE=0 no root is cached',
    why: 'without PCIDs every MOV CR3 frees them all: the luck that the patch gives up',
    sorts: ROOT,
    when: (m, v, s, l, r) => and(not(m.pcide(v)), m.cached(v, s, l, r)),
    says: () => FALSE,
  },
  {
    name: 'cached-of-role',
    doc: 'every cached root is of the role in force, or of that of the other mode',
    why: 'a change of CR0.WP or CR4.SMEP frees every root',
    sorts: ROOT,
    when: (m, v, s, l, r) => m.cached(v, s, l, r),
    says: (m, v, _s, _l, r) => or(equal(r, fixed.l2Role), equal(r, roleOfL1(m, v))),
  },
  {
    name: 'pcidless-tag',
    doc: 'with PCIDE=0 and CR3[11:0]=0, the hardware CR3 carries PCID 0',
    why: 'it is loaded when CR3 is, and carries 0 then, or the low bits',
    sorts: ['Vcpu'],
    when: (m, v) => and(not(m.pcide(v)), equal(m.cr3Low(v), fixed.zero)),
    says: (m, v) => equal(m.hardwarePcid(v), fixed.zero),
  },
  {
    name: 'pcidless-hardware',
    doc: 'with PCIDE=0 the hardware TLB holds entries of PCID 0 alone',
    why: 'PCIDE 1->0 flushes it',
    sorts: ['Vcpu', 'Low', 'Page', 'Frame'],
    when: (m, v, l, p, f) => and(not(m.pcide(v)), hardwareHolds(m, v, l, p, f)),
    says: (_m, _v, l) => equal(l, fixed.zero),
  },
  {
    name: 'pcidless-loaded',
    doc: 'with PCIDE=0 the guest TLB may fill through the active CR3 alone',
    why: 'a load without PCIDs ends every other refill',
    sorts: ['Vcpu', 'Space', 'Low'],
    when: (m, v, s, l) => and(not(m.pcide(v)), m.loaded(v, s, l)),
    says: (m, v, s, l) => and(equal(s, m.cr3Space(v)), equal(l, m.cr3Low(v))),
  },
];

const CANDIDATES = new Map(
  LEVEL_COUNTS.map((count) => [
    count,
    [...BESIDE_LEVELS, ...vocabularyOf(count).levels.flatMap((level) => clausesAt(level))],
  ]),
);

/** What may be part of the invariant of some kernel on tables of so many levels: the machine finds out which are. */
export function candidatesOf(levels: number): readonly Clause[] {
  return CANDIDATES.get(levels) ?? [];
}

/** That a clause is true of some elements. */
export function holdsFor({ when, says }: Clause, state: State, ...of: readonly Term[]): Term {
  return implies(when(state, ...of), says(state, ...of));
}

/** A clause of a state, as one formula. */
export function clauseOf(clause: Clause, state: State): Term {
  return forall(clause.sorts, (...of) => holdsFor(clause, state, ...of));
}
