import type { Bug } from './bug.ts';
import { mutant, STALE, STORES } from './mutant.ts';

const VPIDS = { layout: 'vpids', bounds: {} } as const;
const FAULTS = { layout: 'faults', bounds: {} } as const;

/** What went wrong with the hardware TLB. */
export const HARDWARE_TLB_BUGS: readonly Bug[] = [
  {
    number: 45,
    commits: ['60d93c27859f v7.3'],
    kind: 'stale',
    doc: 'A VM entry that failed forgot the flush that it should have carried out.',
    reproductions: [
      {
        trace: '45',
        doc: 'the flush of a MOV CR3 is lost',
        ...FAULTS,
        ...mutant({ failedEntry: 'loses-flush' }),
        shows: STALE,
      },
    ],
  },
  {
    number: 46,
    commits: ['2026'],
    kind: 'stale',
    doc: 'After a CPU came back online an ASID was given out twice.',
    reproductions: [],
    outOfScope: { reason: 'each vCPU has a tag of its own', needs: 'tags given out by physical CPU' },
  },
  {
    number: 47,
    commits: ['f0772389413d v7.3', '05a0b701d108 v7.3'],
    kind: 'stale',
    doc:
      'A VPID of L2 was used without a first flush (f0772389413d, CVE-2026-89932). What a nested VM entry asked for ' +
      'was carried out for L1 where the entry failed (05a0b701d108, CVE-2026-89930).',
    reproductions: [
      {
        trace: '47',
        doc: 'L2 gets a new VPID, and nothing is flushed before its first use',
        ...VPIDS,
        ...mutant({ newVpid: 'nothing' }),
        shows: STALE,
      },
      {
        trace: '47-failed',
        doc: 'v6.12 itself: a nested entry with a new VPID fails, and the next one takes the VPID for flushed',
        layout: 'entries',
        bounds: {},
        before: { kernel: 'v6.12' },
        after: { kernel: 'v6.12', set: { failedNestedEntry: 'serves' } },
        shows: STALE,
      },
    ],
  },
  {
    number: 48,
    commits: ['2b4a5a5d5688 v5.16', '40e5f9080472 v5.16', '712494de96f3 v5.16'],
    kind: 'stale',
    doc:
      'Of a flush around a nested transition: one asked for in L1 was carried out for L2 or the reverse ' +
      '(40e5f9080472, which no event here can show: requests are served before the next event), one went to the ' +
      'VPID of L1 (2b4a5a5d5688), and a new VPID of L2 was flushed in hardware only (712494de96f3).',
    reproductions: [
      {
        trace: '48-new',
        doc: 'for a new VPID of L2 the hardware is flushed and nothing is synced',
        ...VPIDS,
        ...mutant({ newVpid: 'flush-hardware' }),
        shows: STALE,
      },
      {
        trace: '48-l1',
        doc: 'a flush that L2 asks for is carried out under the VPID of L1',
        layout: 'vpids',
        bounds: {},
        ...mutant({ guestFlushVpid: 'vpid01' }),
        shows: STALE,
      },
    ],
  },
  {
    number: 49,
    commits: ['the mechanism, not one bug'],
    kind: 'stale',
    doc: 'A vCPU that comes back to a physical CPU finds there what it left.',
    reproductions: [
      {
        trace: '49',
        doc: 'no flush on migration',
        ...FAULTS,
        ...mutant({ migration: 'nothing' }),
        shows: STALE,
      },
    ],
  },
  {
    number: 50,
    commits: ['05b29633c7a9 v5.17'],
    kind: 'stale',
    doc: 'INVLPG of a nested guest skipped the flush of the address.',
    reproductions: [],
    outOfScope: {
      reason: 'the MMU that was looked at in place of the right one is another one only with nested TDP',
      needs: 'nested TDP',
    },
  },
  {
    number: 51,
    commits: ['6dbf79e7164e v3.3'],
    kind: 'stale',
    doc: 'Dirty logging write-protected a page and let go of the lock before it flushed; who protected it next flushed no more.',
    reproductions: [
      {
        trace: '51',
        doc: 'a vCPU stores through its hardware TLB to a page that is shadowed meanwhile',
        ...STORES,
        ...mutant({ dirtyLog: 'flushes-late' }),
        shows: STALE,
      },
    ],
  },
];
