import type { Contract } from '../contracts/contract.ts';
import type { DecisionName, Kernel } from '../kernels/decisions.ts';
import {
  and,
  applied,
  choose,
  constant,
  equal,
  exists,
  FALSE,
  type FunctionSymbol,
  not,
  or,
  type Relation,
  type Term,
  TRUE,
} from './logic.ts';
import { decided } from './modelled.ts';
import {
  at,
  type Component,
  define,
  fixed,
  type Level,
  type State,
  type Upper,
  type Vocabulary,
} from './vocabulary.ts';

/** The requests that a handler may raise here, by what serves them. `flushAll` is TLB_FLUSH on every vCPU. */
export type Pending =
  | 'reload'
  | 'sync'
  | 'loadPgd'
  | 'flushAll'
  | 'flushSelf'
  | 'flushCurrent'
  | 'flushGuest';

/** What a step leaves open: each is one way for it to go. */
export const CHOICES = {
  /** Which cached roots a load keeps. */
  keeps: { name: 'keeps', args: ['Space', 'Low', 'Role'], result: 'Bool' },
  /** The cached root that a load finds. */
  foundSpace: constant('foundSpace', 'Space'),
  foundLow: constant('foundLow', 'Low'),
  foundRole: constant('foundRole', 'Role'),
  /** In which roles write flooding zaps an upper page, and which unsync pages go with it. */
  floods: { name: 'floods', args: ['Role'], result: 'Bool' },
  goes: { name: 'goes', args: ['Table', 'Role'], result: 'Bool' },
  /** Whether a zapped root loses its last slot, which flushes. */
  lastPut: constant('lastPut', 'Bool'),
} as const satisfies Record<string, FunctionSymbol>;

/** Some vCPUs. */
export interface Vcpus {
  readonly has: (vcpu: Term) => Term;
  /** Whether something is true of one of them. */
  readonly some: (of: (vcpu: Term) => Term) => Term;
}

/** The vCPU of an event, on some condition. */
export function only(vcpu: Term, when: Term): Vcpus {
  return {
    has: (v) => and(when, equal(v, vcpu)),
    some: (of) => (when === FALSE ? FALSE : and(when, of(vcpu))),
  };
}

/** All vCPUs of which something is true. */
export function allThat(has: (vcpu: Term) => Term): Vcpus {
  return { has, some: (of) => exists(['Vcpu'], (v) => and(has(v), of(v))) };
}

/** A step in the making, as KVM's functions change it: `Here` of `spec/world`, in relations. */
export class Here {
  readonly kernel: Kernel;
  readonly contract: Contract;
  /** The vCPU of the event. */
  readonly vcpu: Term;
  readonly before: State;
  state: State;
  /** Whether the current root of the vCPU is one. @source kernel: VALID_PAGE(mmu->root.hpa) */
  rootValid: Term = TRUE;
  /** On what condition the current root has been synced in this step. */
  synced: Term = FALSE;
  /** On what condition this step zaps roots that may lose their last slot at once. */
  putsZapped: Term = FALSE;
  /** Whether the contract lets the guest's TLB fill through the active CR3 from now on. */
  allowsRefill = false;
  readonly pending: Record<Pending, Term> = {
    reload: FALSE,
    sync: FALSE,
    loadPgd: FALSE,
    flushAll: FALSE,
    flushSelf: FALSE,
    flushCurrent: FALSE,
    flushGuest: FALSE,
  };
  readonly #signatures: Vocabulary['signatures'];
  readonly #guards: Term[] = [];

  constructor(kernel: Kernel, contract: Contract, vcpu: Term, { before, signatures }: Vocabulary) {
    this.kernel = kernel;
    this.contract = contract;
    this.vcpu = vcpu;
    this.before = before;
    this.state = before;
    this.#signatures = signatures;
  }

  /** How the kernel decides. @throws NotModelled */
  asks<D extends DecisionName>(decision: D): Kernel[D] {
    return decided(this.kernel, decision);
  }

  /** The step takes place only where this holds. */
  require(condition: Term): void {
    this.#guards.push(condition);
  }

