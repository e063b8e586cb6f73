import { guestWalk, rootRole } from './here.ts';
import { and, equal, FALSE, forall, not, or, type Term } from './logic.ts';
import { at, fixed, type State, topOf } from './vocabulary.ts';

/**
 * That a machine is as it is at the start, each vCPU in any space and with any tables: CR0.WP=1, CR4.PCIDE=PGE=SMEP=0,
 * L1, entered once. An upper page may have an empty shadow that nothing needs.
 *
 * @source initialMachine of spec/step
 */
export function isInitial(m: State): Term {
  return and(
    forall(['Vcpu'], (v) =>
      and(
        m.wp(v),
        not(m.pcide(v)),
        not(m.pge(v)),
        not(m.smep(v)),
        not(m.guestMode(v)),
        equal(m.cr3Low(v), fixed.zero),
        equal(m.rootSpace(v), m.cr3Space(v)),
        equal(m.rootLow(v), m.cr3Low(v)),
        equal(m.rootRole(v), rootRole(m, v)),
        equal(m.hardwareSpace(v), m.cr3Space(v)),
        equal(m.hardwareRole(v), rootRole(m, v)),
        equal(m.hardwarePcid(v), fixed.zero),
      ),
    ),
    forall(['Vcpu', 'Space', 'Low', 'Role'], (v, s, l, r) =>
      not(or(m.cached(v, s, l, r), m.zapped(v, s, l, r))),
    ),
    forall(['Vcpu', 'Low', 'Page', 'Frame'], (v, l, p, f) =>
      and(
        not(m.guestGlobal(v, p, f)),
        equal(m.guestTlb(v, l, p, f), and(equal(l, fixed.zero), guestWalk(m, m.cr3Space(v), p, f))),
      ),
    ),
    forall(['Vcpu', 'Low', 'Page', 'Frame', 'Space'], (...entry) =>
      not(or(m.hardwareTlb(...entry), m.awayTlb(...entry))),
    ),
    forall(['Table', 'Role', 'Index'], (t, r, i) =>
      and(
        not(m.writableTable(t)),
        not(m.shadowedTable(t, r)),
        not(m.unsync(t, r)),
        equal(m.spte(t, r, i), fixed.none),
      ),
    ),
    ...m.levels.map((level) => {
      const { writable, linked, unsyncChildren } = at(m, level);
      return forall([level.of, 'Role', 'Slot'], (p, r, k) =>
        and(not(writable(p)), not(linked(p, r, k)), not(unsyncChildren(p, r, k))),
      );
    }),
    forall(['Vcpu'], (v) => at(m, topOf(m)).shadowed(m.cr3Space(v), rootRole(m, v))),
  );
}

/** That the machine may fill its TLB at the start as the contract says. */
export function isLoadedInitially(m: State, refill: 'active' | 'loaded'): Term {
  return forall(['Vcpu', 'Space', 'Low'], (v, s, l) =>
    equal(
      m.loaded(v, s, l),
      refill === 'loaded' ? and(equal(s, m.cr3Space(v)), equal(l, m.cr3Low(v))) : FALSE,
    ),
  );
}
