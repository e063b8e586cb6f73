import type { Contract } from '../contracts/contract.ts';
import type { EventKind } from '../events/event.ts';
import type { Kernel } from '../kernels/decisions.ts';
import { pageFault } from './fetch.ts';
import { activePcid, chosen, guestWalk, Here, isCurrent, pcidOf } from './here.ts';
import {
  and,
  applied,
  constant,
  DIRECTORIES,
  equal,
  exists,
  type FunctionSymbol,
  forall,
  implies,
  known,
  not,
  or,
  type Term,
  TRUE,
} from './logic.ts';
import { NotModelled } from './modelled.ts';
import { handleInvvpid, nestedTransition } from './nested.ts';
import { allowRefill, changeCpu, EVERYTHING, forget, invalidateGuestTlb, speculate } from './processor.ts';
import { type Change, type Cr4Change, requestFlush, setCr0, setCr3, setCr4, vcpuReset } from './registers.ts';
import { enterGuest, FINDS, type Finds, invalidatePcid, syncBeforeSwitch } from './roots.ts';
import { storeDirectory, storePte, trackingAt, trackPte, zapAllFast } from './store.ts';
import { invalidateAddr } from './sync.ts';
import { fixed, type Level, type State, type TablePage, vocabularyOf } from './vocabulary.ts';

/** A page of the guest's tables that an event is given. */
const PAGES = Object.fromEntries(
  DIRECTORIES.map((sort) => [sort.toLowerCase(), constant(sort.toLowerCase(), sort)]),
) as Readonly<Record<Lowercase<(typeof DIRECTORIES)[number]>, FunctionSymbol>>;

/** What an event is given, by name. */
export const OPERANDS = {
  vcpu: constant('vcpu', 'Vcpu'),
  page: constant('page', 'Page'),
  table: constant('table', 'Table'),
  index: constant('entryIndex', 'Index'),
  frame: constant('frame', 'Frame'),
  ...PAGES,
  space: constant('space', 'Space'),
  low: constant('low', 'Low'),
  entrySlot: constant('entrySlot', 'Slot'),
  isPresent: constant('isPresent', 'Bool'),
  wpAfter: constant('wpAfter', 'Bool'),
  pcideAfter: constant('pcideAfter', 'Bool'),
  pgeAfter: constant('pgeAfter', 'Bool'),
  smepAfter: constant('smepAfter', 'Bool'),
} as const satisfies Record<string, FunctionSymbol>;

const operand = (name: keyof typeof OPERANDS): Term => applied(OPERANDS[name])();

/** The name of the page that an event is given, by its sort. */
export function operandOf(page: TablePage): keyof typeof OPERANDS {
  return page.toLowerCase() as Lowercase<TablePage>;
}

/** A kind of step: an event, told apart by what it comes to. */
export interface Kind {
  /** As an event is named in reports: `mov-cr3`, `invpcid single`. */
  readonly event: string;
  /** Of that event, which case: `same`, `cached`. */
  readonly case: string;
  readonly of: EventKind;
  /** How many levels the tables have. */
  readonly levels: number;
  readonly run: (here: Here) => void;
}

/** A step of the machine, of some kind, under a kernel and a contract. */
export interface Transition {
  readonly kind: Kind;
  /** When it may take place. */
  readonly guard: Term;
  readonly after: State;
}

const invlpgRoots = (here: Here) => {
  const { state, vcpu } = here;
  const roots = here.asks('invlpgRoots');
  return (s: Term, l: Term, r: Term) => {
    if (roots === 'every') return TRUE;
    if (roots === 'current') return isCurrent(state, vcpu, s, l, r);
    return equal(pcidOf(state, vcpu, l), activePcid(state, vcpu));
  };
};

/** A kind of step of tables of any number of levels. */
type AnyKind = Omit<Kind, 'levels'>;

const kind = (event: string, of: EventKind, run: Kind['run'], which = ''): AnyKind => ({
  event,
  case: which,
  of,
  run,
});

/** INVPCID of one PCID needs PCID 0 while PCIDE=0. @source invpcidFaults of spec/architecture */
const needsNoFault = (here: Here) =>
  here.require(or(here.state.pcide(here.vcpu), equal(operand('low'), fixed.zero)));

