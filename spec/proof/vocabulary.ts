import {
  applied,
  constant,
  DIRECTORIES,
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

/** The pages of upper levels, from the top. */
const UPPER_PAGES = ['Space', ...DIRECTORIES] as const;

/** An upper page: a top page, by its space, or a directory. */
type UpperPage = (typeof UPPER_PAGES)[number];

/** A page of the guest's tables, which KVM shadows. */
export type TablePage = UpperPage | 'Table';

/** A level of upper pages. @source kernel: role.level of union kvm_mmu_page_role */
export interface Level {
  /** The sort of its pages. */
  readonly of: UpperPage;
  /** The sort of the pages that their entries name. */
  readonly below: TablePage;
}

/** How many levels the tables may have. */
export const LEVEL_COUNTS: readonly number[] = [2, ...DIRECTORIES.map((_, i) => 3 + i)];

/** The upper levels of tables of so many levels, from the top. */
function levelsOf(count: number): Level[] {
  const pages = ['Space', ...DIRECTORIES.slice(DIRECTORIES.length + 2 - count), 'Table'] as const;
  return pages.slice(0, -1).map((of, i) => ({ of: of as UpperPage, below: pages[i + 1] as TablePage }));
}

/** What the machine consists of but for upper pages: a function or relation for each part of `spec/state`. */
const BESIDE_UPPER = {
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
  /** The guest's tables: the frame of each entry, or `none`. */
  memory: signature(['Table', 'Index'], 'Frame'),
  writableTable: signature(['Table']),
  /** Shadow pages of tables: whether there is one, its SPTEs, and whether it is unsync. */
  shadowedTable: signature(['Table', 'Role']),
  spte: signature(['Table', 'Role', 'Index'], 'Frame'),
  unsync: signature(['Table', 'Role']),
} as const satisfies Record<string, Signature>;

/** What it consists of besides, at each upper level. */
const UPPER = ({ of, below }: Level) =>
  ({
    /** The guest's pages: what each entry names, if it is present, and whether the guest may store without an exit. */
    entry: signature([of, 'Slot'], below),
    present: signature([of, 'Slot']),
    writable: signature([of]),
    /** Their shadow pages: whether there is one, the page whose shadow an entry links, and unsyncChildren. */
    shadowed: signature([of, 'Role']),
    linked: signature([of, 'Role', 'Slot']),
    link: signature([of, 'Role', 'Slot'], below),
    unsyncChildren: signature([of, 'Role', 'Slot']),
  }) as const;

/** A part of an upper level. */
type UpperPart = keyof ReturnType<typeof UPPER>;

/** A part of the machine; of an upper level, with the sort of its pages behind it. */
export type Component = keyof typeof BESIDE_UPPER | `${UpperPart}${UpperPage}`;

/** The machine at one moment. It lacks what belongs to levels that its tables have not. */
export type State = Readonly<Record<Component, Relation>> & {
  /** The upper levels, from the top. */
  readonly levels: readonly Level[];
};

/** An upper level of the machine at one moment. */
export type Upper = Readonly<Record<UpperPart, Relation>>;

/** What there is of an upper level. */
export function at(state: State, { of }: Level): Upper {
  const parts = (Object.keys(UPPER({ of, below: 'Table' })) as UpperPart[]).map(
    (part) => [part, state[`${part}${of}`]] as const,
  );
  return Object.fromEntries(parts) as Upper;
}

/** The level of top pages. */
export function topOf({ levels }: Pick<State, 'levels'>): Level {
  return levels[0] as Level;
}

/** What the machine consists of with tables of some levels. */
export interface Vocabulary {
  readonly levels: readonly Level[];
  readonly signatures: Readonly<Record<Component, Signature>>;
  readonly components: readonly Component[];
  /** The symbols of the machine before a step. */
  readonly symbols: Readonly<Record<Component, FunctionSymbol>>;
  /** The machine before a step. */
  readonly before: State;
}

const VOCABULARIES = new Map(LEVEL_COUNTS.map((count) => [count, vocabulary(levelsOf(count))]));

/** What the machine consists of with tables of so many levels. */
export function vocabularyOf(levels: number): Vocabulary {
  const found = VOCABULARIES.get(levels);
  if (found === undefined) throw new Error(`cannot happen: tables of ${levels} levels`);
  return found;
}

function vocabulary(levels: readonly Level[]): Vocabulary {
  const upper = levels.flatMap((level) =>
    Object.entries(UPPER(level)).map(([part, of]) => [`${part}${level.of}`, of] as const),
  );
  const signatures: Record<string, Signature> = { ...BESIDE_UPPER, ...Object.fromEntries(upper) };
  const symbols = Object.entries(signatures).map(([name, of]) => [name, { name, ...of }] as const);
  const before = symbols.map(([name, symbol]) => [name, applied(symbol)] as const);
  return {
    levels,
    signatures: signatures as Vocabulary['signatures'],
    components: Object.keys(signatures) as Component[],
    symbols: Object.fromEntries(symbols) as Vocabulary['symbols'],
    before: { ...Object.fromEntries(before), levels } as unknown as State,
  };
}

const SLOTS = Object.fromEntries(
  UPPER_PAGES.map((of) => [`slot${of}`, { name: `slot${of}`, args: ['Page'], result: 'Slot' }]),
) as unknown as Readonly<Record<`slot${UpperPage}`, FunctionSymbol>>;

/** What never changes: where a virtual page lies, which tables are global, the roles by WP and SMEP and that of L2, PCID 0, and `none`. */
export const FIXED = {
  ...SLOTS,
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
  slot: ({ of }: Level, page: Term) => applied(FIXED[`slot${of}`])(page),
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