  get guard(): Term {
    return and(...this.#guards);
  }

  /** Changes parts of the machine, each by a name of its own. */
  update(changes: Partial<Record<Component, Relation>>): void {
    const defined = Object.entries(changes).map(([name, relation]) => {
      const { args, result } = this.#signatures[name as Component];
      return [name, define(name, args, result, relation)];
    });
    this.state = { ...this.state, ...Object.fromEntries(defined) };
  }

  /** Changes parts of an upper level. */
  updateAt({ of }: Level, changes: Partial<Upper>): void {
    this.update(
      Object.fromEntries(Object.entries(changes).map(([part, relation]) => [`${part}${of}`, relation])),
    );
  }

  /** Changes registers and root slots of some vCPUs, each to what it is for the vCPU. */
  assign(vcpus: Vcpus, values: Partial<Record<Registers, (vcpu: Term) => Term>>): void {
    const { state } = this;
    const assigned = Object.entries(values).map(([name, value]) => [
      name,
      (v: Term) => choose(vcpus.has(v), value(v), state[name as Registers](v)),
    ]);
    this.state = { ...state, ...Object.fromEntries(assigned) };
  }

  /** Raises a request on some condition. */
  raise(request: Pending, when: Term): void {
    const raised = or(this.pending[request], when);
    this.pending[request] = define(request, [], 'Bool', () => raised)();
  }
}

/** What each vCPU has one of. */
type Registers = (typeof REGISTERS)[number];

const REGISTERS = [
  'cr3Space',
  'cr3Low',
  'wp',
  'pcide',
  'pge',
  'smep',
  'guestMode',
  'rootSpace',
  'rootLow',
  'rootRole',
  'hardwareSpace',
  'hardwareRole',
  'hardwarePcid',
] as const satisfies Component[];

/** What a choice is for arguments. */
export function chosen(name: keyof typeof CHOICES): Relation {
  return applied(CHOICES[name]);
}

/** The PCID that a low value selects on a vCPU. @source kernel: kvm_get_pcid */
export function pcidOf(state: State, vcpu: Term, low: Term): Term {
  return choose(state.pcide(vcpu), low, fixed.zero);
}

/** @source kernel: kvm_get_active_pcid */
export function activePcid(state: State, vcpu: Term): Term {
  return pcidOf(state, vcpu, state.cr3Low(vcpu));
}

/** The role that a root must have to be used now. @source rootRole of spec/kvm; kernel: kvm_calc_cpu_role */
export function rootRole(state: State, vcpu: Term): Term {
  return choose(state.guestMode(vcpu), fixed.l2Role, roleOfL1(state, vcpu));
}

/** The role by CR0.WP and CR4.SMEP, which counts while L2 does not run. */
export function roleOfL1(state: State, vcpu: Term): Term {
  const smep = state.smep(vcpu);
  return choose(
    state.wp(vcpu),
    choose(smep, fixed.wpSmepRole, fixed.wpRole),
    choose(smep, fixed.smepRole, fixed.nowpRole),
  );
}

/** Whether a root is the current one. */
export function isCurrent(state: State, vcpu: Term, space: Term, low: Term, role: Term): Term {
  return and(
    equal(space, state.rootSpace(vcpu)),
    equal(low, state.rootLow(vcpu)),
    equal(role, state.rootRole(vcpu)),
  );
}

/** Whether a hardware TLB holds an entry, filled from whichever space. */
export function hardwareHolds(state: State, vcpu: Term, pcid: Term, page: Term, frame: Term): Term {
  return exists(['Space'], (s) => state.hardwareTlb(vcpu, pcid, page, frame, s));
}

/** A walk down to a table: whether every entry on the way is there, and what the last one names. */
export interface Path {
  readonly isThere: Term;
  readonly table: Term;
}

/** Walks the guest's upper pages. */
export function guestPath(state: State, space: Term, page: Term): Path {
  return pathFrom(state, space, page, ({ present, entry }, upper, slot) => [
    present(upper, slot),
    entry(upper, slot),
  ]);
}

/** Walks the shadows of upper pages, from a root. */
export function shadowPath(state: State, space: Term, role: Term, page: Term): Path {
  return pathFrom(state, space, page, ({ linked, link }, upper, slot) => [
    linked(upper, role, slot),
    link(upper, role, slot),
  ]);
}

function pathFrom(
  state: State,
  space: Term,
  page: Term,
  next: (level: Upper, upper: Term, slot: Term) => readonly [isThere: Term, below: Term],
): Path {
  return state.levels.reduce<Path>(
    ({ isThere, table: upper }, level) => {
      const [goesOn, below] = next(at(state, level), upper, fixed.slot(level, page));
      return { isThere: and(isThere, goesOn), table: below };
    },
    { isThere: TRUE, table: space },
  );
}

/** Whether a walk of the guest's tables gives a frame. */
export function guestWalk(state: State, space: Term, page: Term, frame: Term): Term {
  const { isThere, table } = guestPath(state, space, page);
  return and(not(equal(frame, fixed.none)), isThere, equal(state.memory(table, fixed.index(page)), frame));
}

/** Whether a walk from a root gives a frame. */
export function shadowWalk(state: State, space: Term, role: Term, page: Term, frame: Term): Term {
  const { isThere, table } = shadowPath(state, space, role, page);
  const spte = state.spte(table, role, fixed.index(page));
  return and(not(equal(frame, fixed.none)), isThere, equal(spte, frame));
}