const SMALL: readonly AnyKind[] = [
  kind('access', 'access', (here) => pageFault(here, operand('page'))),
  kind('write-pte', 'write-pte', (here) =>
    storePte(here, operand('table'), operand('index'), operand('frame')),
  ),
  kind('write-pte emulated', 'write-pte', (here) =>
    trackPte(here, operand('table'), operand('index'), operand('frame')),
  ),
  kind('invlpg', 'invlpg', (here) => {
    const page = operand('page');
    const pcid = activePcid(here.state, here.vcpu);
    invalidateGuestTlb(here, [{ operation: 'invlpg', pcid, page, globals: true }]);
    invalidateAddr(here, page, TRUE, invlpgRoots(here));
  }),
  kind('invpcid address', 'invpcid', (here) => {
    needsNoFault(here);
    const { state, vcpu } = here;
    const [page, pcid] = [operand('page'), operand('low')];
    const hasPcid = (_s: Term, l: Term) => equal(pcidOf(state, vcpu, l), pcid);
    const isCached = exists(['Space', 'Low', 'Role'], (s, l, r) =>
      and(or(state.cached(vcpu, s, l, r), state.zapped(vcpu, s, l, r)), hasPcid(s, l)),
    );
    invalidateGuestTlb(here, [{ operation: 'invpcid address', pcid, page, globals: false }]);
    invalidateAddr(here, page, or(equal(activePcid(state, vcpu), pcid), isCached), hasPcid);
  }),
  kind('invpcid single', 'invpcid', (here) => {
    needsNoFault(here);
    const pcid = operand('low');
    invalidateGuestTlb(here, [{ operation: 'invpcid single', pcid, page: 'every', globals: false }]);
    syncBeforeSwitch(here);
    invalidatePcid(here, pcid);
  }),
  ...(['all', 'all-nonglobal'] as const).map((type) =>
    kind(`invpcid ${type}`, 'invpcid', (here) => {
      invalidateGuestTlb(here, [{ ...EVERYTHING, operation: `invpcid ${type}`, globals: type === 'all' }]);
      requestFlush(here, here.asks('invpcidAll'));
    }),
  ),
  kind('page-fault', 'page-fault', (here) => {
    const { state, vcpu } = here;
    const page = operand('page');
    const pcid = activePcid(state, vcpu);
    here.require(exists(['Frame'], (f) => guestWalk(state, state.cr3Space(vcpu), page, f)));
    here.require(onlySpaceOfPcid(here));
    invalidateGuestTlb(here, [{ operation: 'page fault', pcid, page, globals: false }]);
    if (here.asks('injectedFault') === 'invalidate-addr')
      invalidateAddr(here, page, TRUE, (s, l, r) => isCurrent(state, vcpu, s, l, r));
  }),
  kind('host zap-all', 'host', zapAllFast),
  kind('host flush-guest', 'host', (here) => {
    invalidateGuestTlb(here, [{ ...EVERYTHING, operation: 'invpcid all' }]);
    requestFlush(here, 'flush-guest');
  }),
  kind('host init', 'host', (here) => {
    vcpuReset(here);
    forget(here);
  }),
  kind('host migrate', 'host', (here) => {
    if (here.asks('migration') === 'flush') here.raise('flushSelf', TRUE);
    changeCpu(here);
  }),
  kind('nested invvpid', 'nested', handleInvvpid),
];

/** No other root of the vCPU has the active PCID, be it for another space or role. */
function onlySpaceOfPcid({ state, vcpu }: Here): Term {
  return forall(['Space', 'Low', 'Role'], (s, l, r) =>
    implies(
      and(state.pcide(vcpu), state.cached(vcpu, s, l, r), equal(l, state.cr3Low(vcpu))),
      isCurrent(state, vcpu, s, l, r),
    ),
  );
}

/** The stores to the entries of a level: `write-dir` hangs up tables, and `write-dir top` what is above them. */
function writeDir(level: Level): AnyKind[] {
  const names = operandOf(level.below);
  return trackingAt(level).map((tracking) =>
    kind(
      writeDirOf(level),
      'write-dir',
      (here) => {
        const entry = { upper: operand(operandOf(level.of)), slot: operand('entrySlot') };
        storeDirectory(
          here,
          level,
          { ...entry, names: operand(names), isPresent: operand('isPresent') },
          tracking,
        );
      },
      tracking,
    ),
  );
}

/** What a store to the entries of a level is called. */
export function writeDirOf({ of, below }: Level): string {
  if (below === 'Table') return 'write-dir';
  return of === 'Space' ? 'write-dir top' : `write-dir ${of.toLowerCase()}`;
}

function movCr3(noflush: boolean): AnyKind[] {
  return (['same', ...FINDS] as const).map((finds) =>
    kind(
      noflush ? 'mov-cr3 noflush' : 'mov-cr3',
      'mov-cr3',
      (here) => {
        const { state, vcpu } = here;
        const [space, low] = [operand('space'), operand('low')];
        if (noflush) here.require(state.pcide(vcpu));
        const pcid = pcidOf(state, vcpu, low);
        if (!noflush)
          invalidateGuestTlb(here, [{ operation: 'mov-cr3', pcid, page: 'every', globals: false }]);
        setCr3(here, space, low, noflush, finds);
      },
      finds,
    ),
  );
}

/** Without a VPID for L2 the processor flushes everything. @source REQUIRED_INVALIDATIONS of spec/architecture */
function nested(action: 'enter' | 'exit'): AnyKind[] {
  return FINDS.map((finds) =>
    kind(
      `nested ${action}`,
      'nested',
      (here) => {
        invalidateGuestTlb(here, [{ ...EVERYTHING, operation: 'invpcid all' }]);
        nestedTransition(here, action === 'enter', operand('space'), finds);
      },
      finds,
    ),
  );
}

