import type { Replacement } from './faulty-core.ts';
import type { Entry } from './support.ts';

/** A fault in the core, and a world in which it shows. */
export interface Fault extends Replacement {
  readonly what: string;
  readonly where: Omit<Entry, 'maxStates'>;
  /** Shows in the findings of states that no kernel reaches. */
  readonly perturbed?: true;
}

const MINIMAL = { kernel: 'v6.12', layout: 'minimal' } as const;
const PATCH = { kernel: 'patch', layout: 'minimal' } as const;
const V5_13 = { kernel: 'v5.13', layout: 'minimal' } as const;
const KERNEL = { kernel: 'v6.12', layout: 'kernel' } as const;
const SHARED = { kernel: 'v6.12', layout: 'shared' } as const;
const DEEP = { kernel: 'v6.12', layout: 'deep' } as const;
const SMP = { kernel: 'v6.12', layout: 'smp' } as const;
const ROLES = { kernel: 'v6.12', layout: 'roles' } as const;
const FAULTY = { kernel: 'v6.12', layout: 'faults' } as const;
const RACES = { kernel: 'v6.12', layout: 'races' } as const;
const FORGETFUL = { ...RACES, set: { staleFault: 'install-obsolete' } } as const;
const VPIDS = { kernel: 'v6.12', layout: 'vpids' } as const;
const NESTED = { kernel: 'v6.12', layout: 'nested' } as const;
const WINDOW = { kernel: 'v6.12', layout: 'window' } as const;
/** A page is unsync as a table in one role, and write-protected for the sake of another. */
const TWO_ROLES = {
  layout: 'everything, window',
  bounds: { frames: 1, pcids: 1 },
  after: 'access w0; write-dir b:user a.u; mov-cr0 wp=0; access w0',
} as const;
const TWICE = { kernel: 'v5.16', layout: 'twice' } as const;
const EVERYTHING = { kernel: 'v6.12', layout: 'everything' } as const;
/** Its sets of translations are longer than a word. */
const WIDE = { ...KERNEL, bounds: { pcids: 4, frames: 4, userPages: 2 } } as const;

const fault = (
  what: string,
  file: string,
  from: string,
  to: string,
  where: Fault['where'] = MINIMAL,
  perturbed?: true,
): Fault => ({ what, file, from, to, where, ...(perturbed && { perturbed }) });

/**
 * One-line faults, each of which a comparison must find.
 *
 * Not here, since no kernel and no event can show them:
 * - the last slot of a zapped root let go without a flush (`putRoot`): what zapped it has flushed;
 * - `isRoot` that takes a zapped root for one that is not: none outlives the entry that follows;
 * - `cached-roots-in-recency-order` and `requests-drained-at-entry` never found: every kernel keeps them.
 */
