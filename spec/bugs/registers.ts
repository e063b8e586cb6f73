import type { Bug } from './bug.ts';
import { mutant, STALE } from './mutant.ts';

const ROLES = { layout: 'roles', bounds: {} } as const;

/** What went wrong with changes of CR0, CR4 and EFER. */
export const REGISTER_BUGS: readonly Bug[] = [
  {
    number: 20,
    commits: ['8d214c481611 v5.9'],
    kind: 'stale',
    doc: 'CR4.SMAP and CR4.PKE were missing among the bits whose change resets the MMU.',
    reproductions: [
      {
        trace: '20',
        doc: 'a role bit changes and the root of the old role stays; CR0.WP and SMEP stand for SMAP and PKE',
        ...ROLES,
        ...mutant({ roleChange: 'nothing' }),
        shows: { breaks: 'root-matches-cr3' },
      },
    ],
  },
  {
    number: 21,
    commits: ['427890aff855 v5.9', 'cb957adb4ea4 v5.9'],
    kind: 'fault',
    doc: 'A change of SMAP or PKE in PAE mode read the PDPTEs again, and faulted if they were invalid.',
    reproductions: [],
    outOfScope: { reason: 'the guest pages in 64-bit mode only', needs: 'PAE paging with cached PDPTEs' },
  },
  {
    number: 22,
    commits: ['2c5653caecc4 v5.17', '6b123c3a89a9 v5.17'],
    kind: 'stale',
    doc: 'A PAE guest that changed a PDPTE and loaded the same CR3 kept the old directory.',
    reproductions: [],
    outOfScope: { reason: 'the guest pages in 64-bit mode only', needs: 'PAE paging with cached PDPTEs' },
  },
  {
    number: 23,
    commits: ['0aa1837533e5 v5.14'],
    kind: 'stale',
    doc: 'INIT left the MMU as it was.',
    reproductions: [
      {
        trace: '23',
        doc: 'the registers are reset and the root for the old CR3 stays',
        layout: 'faults',
        bounds: {},
        before: { kernel: 'v5.13' },
        after: { kernel: 'v5.14' },
        shows: { breaks: 'root-matches-cr3' },
      },
    ],
  },
  {
    number: 24,
    commits: ['777ab82d7ce0 v5.16'],
    kind: 'fault',
    doc: 'Clearing CR0.PG in 64-bit mode did not fault.',
    reproductions: [],
    outOfScope: { reason: 'the guest always pages', needs: 'CR0.PG and the code segment' },
  },
  {
    number: 25,
    commits: ['b5f61c035d49 v5.18'],
    kind: 'stale',
    doc: 'A reset of the MMU was taken to flush the TLB; where it no longer does, each flush must be asked for.',
    reproductions: [
      {
        trace: '25-smep',
        doc: 'roots outlive SMEP 0->1, and nothing is flushed',
        ...ROLES,
        before: { kernel: 'v6.12', set: { roleChange: 'keep-roots-always', smepSet: 'nothing' } },
        after: { kernel: 'v6.12' },
        shows: STALE,
      },
      {
        trace: '25-pge',
        doc: 'the flush for a change of PGE is dropped',
        layout: 'kernel',
        bounds: {},
        ...mutant({ pgeToggle: 'nothing' }, 'v5.18'),
        shows: STALE,
      },
    ],
  },
  {
    number: 26,
    commits: ['6d58f275e6dc v5.18'],
    kind: 'stale',
    doc: 'The cache of the last MMIO address outlived an unload of the MMU.',
    reproductions: [],
    outOfScope: {
      reason: 'no frame is a device: every translation is cached in the same way',
      needs: 'frames without memory behind them, and the one-entry MMIO cache',
    },
  },
  {
    number: 27,
    commits: ['d6174299365d v5.18', 'b8453cdcf260 v5.16'],
    kind: 'stale',
    doc: 'EFER.LME and LMA were in no role.',
    reproductions: [],
    outOfScope: {
      reason: 'the guest is in 64-bit mode throughout',
      needs: 'EFER and the other paging modes',
    },
  },
  {
    number: 28,
    commits: ['proposed February 2022, not merged'],
    kind: 'stale',
    doc: 'Keeping roots across changes of the role: not across SMEP 0->1.',
    reproductions: [
      {
        trace: '28-smep',
        doc: 'up to v7.1, where SMEP is in no role with WP=1: roots are looked up again on SMEP 0->1 too',
        ...ROLES,
        ...mutant({ roleChange: 'keep-roots-always' }),
        shows: STALE,
      },
      {
        trace: '28-smep-role',
        doc: 'from v7.2 on the same takes SMEP 0->1 and back: the first finds no root of its role and loads one',
        ...ROLES,
        ...mutant({ roleChange: 'keep-roots-always' }, 'v7.3'),
        shows: STALE,
      },
      {
        trace: '28-wp',
        doc: 'and with the patch, to this day, not across a change of WP either: with PCIDE=0 cached roots are not kept in sync',
        ...ROLES,
        ...mutant({ roleChange: 'keep-roots' }),
        shows: STALE,
      },
    ],
  },
];
