import { SAFETY } from '../properties/vtlb-within-guest-tlb.ts';
import type { Claim, Evidence, Goal, Scope, Subject } from './claim.ts';

const onMinimal = (subject: Subject): Scope => ({
  ...subject,
  contract: 'kvm',
  layout: 'minimal',
  bounds: {},
});

/**
 * The same with one cached root: for claims about a single switch, where a longer memory adds states and no
 * case.
 */
const onOneCachedRoot = (subject: Subject): Scope => ({ ...onMinimal(subject), bounds: { cachedRoots: 1 } });

/** Two spaces that share nothing but a global kernel page, PGE toggled. */
const onKernelPage = (subject: Subject): Scope => ({
  ...subject,
  contract: 'kvm',
  layout: 'kernel',
  bounds: { userPages: 0, cachedRoots: 1 },
});

const search = (scope: Scope, goal: Goal): Evidence => ({ run: 'search', scope, goal });

const replay = (
  scenario: Extract<Evidence, { run: 'replay' }>['scenario'],
  subject: Subject,
  verdict: 'clean' | 'stale',
): Evidence => ({ run: 'replay', scenario, subject, verdict });

const BEFORE: Subject = { kernel: 'v5.13' };
const WITH_21823: Subject = { kernel: 'v5.14' };
const PATCH: Subject = { kernel: 'patch' };
const PATCH_WITHOUT_CR4: Subject = { kernel: 'patch', set: { pcideSet: 'nothing' } };
const SAFE: Goal = { always: SAFETY };
const STALE: Goal = { broken: SAFETY };

/** What the message of 509bfe3d9796 says, and what a reviewer would ask of it, in our own words. */
export const CLAIMS: readonly Claim[] = [
  {
    number: 1,
    statement:
      'Before 21823fbda552 a cached root can go stale unseen, and PCIDE 0->1 followed by a NOFLUSH load uses it.',
    evidence: [search(onMinimal(BEFORE), STALE), replay('message-mov-cr3', BEFORE, 'stale')],
  },
  {
    number: 2,
    statement:
      "The message's own sequence, with INVPCID single, is not stale there; with a flushing MOV CR3 in its place it is. " +
      "With the patch minus its CR4 part, the message's own sequence is stale.",
    evidence: [
      replay('message', BEFORE, 'clean'),
      replay('message-mov-cr3', BEFORE, 'stale'),
      replay('message', PATCH_WITHOUT_CR4, 'stale'),
    ],
  },
  {
    number: 3,
    statement: '21823fbda552 closes the hole.',
    evidence: [
      search(onOneCachedRoot(WITH_21823), SAFE),
      replay('message-mov-cr3', WITH_21823, 'clean'),
      replay('cached-pcid', BEFORE, 'stale'),
      replay('cached-pcid', WITH_21823, 'clean'),
    ],
  },
  {
    number: 4,
    statement: 'With 21823fbda552, PCIDE=0 never reuses a cached root.',
    evidence: [search(onOneCachedRoot(WITH_21823), { neverReaches: 'cached-root-reused-while-pcide-clear' })],
  },
  {
    number: 5,
    statement: 'The patch makes PCIDE=0 reuse cached roots again.',
    evidence: [
      search(onMinimal(PATCH), { reaches: 'cached-root-reused-while-pcide-clear' }),
      replay('cached-root-hit-no-pcid', PATCH, 'clean'),
    ],
  },
  {
    number: 6,
    statement: 'The patch stays safe.',
    evidence: [
      search(onMinimal(PATCH), SAFE),
      replay('message', PATCH, 'clean'),
      replay('message-mov-cr3', PATCH, 'clean'),
      replay('pwt-alias', PATCH, 'clean'),
      replay('pwt-alias', PATCH_WITHOUT_CR4, 'stale'),
    ],
  },
  {
    number: 7,
    statement:
      'With PCIDE=0 prev_roots is outside the vTLB: stale cached roots are reachable, and none is ever used unsynced.',
    evidence: [
      search(onMinimal(PATCH), { always: 'prev-roots-outside-vtlb' }),
      search(onMinimal(PATCH), { reaches: 'stale-cached-root-while-pcide-clear' }),
      replay('prev-roots-outside', PATCH, 'clean'),
    ],
  },
  {
    number: 8,
    statement: 'Freeing the cached roots on PCIDE 0->1 is needed.',
    evidence: [search(onMinimal(PATCH_WITHOUT_CR4), STALE), replay('message', PATCH_WITHOUT_CR4, 'stale')],
  },
  {
    number: 9,
    statement: 'On PCIDE 0->1 the architecture needs no flush: entries may live on.',
    evidence: [
      search(onOneCachedRoot({ kernel: 'patch', set: { pcideSet: 'free-prev-roots' } }), SAFE),
      search(onOneCachedRoot({ kernel: 'patch', set: { pcideSet: 'free-prev-roots' } }), {
        reaches: 'stale-entry-lives-across-pcide-set',
      }),
      replay('pcide-set-lives-on', { kernel: 'patch', set: { pcideSet: 'free-prev-roots' } }, 'clean'),
    ],
  },
  {
    number: 10,
    statement: 'On PCIDE 1->0 a flush is needed, and the reload suffices.',
    evidence: [
      search(onMinimal({ kernel: 'patch', set: { pcideClear: 'nothing' } }), STALE),
      replay('pcide-clear', { kernel: 'patch', set: { pcideClear: 'nothing' } }, 'stale'),
      search(onMinimal(PATCH), SAFE),
      replay('pcide-clear', PATCH, 'clean'),
    ],
  },
  {
    number: 11,
    statement: 'An MMU reset covers a reload, and a reload covers the guest flush, in every reachable state.',
    evidence: [
      search(
        { ...onOneCachedRoot({ kernel: 'v5.16' }), flushesOrdered: true },
        { always: 'flushes-ordered' },
      ),
    ],
  },
  {
    number: 12,
    statement:
      'A change of PGE needs the guest flush and no more; a sync and flush of the current root is too little.',
    evidence: [
      search(onKernelPage({ kernel: 'v5.16' }), SAFE),
      search(onKernelPage({ kernel: 'v5.16', set: { pgeToggle: 'nothing' } }), STALE),
      search(onKernelPage({ kernel: 'v5.16', set: { pgeToggle: 'sync-and-flush-current' } }), STALE),
      replay('pge-toggle', PATCH, 'clean'),
      replay('pge-toggle', { kernel: 'patch', set: { pgeToggle: 'nothing' } }, 'stale'),
    ],
  },
  {
    number: 13,
    statement: 'With PCIDE=0 kvm_invalidate_pcid need not free prev_roots, though all of them have PCID 0.',
    evidence: [
      search(onMinimal(PATCH), SAFE),
      search(onMinimal(PATCH), { reaches: 'cached-root-kept-by-a-flush-while-pcide-clear' }),
    ],
  },
  {
    number: 14,
    statement: 'The early return must come after the sync and flush of the current root.',
    evidence: [
      search(onMinimal({ kernel: 'patch', set: { pcidlessInvalidation: 'return-first' } }), STALE),
      replay('same-cr3-flush', { kernel: 'patch', set: { pcidlessInvalidation: 'return-first' } }, 'stale'),
      replay('same-cr3-flush', PATCH, 'clean'),
    ],
  },
];