export const FAULTS: readonly Fault[] = [
  // events from outside, nested guests, two loads in one exit
  fault(
    'a fault goes on below an obsolete root',
    'kvm/fetch.js',
    "staleFault === 'retry'",
    "staleFault === ''",
    RACES,
  ),
  fault('a page that is ready is mapped without a root', 'kvm/fetch.js', 'reload(m, v);', '', {
    ...RACES,
    set: { reloadObsolete: 'frees-first' },
  }),
  fault('a reload leaves its request', 'kvm/load.js', 'checkRequest(m, v, MMU_FREE_OBSOLETE_ROOTS);', '', {
    ...RACES,
    set: { reloadObsolete: 'frees-first', zappedRoot: 'free-obsolete' },
  }),
  fault(
    'an obsolete page has no entries',
    'kvm/fetch.js',
    'set(m, sp.obsolete.entries[index], entry);',
    '',
    FORGETFUL,
  ),
  fault(
    'only an obsolete root counts',
    'properties/roots.js',
    'if (get(m, page.exists) === 1)',
    'if (m === null)',
    FORGETFUL,
  ),
  fault(
    'both VPIDs share a hardware tag',
    'architecture/vpids.js',
    'exchange(m, v.hardwareTlb, v.otherVpid.hardwareTlb);',
    '',
    VPIDS,
  ),
  fault(
    'both VPIDs share a guest tag',
    'architecture/vpids.js',
    'exchange(m, v.guestTlb, v.otherVpid.guestTlb);',
    '',
    VPIDS,
  ),
  fault(
    'loads count under both VPIDs',
    'architecture/vpids.js',
    'exchange(m, v.loaded, v.otherVpid.loaded);',
    '',
    VPIDS,
  ),
  fault('a new VPID is one that was used', 'architecture/vpids.js', 'dropAll(m, v, true);', '', VPIDS),
  fault(
    'INVVPID leaves what L2 cached',
    'architecture/vpids.js',
    'drop(m, v.otherVpid.guestTlb.all);',
    '',
    VPIDS,
  ),
  fault('INVVPID leaves its hardware tag', 'kvm/nested.js', 'flushOtherVpid(m, v);', '', VPIDS),
  fault(
    'a remote flush leaves the other VPID',
    'kvm/hardware-tlb.js',
    'flushOtherVpid(m, v);\n    flush(m, v)',
    'flush(m, v)',
    VPIDS,
  ),
  fault(
    'the other VPID fills no guest TLB',
    'architecture/guest-tlb.js',
    'fillUnderVpid(m, v, v.otherVpid);',
    ';',
    VPIDS,
  ),
  fault('the roots of L2 are judged by the VPID of L1', 'properties/vtlb.js', ' & ~elsewhere', '', {
    ...VPIDS,
    bounds: { pcids: 2, spaces: 2 },
  }),
  fault(
    'a new VPID flushes nothing',
    'kvm/nested.js',
    "if (m.kernel.newVpid === 'flush-guest')",
    'if (m === null)',
    VPIDS,
  ),
  fault(
    'a nested entry flushes nothing',
    'kvm/nested.js',
    'requestFlush(m, v, m.kernel.nestedTransition);',
    '',
    NESTED,
  ),
  fault('a nested exit stays in L2', 'kvm/nested.js', 'set(m, v.guestMode, guestMode);', '', NESTED),
  fault('L2 has the role of L1', 'state/vcpu.js', 'return L2;', 'return 0;', NESTED),
  fault(
    'INVVPID frees the roots of L1',
    'kvm/nested.js',
    'roleOf(m, root) === L2',
    'roleOf(m, root) !== L2',
    NESTED,
  ),
  fault(
    'migration leaves the TLB in place',
    'kvm/hardware-tlb.js',
    'exchange(m, v.hardwareTlb, v.awayTlb);',
    '',
    FAULTY,
  ),
  fault('INIT keeps PCIDE', 'kvm/reset.js', 'set(m, v.pcide, 0);', '', FAULTY),
  fault('INIT keeps the low bits of CR3', 'kvm/reset.js', 'set(m, v.cr3, cr3Space(m, v));', '', FAULTY),
  fault('every entry fails from then on', 'kvm/enter-guest.js', 'set(m, v.entryFails, 0);', '', FAULTY),
  fault(
    'an injected fault leaves its address',
    'kvm/invalidate-addr.js',
    "injectedFault === 'nothing'",
    "injectedFault !== 'never'",
    FAULTY,
  ),
  fault(
    'a page fault empties no guest TLB',
    'architecture/invalidations.js',
    "case 'page-fault':",
    "case 'never':",
    FAULTY,
  ),
  fault(
    'the second of two loads is left out',
    'step/exit.js',
    'setCr3(m, v, event.second, 0, false);',
    '',
    TWICE,
  ),
  // architecture
  fault(
    'NOFLUSH never faults',
    'architecture/faults.js',
    'return event.noflush && get(m, v.pcide) === 0',
    'return false',
  ),
  fault('PCIDE 0->1 never faults', 'architecture/faults.js', ' && cr3Low(m, v) !== 0', ''),
  fault('INVPCID of PCID 0 faults', 'architecture/faults.js', ' && event.pcid !== 0', ''),
  fault('the guest TLB has no global entries', 'architecture/guest-tlb.js', 'if (global)', 'if (!m)', KERNEL),
  fault(
    'a load is remembered under low bits 0',
    'architecture/guest-tlb.js',
    'cr3Low(m, v), 0, 1 <<',
    '0, 0, 1 <<',
  ),
  fault(
    'a refill through the active CR3 only asks for the space',
    'architecture/guest-tlb.js',
    '=== ((low << m.layout.spaceBits) | space)',
    '% 2 === space',
    { ...MINIMAL, contract: 'sdm' },
  ),
  fault(
    'a global entry answers nobody',
    'architecture/guest-tlb.js',
    ' | get(m, sets.globals.slots[0][page])',
    '',
    KERNEL,
    true,
  ),
  fault(
    'INVLPG leaves global entries',
    'architecture/invalidations.js',
    'drop(m, v.globals.ofPage[event.page.index]);',
    '',
    KERNEL,
  ),
  fault(
    'MOV CR3 drops the tag of its low bits',
    'architecture/invalidations.js',
    'dropTag(m, v.guestTlb, pcidOf(m, v, event.low))',
    'dropTag(m, v.guestTlb, event.low)',
  ),
  fault(
    'INVPCID single ends no refill',
    'architecture/invalidations.js',
    "endRefill(m, v, 'invpcid single', event.pcid);",
    '',
  ),
  fault(
    'PCIDE 1->0 ends no refill',
    'architecture/invalidations.js',
    "endRefills(m, v, 'mov-cr4 pcide 1->0');",
    '',
  ),
  fault(
    'INVPCID all-nonglobal drops global entries',
    'architecture/invalidations.js',
    'dropAll(m, v, false)',
    'dropAll(m, v, true)',
    KERNEL,
  ),
  fault(
    'SMEP 0->1 drops nothing',
    'architecture/invalidations.js',
    'event.smep === 1 &&',
    'event.smep === 2 &&',
    ROLES,
  ),
  fault(
    'with PCIDE=0 a flush ends the refills of low bits 0 only',
    'architecture/invalidations.js',
    'else if (pcid === 0)',
    'else if (pcid === 1)',
  ),
  // sets
  fault(
    'an item is dropped under tag 0',
    'state/tagged-set.js',
    '~(first.mask << (first.shift + tag * set.stride))',
    '~(first.mask << first.shift)',
  ),
  fault(
    'an item is asked for under tag 0',
    'state/tagged-set.js',
    '>>> (first.shift + tag * set.stride)',
    '>>> first.shift',
  ),
  fault(
    'in a long set a tag takes all with it',
    'state/tagged-set.js',
    'drop(m, set.ofTag[t])',
    'drop(m, set.all)',
    WIDE,
  ),
  fault(
    'in a long set an item is dropped under every tag',
    'state/tagged-set.js',
    'slot.bits > 0 && tag === t)\n            m.row[slot.word] &=',
    'slot.bits > 0)\n            m.row[slot.word] &=',
    WIDE,
  ),
  fault(
    'INVLPG drops the first page',
    'row/tagged-set.js',
    'slots.map((row) => row[page])',
    'slots.map((row) => row[0])',
    KERNEL,
  ),
  // registers and roots
  fault('low bits are a PCID while PCIDE=0', 'state/vcpu.js', 'low & -get(m, v.pcide)', 'low'),
  fault('SMEP is in no role', 'state/vcpu.js', '1 + get(m, v.smep)', '1', ROLES),
  fault(
    'a root matches whatever its low bits',
    'kvm/new-pgd.js',
    'return root === usableRoot(m, v, pgd);',
    'return (root | 4) === (usableRoot(m, v, pgd) | 4);',
  ),
  // entry
  fault('MMU_SYNC syncs nothing', 'kvm/enter-guest.js', 'syncRoots(m, v);', ';', PATCH),
  fault('LOAD_MMU_PGD comes last', 'kvm/enter-guest.js', 'loadPgd(m, v);', ';'),
  fault(
    'an entry leaves the requests that a load raises',
    'kvm/enter-guest.js',
    'while (get(m, v.requests) !== 0)',
    'while (m === null)',
  ),
  fault(
    'a kicked vCPU does not enter',
    'step/enter.js',
    'if (m.layout.vcpus.length === 1)',
    'if (m.layout.vcpus.length > 0)',
    SMP,
  ),
  // faults and links
  fault('a walk leaves the flood count', 'kvm/fetch.js', 'set(m, sp.writeFloodingCount, 0);', '', DEEP),
  fault('a directory is linked stale', 'kvm/fetch.js', 'syncChildren(m, child);', '', DEEP),
  fault(
    'a link to something unsync is not marked',
    'kvm/fetch.js',
    'markUnsync(m, parent, index);',
    '',
    SHARED,
  ),
  fault(
    'a page fault is taken where there is an entry',
    'step/exit.js',
    'if (hardwareWalk(m, v, event.page) === 0)',
    'if (m !== null)',
  ),
  // flushes
  fault(
    'a guest flush keeps unsync roots',
    'kvm/flush-guest.js',
    'freeUnsyncPrevRoots(m, v);\n            flushTlbGuest',
    'flushTlbGuest',
  ),
  fault('a guest flush by unloading does nothing', 'kvm/flush-guest.js', 'unload(m, v);', '', PATCH),
  fault(
    'INVPCID all reloads where it should flush',
    'kvm/handle-invpcid.js',
    'requestFlush(m, v, m.kernel.invpcidAll);',
    "requestFlush(m, v, 'reload');",
  ),
  fault('INVLPG leaves the hardware TLB', 'kvm/hardware-tlb.js', 'drop(m, v.hardwareTlb.ofPage[page]);', ''),
  fault(
    'the hardware tags with PCID 0',
    'kvm/hardware-tlb.js',
    'hardwareTag(m, v), page.index',
    '0, page.index',
  ),
  fault(
    'a flush without a root flushes',
    'kvm/hardware-tlb.js',
    'if (get(m, v.root) !== INVALID)',
    'if (m === null)',
  ),
  fault(
    'INVPCID address flushes an unknown PCID',
    'kvm/invalidate-addr.js',
    'let found = activePcid(m, v) === pcid',
    'let found = true',
  ),
  fault(
    'INVLPG refreshes synced pages, not unsync ones',
    'kvm/invalidate-addr.js',
    'get(m, sp.unsync) === 1',
    'get(m, sp.unsync) === 0',
  ),
  fault(
    'a refreshed entry asks for no flush',
    'kvm/invalidate-addr.js',
    'if (get(m, sp.entries[index]) !== 0)',
    'if (m === null)',
    PATCH,
  ),
  fault(
    'any PCID syncs the current root',
    'kvm/invalidate-pcid.js',
    'if (activePcid(m, v) === pcid)',
    'if (m !== null)',
  ),
  fault(
    'PCID 0 frees prev_roots while PCIDE=0',
    'kvm/invalidate-pcid.js',
    "pcidlessInvalidation === 'keep-prev-roots'",
    "pcidlessInvalidation === 'never'",
  ),
  fault(
    'the current root is flushed and not synced',
    'kvm/invalidate-pcid.js',
    "=== 'at-once'",
    "!== 'at-once'",
    V5_13,
  ),
  // roots
  fault('a load does not sync', 'kvm/load.js', 'syncChildren(m, top);', '', PATCH),
  fault('a load does not flush', 'kvm/load.js', "loadFlush === 'flush'", "loadFlush === 'never'", PATCH),
  fault('the hardware CR3 carries PCID 0', 'kvm/load.js', '? activePcid(m, v) : 0', '? 0 : 0'),
  fault('a hit loads no CR3', 'kvm/new-pgd.js', 'makeRequest(m, v, LOAD_MMU_PGD);', ''),
  fault('a hit with a flush forgets the sync', 'kvm/new-pgd.js', 'makeRequest(m, v, MMU_SYNC);', '', V5_13),
  fault('a hit leaves the flood count', 'kvm/new-pgd.js', 'clearFloodOfRoot(m, v);', '', EVERYTHING),
  fault('a miss keeps the least recently used root', 'kvm/new-pgd.js', 'set(m, v.root, INVALID);', ''),
  fault(
    'only vCPU 0 gets a request for all',
    'kvm/requests.js',
    'makeRequest(m, vcpu, request)',
    'makeRequest(m, m.layout.vcpus[0], request)',
    SMP,
  ),
  fault(
    'a PCID is freed by its low bits',
    'kvm/roots.js',
    'pcidOf(m, v, lowOf(m, root)) === pcid',
    'lowOf(m, root) === pcid',
    { kernel: 'v5.14', layout: 'minimal' },
  ),
  fault(
    'an unload keeps prev_roots',
    'kvm/roots.js',
    '    freeCurrentRoot(m, v);\n    freePrevRoots(m, v);',
    '    freeCurrentRoot(m, v);',
    PATCH,
  ),
  fault('a guest flush frees synced roots', 'kvm/roots.js', ' && isUnsync(m, root)', ''),
  fault(
    'an obsolete root stays current',
    'kvm/roots.js',
    'const currentIsObsolete = isObsolete(m, get(m, v.root));',
    'const currentIsObsolete = false;',
    SMP,
  ),
  fault('CR0.WP written as it was resets', 'kvm/set-cr0.js', '=== wp', '=== -1', ROLES),
  fault('the same CR3 value is looked up', 'kvm/set-cr3.js', 'cr3 === get(m, v.cr3)', 'm === null'),
  fault('NOFLUSH flushes', 'kvm/set-cr3.js', 'if (noflush)', 'if (m === null)'),
  fault(
    'PCIDE 0->1 shadows PGE though it does nothing',
    'kvm/set-cr4.js',
    "effect !== 'nothing'",
    'm !== null',
    { kernel: 'v5.13', layout: 'kernel' },
  ),
  fault(
    'SMEP flushes beside a guest flush',
    'kvm/set-cr4.js',
    'if (!flushesGuest)',
    'if (m !== null)',
    EVERYTHING,
  ),
  fault(
    'PGE written as it was flushes',
    'kvm/set-cr4.js',
    'event.pge >= 0 && event.pge !== get(m, v.pge)',
    'event.pge >= 0',
    KERNEL,
  ),
  // shadow pages
  fault(
    'a page found unsync never flushes',
    'kvm/get-shadow-page.js',
    'dropped && flushes',
    'dropped && !flushes',
    SHARED,
  ),
  fault('a shadowed page stays writable', 'kvm/shadow-page.js', 'set(m, page.writable, 0);', ''),
  fault(
    'a directory is tracked before it is shadowed',
    'kvm/store.js',
    'isShadowed(m, table, 2) &&',
    'table.level > 1 &&',
    DEEP,
  ),
  fault('a page that was left writable is tracked', 'kvm/store.js', ' && get(m, table.writable) === 0', '', {
    ...WINDOW,
    set: { unsyncAtUpper: 'keep-writable' },
  }),
  fault(
    'an upper-level page forgets the tables',
    'kvm/get-shadow-page.js',
    'if (overUnsync)',
    'if (m === null)',
    WINDOW,
  ),
  fault(
    'tables are synced where they should be zapped',
    'kvm/unsync-at-upper.js',
    "unsyncAtUpper === 'zap'",
    "unsyncAtUpper === ''",
    WINDOW,
  ),
  fault(
    'a sync of tables flushes nobody',
    'kvm/unsync-at-upper.js',
    'makeRequest(m, v, TLB_FLUSH_CURRENT);',
    '',
    {
      ...TWO_ROLES,
      kernel: 'v5.13',
    },
  ),
  fault(
    'a zap of tables flushes nobody',
    'kvm/unsync-at-upper.js',
    'if (prepareZapPage(m, sp))',
    'if (!prepareZapPage(m, sp))',
    {
      ...TWO_ROLES,
      kernel: 'v6.12',
    },
  ),
  fault('a table is not synced', 'kvm/unsync-at-upper.js', 'set(m, sp.unsync, 0);', '', {
    ...WINDOW,
    kernel: 'v5.13',
  }),
  fault(
    'tables that are left are protected',
    'kvm/unsync-at-upper.js',
    "unsyncAtUpper === 'keep-writable'",
    "unsyncAtUpper === ''",
    { ...WINDOW, set: { unsyncAtUpper: 'keep-writable' } },
  ),
  fault(
    'tables that are kept are zapped',
    'kvm/unsync-at-upper.js',
    "unsyncAtUpper === 'keep-unsync'",
    "unsyncAtUpper === ''",
    { ...WINDOW, set: { unsyncAtUpper: 'keep-unsync' } },
  ),
  fault(
    'a walk goes on through a window',
    'state/walk.js',
    'depth === page.path.length - 1',
    'table.level === 1',
    WINDOW,
  ),
  fault('a native store leaves the page read-only', 'kvm/store.js', 'set(m, table.writable, 1);', ''),
  fault('a synced page stays unsync', 'kvm/sync.js', 'set(m, sp.unsync, 0);', '', PATCH),
  fault('a sync leaves the marks', 'kvm/sync.js', 'set(m, parent.unsyncChildren[index], 0);', '', PATCH),
  fault(
    'a sync refills what it drops',
    'kvm/sync.js',
    'set(m, sp.entries[index], 0);',
    'set(m, sp.entries[index], get(m, sp.page.entries[index]));',
  ),
  fault('a sync asks nobody to flush', 'kvm/sync.js', "m.kernel.syncDrop === 'flush-remote'", 'm === null', {
    ...EVERYTHING,
    bounds: { vcpus: 2, kernelPages: 0 },
    after: 'access u0; cpu 1: access u0; mov-cr0 wp=0; access u0; write-pte a:u0 f2; mov-cr3 a',
  }),
  fault(
    'the fourth store floods',
    'kvm/track-write.js',
    'WRITE_FLOODING_LIMIT = 3',
    'WRITE_FLOODING_LIMIT = 4',
    DEEP,
  ),
  fault('a tracked store flushes nobody', 'kvm/track-write.js', 'if (flush)', 'if (m === null)', SHARED),
  fault(
    'an unsync page marks no parent',
    'kvm/unsync.js',
    "unsyncMarks === 'parents'",
    "unsyncMarks === 'never'",
  ),
  fault('a mark is not handed up', 'kvm/unsync.js', 'if (!marked)', 'if (marked)', DEEP),
  fault('a zap leaves cached roots', 'kvm/zap.js', 'makeObsolete(m, slot, sp.top);', ';', SMP),
  fault('a zap leaves pages writable', 'kvm/zap.js', 'if (writeProtect(m, page))', 'if (m === null)', SMP),
  fault(
    'a zapped directory keeps its unsync pages',
    'kvm/zap.js',
    'unsync & (1 << leaf.leaf)',
    '0 & (1 << leaf.leaf)',
    {
      ...EVERYTHING,
      after:
        'mov-cr3 b; access k0; mov-cr3 a; write-pte a:k0 f2; write-dir b:user none; write-dir b:user none',
    },
  ),
  fault('a zapped root asks for the other request', 'kvm/zap.js', "=== 'reload'", "!== 'reload'", SMP),
  // the step
  fault(
    'the handler raises nothing',
    'step/exit.js',
    'set(m, m.layout.step.raised, get(m, v.requests));',
    '',
  ),
  fault('the hardware TLB takes nothing in', 'step/speculate.js', 'fillHardwareTlb(m, v);', ''),
  fault('WP is clear at the start', 'step/initial.js', 'set(m, v.wp, 1)', 'set(m, v.wp, 0)', ROLES),
  // rows and events
  fault(
    'unsync is read as synced',
    'row/unpack.js',
    'unsync: this.#take(fields.unsync) === 1',
    'unsync: false',
  ),
  fault(
    'a loaded CR3 is written under low bits 0',
    'row/pack.js',
    'sets.loaded.slots[low]',
    'sets.loaded.slots[0]',
  ),
  fault(
    'roots have a bit too few for their spaces',
    'row/layout.js',
    'const spaceBits = bitsFor(bounds.spaces - 1)',
    'const spaceBits = bitsFor(bounds.spaces - 2)',
  ),
  fault('NOFLUSH is lost', 'event.js', 'noflush: event.noflush', 'noflush: false'),
  // findings
  fault(
    'any hit counts as one while PCIDE=0',
    'properties/inspect-step.js',
    'loaded && pcideBefore === 0',
    'loaded',
  ),
  fault('any hit counts as one with NOFLUSH', 'properties/inspect-step.js', ' && event.noflush', ''),
  fault(
    'a root that survives PCIDE 0->1 is not seen',
    'properties/prev-roots-outside-vtlb.js',
    'any !== INVALID',
    'false',
    V5_13,
  ),
  fault(
    'a root out of prev_roots need not be synced',
    'properties/prev-roots-outside-vtlb.js',
    'leadsToUnsync(m, root))',
    'm === null)',
    { ...PATCH, set: { pcidlessInvalidation: 'return-first' } },
  ),
  fault('prev_roots is outside the vTLB', 'properties/vtlb.js', 'get(m, v.pcide) === 1', 'm === null', V5_13),
  fault(
    'a synced page may disagree',
    'properties/shadow-pages.js',
    'if (entry !== get(m, sp.page.entries[index]))',
    'if (m === null)',
    MINIMAL,
    true,
  ),
  fault(
    'a mark may lack',
    'properties/shadow-pages.js',
    'get(m, sp.unsyncChildren[index]) === 0',
    'm === null',
    MINIMAL,
    true,
  ),
  fault(
    'a synced page may be writable',
    'properties/shadow-pages.js',
    'get(m, sp.page.writable) === 1',
    'm === null',
    MINIMAL,
    true,
  ),
  fault(
    'an SPTE of another level backs a hardware entry',
    'properties/hardware-entries-backed.js',
    'sp.page.level === page.level',
    'page !== null',
    WINDOW,
    true,
  ),
  fault(
    'a hardware entry needs no SPTE',
    'properties/hardware-entries-backed.js',
    'return orphaned !== 0',
    'return false',
    MINIMAL,
    true,
  ),
  fault(
    'the hardware may have another tag',
    'properties/roots.js',
    ' || hardwareTag(m, v) !== activePcid(m, v)',
    '',
    MINIMAL,
    true,
  ),
  fault(
    'a cached root may be that of the current CR3',
    'properties/roots.js',
    'sameRoot(m, root, current)',
    'm === null',
    MINIMAL,
    true,
  ),
  fault(
    'a zapped root may be current',
    'properties/roots.js',
    'if (isObsolete(m, get(m, v.root)))',
    'if (m === null)',
    SMP,
    true,
  ),
  // work
  fault(
    'a store to a writable page exits',
    'step/leaves-guest.js',
    ' || get(m, event.table.writable) === 0',
    ' || true',
  ),
  fault(
    'a read never exits',
    'step/leaves-guest.js',
    'return hardwareWalk(m, v, event.page) === 0',
    'return false',
  ),
  fault('what the host does is an exit', 'step/leaves-guest.js', 'return false', 'return true', SMP),
  fault('a load is not counted', 'kvm/load.js', 'count(m, ROOT_LOADS);', ''),
  fault('a synced page is not counted', 'kvm/sync.js', 'count(m, PAGES_SYNCED);', ''),
  fault(
    'a hardware flush is not counted',
    'kvm/hardware-tlb.js',
    'count(m, HARDWARE_FLUSHES);\n    if',
    'if',
  ),
  fault('a freed root is not counted', 'kvm/roots.js', 'count(m, ROOTS_FREED)', '0'),
  fault(
    'an empty slot counts as a freed root',
    'kvm/roots.js',
    'm.counting && root !== INVALID',
    'm.counting',
  ),
  fault(
    'a remote flush is counted again while it pends',
    'kvm/requests.js',
    'm.counting && !pendsEverywhere(m, TLB_FLUSH)',
    'm.counting',
    { kernel: 'patch', layout: 'everything' },
  ),
  fault(
    'a remote flush that pends somewhere is not counted',
    'kvm/requests.js',
    'if ((get(m, vcpu.requests) & request) === 0)',
    'if (get(m, m.layout.vcpus[0].requests) & request ? 0 : 1)',
    SMP,
  ),
  fault(
    '`TLB_FLUSH` leaves `TLB_FLUSH_CURRENT` pending',
    'kvm/enter-guest.js',
    'checkRequest(m, v, TLB_FLUSH_CURRENT);',
    '',
    V5_13,
  ),
  // what an access reads
  fault('a read takes nothing from the hardware TLB', 'step/may-read.js', 'return cached | ', 'return '),
  fault(
    'a read takes nothing from the shadow tables',
    'step/may-read.js',
    ' | frameBit(hardwareWalk(m, v, event.page))',
    '',
  ),
];
