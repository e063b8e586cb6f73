import {
  applied,
  constant,
  type FunctionSymbol,
  type Relation,
  type Result,
  type Sort,
  type Term,
  variablesOf,
} from './logic.ts';

interface Signature {
  readonly args: readonly Sort[];
  readonly result: Result;
}

const signature = (args: readonly Sort[], result: Result = 'Bool'): Signature => ({ args, result });

/** What the machine consists of, on two-level tables: a function or relation for each part of `spec/state`. */
export const STATE = {
  /** CR3, CR0.WP and three bits of CR4. @source kernel: kvm_read_cr3, kvm_read_cr0_bits, kvm_read_cr4_bits */
  cr3Space: signature(['Vcpu'], 'Space'),
  cr3Low: signature(['Vcpu'], 'Low'),
  wp: signature(['Vcpu']),
  pcide: signature(['Vcpu']),
  pge: signature(['Vcpu']),
  smep: signature(['Vcpu']),
  /** Whether L2, the guest of a nested hypervisor, runs. @source kernel: is_guest_mode */
  guestMode: signature(['Vcpu']),
  /** The current root: the CR3 value that it was built for, and the role of its page. */
  rootSpace: signature(['Vcpu'], 'Space'),
  rootLow: signature(['Vcpu'], 'Low'),
  rootRole: signature(['Vcpu'], 'Role'),
  /** The hardware's CR3: the root that it points to, and the PCID. */
  hardwareSpace: signature(['Vcpu'], 'Space'),
  hardwareRole: signature(['Vcpu'], 'Role'),
  hardwarePcid: signature(['Vcpu'], 'Low'),
  /** prev_roots as a set, whatever its order: each by CR3 value and role. Those of a zapped page are apart. */
  cached: signature(['Vcpu', 'Space', 'Low', 'Role']),
  zapped: signature(['Vcpu', 'Space', 'Low', 'Role']),
  /** What TLBs may hold, under a PCID or as a global entry, and the CR3 values through which the guest's fills. */
  loaded: signature(['Vcpu', 'Space', 'Low']),
  guestTlb: signature(['Vcpu', 'Low', 'Page', 'Frame']),
  guestGlobal: signature(['Vcpu', 'Page', 'Frame']),
  /** The hardware's say more than the machine has: the space from whose root an entry was filled. It steers nothing. */
  hardwareTlb: signature(['Vcpu', 'Low', 'Page', 'Frame', 'Space']),
  awayTlb: signature(['Vcpu', 'Low', 'Page', 'Frame', 'Space']),
  /** The guest's top pages: the table that each entry names, if it is present. */
  directory: signature(['Space', 'Slot'], 'Table'),
  present: signature(['Space', 'Slot']),
  /** The guest's tables: the frame of each entry, or `none`. */
  memory: signature(['Table', 'Index'], 'Frame'),
  writable: signature(['Table']),
  topWritable: signature(['Space']),
  /** Shadow pages of tables: whether there is one, its SPTEs, and whether it is unsync. */
  shadowed: signature(['Table', 'Role']),
  spte: signature(['Table', 'Role', 'Index'], 'Frame'),
  unsync: signature(['Table', 'Role']),
  /** Shadow pages of top pages: whether there is one, the table whose shadow an entry links, and unsyncChildren. */
  topShadowed: signature(['Space', 'Role']),
  linked: signature(['Space', 'Role', 'Slot']),
  link: signature(['Space', 'Role', 'Slot'], 'Table'),
  unsyncChildren: signature(['Space', 'Role', 'Slot']),
} as const satisfies Record<string, Signature>;

/** A part of the machine. */
export type Component = keyof typeof STATE;

/** Every part. */
export const COMPONENTS = Object.keys(STATE) as Component[];

/** What never changes: where a virtual page lies, which tables are global, the roles by WP and SMEP and that of L2, PCID 0, and `none`. */
export const FIXED = {
  slot: { name: 'slot', args: ['Page'], result: 'Slot' },
  index: { name: 'index', args: ['Page'], result: 'Index' },
  isGlobal: { name: 'isGlobal', args: ['Table'], result: 'Bool' },
  none: constant('none', 'Frame'),
  zero: constant('zero', 'Low'),
  wpRole: constant('wpRole', 'Role'),
  nowpRole: constant('nowpRole', 'Role'),
  smepRole: constant('smepRole', 'Role'),
  wpSmepRole: constant('wpSmepRole', 'Role'),
  l2Role: constant('l2Role', 'Role'),
} as const satisfies Record<string, FunctionSymbol>;

/** The machine at one moment. */
export type State = Readonly<Record<Component, Relation>>;

/** The symbols of the machine before a step. */
export const BEFORE = Object.fromEntries(
  COMPONENTS.map((name) => [name, { name, args: STATE[name].args, result: STATE[name].result }]),
) as Readonly<Record<Component, FunctionSymbol>>;

/** The machine before a step. */
export const STATE_BEFORE = Object.fromEntries(
  COMPONENTS.map((name) => [name, applied(BEFORE[name])]),
) as unknown as State;

let definitions = 0;

/** A relation by a name of its own, so that what is built on it does not repeat it; unless it is one constant. */
export function define(name: string, args: readonly Sort[], result: Result, relation: Relation): Relation {
  const parameters = variablesOf(args);
  const body = relation(...parameters);
  if (body.op === 'true' || body.op === 'false' || (body.op === 'apply' && body.args.length === 0))
    return () => body;
  return applied({ name: `${name}!${definitions++}`, args, result, definition: { parameters, body } });
}

/** What is in no state: `none`, `zero`, the roles, and where pages lie. */
export const fixed = {
  slot: (page: Term) => applied(FIXED.slot)(page),
  index: (page: Term) => applied(FIXED.index)(page),
  isGlobal: (table: Term) => applied(FIXED.isGlobal)(table),
  none: applied(FIXED.none)(),
  zero: applied(FIXED.zero)(),
  wpRole: applied(FIXED.wpRole)(),
  nowpRole: applied(FIXED.nowpRole)(),
  smepRole: applied(FIXED.smepRole)(),
  wpSmepRole: applied(FIXED.wpSmepRole)(),
  l2Role: applied(FIXED.l2Role)(),
} as const;