function movCr4(change: Cr4Change, finds: Finds, text: string): AnyKind {
  const { pcide, smep, togglesPge } = change;
  return kind(
    'mov-cr4',
    'mov-cr4',
    (here) => {
      const { state, vcpu } = here;
      here.require(changes(pcide, state.pcide(vcpu), operand('pcideAfter')));
      here.require(changes(smep, state.smep(vcpu), operand('smepAfter')));
      here.require(equal(known(!togglesPge), equal(state.pge(vcpu), operand('pgeAfter'))));
      if (pcide === 'set') here.require(equal(state.cr3Low(vcpu), fixed.zero));
      invalidateGuestTlb(here, [
        ...(togglesPge ? [{ ...EVERYTHING, operation: 'mov-cr4 pge' } as const] : []),
        ...(pcide === 'cleared' ? [{ ...EVERYTHING, operation: 'mov-cr4 pcide 1->0' } as const] : []),
        ...(smep === 'set'
          ? [{ ...EVERYTHING, operation: 'mov-cr4 smep 0->1', pcid: activePcid(state, vcpu) } as const]
          : []),
      ]);
      setCr4(here, change, finds);
    },
    text,
  );
}

function changes(how: Change, before: Term, after: Term): Term {
  return how === 'kept'
    ? equal(before, after)
    : and(equal(before, known(how !== 'set')), equal(after, known(how === 'set')));
}

const CHANGES: readonly Change[] = ['kept', 'set', 'cleared'];

/** Every kind of step. Loads and role changes are told apart by the root that they find, so that no formula nests syncs. */
function kinds(findsOnRoleChange: readonly Finds[], levels: readonly Level[]): AnyKind[] {
  const bit = (name: string, how: Change) => (how === 'kept' ? [] : [`${name}=${how === 'set' ? 1 : 0}`]);
  const cr4 = CHANGES.flatMap((pcide) =>
    CHANGES.flatMap((smep) =>
      [false, true].flatMap((togglesPge) =>
        (smep === 'kept' ? (['none'] as const) : findsOnRoleChange).map((finds) => {
          const words = [...bit('pcide', pcide), ...(togglesPge ? ['pge'] : []), ...bit('smep', smep)];
          const found = smep !== 'kept' && findsOnRoleChange.length > 1 ? [`finds ${finds}`] : [];
          return movCr4({ pcide, smep, togglesPge }, finds, [...words, ...found].join(' '));
        }),
      ),
    ),
  );
  return [
    ...SMALL,
    ...levels.flatMap(writeDir),
    ...movCr3(false),
    ...movCr3(true),
    ...nested('enter'),
    ...nested('exit'),
    ...cr4,
    kind(
      'mov-cr0',
      'mov-cr0',
      (here) => here.require(equal(operand('wpAfter'), here.state.wp(here.vcpu))),
      'kept',
    ),
    ...findsOnRoleChange.map((finds) =>
      kind(
        'mov-cr0',
        'mov-cr0',
        (here) => setCr0(here, operand('wpAfter'), finds),
        findsOnRoleChange.length > 1 ? `finds ${finds}` : '',
      ),
    ),
  ];
}

/** Every kind of step that a kernel can take on tables of so many levels. */
export function kindsOf(kernel: Kernel, levels: number): Kind[] {
  const finds = kernel.roleChange.startsWith('keep-roots') ? FINDS : (['none'] as const);
  return kinds(finds, vocabularyOf(levels).levels).map((of) => ({ ...of, levels }));
}

/** The step of a kind. @throws NotModelled if it asks a decision that the relations do not know */
export function transition(kernel: Kernel, contract: Contract, of: Kind): Transition {
  const here = new Here(kernel, contract, operand('vcpu'), vocabularyOf(of.levels));
  here.require(rolesApart(here));
  of.run(here);
  allowRefill(here);
  putZapped(here);
  enterGuest(here);
  speculate(here);
  return { kind: of, guard: here.guard, after: here.state };
}

/** Which roles with WP=1 are one. @source kernel: smep_andnot_wp, cr4_smep of union kvm_mmu_page_role */
function rolesApart(here: Here): Term {
  const { wpRole, nowpRole, smepRole, wpSmepRole, l2Role } = fixed;
  if (here.asks('smepRole') === 'andnot-wp') return equal(wpSmepRole, wpRole);
  return and(...[wpRole, nowpRole, smepRole, l2Role].map((role) => not(equal(wpSmepRole, role))));
}

/** A zapped root that loses its last slot goes, which flushes; which step that is takes all vCPUs to say. @source putRoot of spec/kvm */
function putZapped(here: Here): void {
  if (here.asks('zappedRoot') === 'reload' || here.asks('obsoleteRoots') === 'every') return;
  if (here.asks('flushRequestClears') !== 'current')
    throw new NotModelled('obsoleteRoots=current with flushRequestClears=current-and-guest');
  const lastPut = chosen('lastPut')();
  const { zapped } = here.before;
  here.require(implies(lastPut, or(here.putsZapped, exists(['Vcpu', 'Space', 'Low', 'Role'], zapped))));
  here.raise('flushAll', lastPut);
}
