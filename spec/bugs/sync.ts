import type { Bug } from './bug.ts';
import { MINIMAL, mutant, STALE, STORES } from './mutant.ts';

/** Two kernel pages behind a directory that all spaces share. */
const SHARED_DIRECTORY = { layout: 'upper', bounds: {} } as const;

/** What went wrong in syncing pages and linking them. */
export const SYNC_BUGS: readonly Bug[] = [
  {
    number: 29,
    commits: ['b53e84eed08b v5.13'],
    kind: 'stale',
    doc: 'A flush that the guest asked for by a paravirtual call flushed the hardware TLB and synced nothing.',
    reproductions: [
      {
        trace: '29',
        doc: 'v5.12 as it was: a store, and a flush asked for by another vCPU',
        layout: 'faults',
        bounds: {},
        before: { kernel: 'v5.12' },
        after: { kernel: 'v5.13' },
        shows: STALE,
      },
    ],
  },
  {
    number: 30,
    commits: ['65855ed8b034 v5.15'],
    kind: 'stale',
    doc: 'A directory with unsync pages below it was linked first and synced later.',
    reproductions: [
      {
        trace: '30',
        doc: 'it is not synced at all: what the guest never flushed is used through a new link',
        ...SHARED_DIRECTORY,
        ...mutant({ linkUnsyncChildren: 'nothing' }),
        shows: STALE,
      },
    ],
  },
  {
    number: 31,
    commits: ['f6f6195b888c v5.9'],
    kind: 'stale',
    doc: 'The request for that sync had become one for a flush.',
    reproductions: [
      {
        trace: '31',
        doc: 'TLB_FLUSH_CURRENT in place of MMU_SYNC',
        ...SHARED_DIRECTORY,
        ...mutant({ linkUnsyncChildren: 'request-flush' }),
        shows: STALE,
      },
    ],
  },
  {
    number: 32,
    commits: ['f81602958c11 v5.15'],
    kind: 'stale',
    doc:
      'A page counted as write-protected while another vCPU could still store to it through its hardware TLB: a sync had ' +
      'dropped the SPTE that mapped it writable and put off the flush.',
    reproductions: [
      {
        trace: '32',
        doc: 'the page is shadowed after the sync of another, which mapped it for the stores',
        ...STORES,
        before: { kernel: 'v5.14' },
        after: { kernel: 'patch-base' },
        shows: STALE,
      },
    ],
  },
  {
    number: 33,
    commits: ['264d3dc1d3dc v5.16'],
    kind: 'stale',
    doc: 'A flush read the unsync flag without the barrier that pairs with its setting.',
    reproductions: [],
    outOfScope: {
      reason: 'steps of different vCPUs do not interleave',
      needs: 'handlers in smaller steps, and a weak memory order',
    },
  },
  {
    number: 34,
    commits: ['ee1fa209f5e5 v5.8'],
    kind: 'stale',
    doc: 'A protection fault was injected without an invalidation of its address, and came again for ever.',
    reproductions: [
      {
        trace: '34',
        doc: 'the entry that the guest relaxed is still the old one after the fault',
        layout: 'faults',
        bounds: {},
        ...mutant({ injectedFault: 'nothing' }),
        shows: STALE,
      },
    ],
  },
  {
    number: 35,
    commits: ['ddc16abbbae9 v5.14'],
    kind: 'stale',
    doc:
      'The unsync shadows of a page table that became a directory too were synced in whatever mode the vCPU was; ' +
      'now they are zapped. What must never be is that the page stays writable.',
    reproductions: [
      {
        trace: '35',
        doc: 'they are left as they are: stores to the directory go unseen, and no sync looks for them',
        layout: 'window',
        bounds: {},
        ...mutant({ unsyncAtUpper: 'keep-writable' }),
        shows: STALE,
      },
    ],
  },
  {
    number: 36,
    commits: ['bd047e544089 v5.16', '06152b2dec3e v5.16', 'c3e5e415bc1e v5.16'],
    kind: 'over',
    doc: 'Finding an unsync page flushed the hardware TLB of this vCPU, needed or not.',
    reproductions: [
      {
        trace: '36',
        doc: 'an access finds an unsync page in which nothing has changed',
        layout: 'shared',
        bounds: {},
        ...mutant({ foundUnsync: 'flush-current' }),
        shows: { costs: 'hardwareFlushes' },
      },
    ],
  },
  {
    number: 37,
    commits: ['v5.16'],
    kind: 'over',
    doc: 'A prefetch made pages unsync.',
    reproductions: [],
    outOfScope: {
      reason: 'KVM prefetches no SPTE here; what a prefetch would map, an access may map as well',
      needs: 'speculative SPTEs, and tables mapped as data',
    },
  },
  {
    number: 38,
    commits: ['b1bd5cba3306 v5.13'],
    kind: 'stale',
    doc: 'Shadow pages were shared between paths that grant different access.',
    reproductions: [],
    outOfScope: {
      reason: 'a frame stands for a translation with its permissions',
      needs: 'permissions apart from frames, and role.access',
    },
  },
  {
    number: 39,
    commits: ['0cb2af2ea66a, 2026', '81ccda30b4e8, 2026', 'aad885e77496, 2026'],
    kind: 'host',
    doc: 'A child page was used again although its parent entry had been changed from outside the guest.',
    reproductions: [],
    outOfScope: {
      reason: 'every store to a page table is one that KVM sees or makes possible',
      needs: 'stores by the host to page tables in use, after which even a right kernel may be behind',
    },
  },
  {
    number: 40,
    commits: ['2abd5287f083 v7.2'],
    kind: 'host',
    doc: 'The check for an obsolete root came before a reclaim that could make it so.',
    reproductions: [],
    outOfScope: { reason: 'shadow pages are not limited in number', needs: 'reclaim inside the fault path' },
  },
  {
    number: 41,
    commits: ['a955cad84cda v5.16', '18c841e1f411 v5.17'],
    kind: 'host',
    doc:
      'A page fault went on with a root that a change of memslots had just made obsolete; its check then gave up ' +
      'where it need not (until 18c841e1f411, which is not modelled).',
    reproductions: [
      {
        trace: '41',
        doc: 'no check: what the fault makes below the obsolete root is left behind, and nobody finds it again',
        layout: 'races',
        bounds: {},
        ...mutant({ staleFault: 'install-obsolete' }),
        shows: { breaks: 'no-obsolete-root-at-entry' },
      },
    ],
  },
  {
    number: 42,
    commits: ['0f38453cdb2e v7.2', '2e8a2c1b0306 v7.2'],
    kind: 'stale',
    doc: 'A page write-tracked in one address space could be mapped writable in the other.',
    reproductions: [],
    outOfScope: { reason: 'there is no SMM', needs: 'two address spaces with slots of their own' },
  },
  {
    number: 43,
    commits: ['9fd4a4e3a3d9 v6.4'],
    kind: 'over',
    doc: 'INVLPG zapped the SPTE and fetched it anew. What must stay: it looks at every root.',
    reproductions: [
      {
        trace: '43-over',
        doc: 'an INVLPG of an unsync page whose entry has not changed flushes all vCPUs',
        ...MINIMAL,
        before: { kernel: 'v6.1' },
        after: { kernel: 'v6.4' },
        shows: { costs: 'remoteFlushes' },
      },
      {
        trace: '43-pcid',
        doc: 'only the roots of the active PCID: a global page keeps its old translation in the others',
        layout: 'kernel',
        bounds: {},
        ...mutant({ invlpgRoots: 'active-pcid' }),
        shows: STALE,
      },
      {
        trace: '43-current',
        doc: 'only the current root',
        ...MINIMAL,
        ...mutant({ invlpgRoots: 'current' }),
        shows: STALE,
      },
    ],
  },
  {
    number: 44,
    commits: ['0ba73cdadb8a v2.6.29', '6844dec69486 v2.6.29', '87917239204d v2.6.29'],
    kind: 'stale',
    doc: 'Loading a root did not sync what was found in the hash; a sync left the page writable.',
    reproductions: [
      {
        trace: '44-load',
        doc: 'no sync when a root is loaded',
        ...MINIMAL,
        ...mutant({ loadSync: 'nothing' }),
        shows: STALE,
      },
      {
        trace: '44-protect',
        doc: 'a synced page can be stored to without an exit',
        ...MINIMAL,
        ...mutant({ syncProtects: 'nothing' }),
        shows: STALE,
      },
    ],
  },
];
