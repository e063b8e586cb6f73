import { describe, expect, it } from 'vitest';
import {
  DECISION_NAMES,
  DECISIONS,
  type DecisionName,
  type Kernel,
} from '../../../spec/kernels/decisions.ts';
import { KERNELS, type KernelName } from '../../../spec/kernels/named.ts';
import { CONSULTED } from '../../../src/core/row/notes.ts';
import { compareCore } from '../../../src/differential/compare-core.ts';
import { CORE, type CoreFunctions } from '../../../src/differential/core-functions.ts';
import { countsOf, distinctKernels, type Entry, nameOf, recordOf, startOf, worldOf } from './support.ts';

/** Where a comparison meets a decision soon. */
type Place = Pick<Entry, 'layout' | 'bounds' | 'after'>;

const SMALL = { frames: 1, pcids: 2 } as const;
const UNSYNC_BELOW = 'access u0; write-pte a:u0 f2; mov-cr3 b';

/** Two places for each decision. */
const PLACES: Readonly<Record<DecisionName, readonly [Place, Place]>> = {
  rootReuse: [{ layout: 'shared' }, { layout: 'smp' }],
  invalidCurrentRoot: [{ layout: 'twice' }, { layout: 'everything, deep and shared' }],
  newPgdHit: [{ layout: 'shared' }, { layout: 'roles' }],
  movCr3Flush: [{ layout: 'smp' }, { layout: 'roles' }],
  currentRootSync: [{ layout: 'shared', after: UNSYNC_BELOW }, { layout: 'kernel' }],
  pcidlessInvalidation: [{ layout: 'smp' }, { layout: 'roles' }],
  pcideSet: [{ layout: 'kernel' }, { layout: 'roles' }],
  pcideClear: [{ layout: 'kernel' }, { layout: 'roles' }],
  pgeToggle: [{ layout: 'kernel' }, { layout: 'everything', bounds: SMALL }],
  smepSet: [{ layout: 'roles' }, { layout: 'everything', bounds: SMALL }],
  cr4Effects: [{ layout: 'kernel' }, { layout: 'everything', bounds: SMALL }],
  invpcidAll: [{ layout: 'kernel' }, { layout: 'deep', after: UNSYNC_BELOW }],
  flushGuestService: [
    { layout: 'kernel', after: UNSYNC_BELOW },
    { layout: 'shared', after: UNSYNC_BELOW },
  ],
  invlpg: [
    { layout: 'kernel', after: UNSYNC_BELOW },
    { layout: 'smp', after: UNSYNC_BELOW },
  ],
  linkUnsyncChildren: [
    { layout: 'deep', after: 'access k0; write-pte a:k0 f2; mov-cr3 b' },
    { layout: 'everything, deep', bounds: SMALL, after: 'access k0; write-pte a:k0 f1; mov-cr3 b' },
  ],
  foundUnsync: [
    { layout: 'shared', after: UNSYNC_BELOW },
    { layout: 'everything, shared', after: UNSYNC_BELOW },
  ],
  unsyncAtUpper: [
    { layout: 'window', after: 'access w0; write-dir b:user a.u' },
    { layout: 'everything, window', bounds: SMALL, after: 'access w0; write-dir b:user none' },
  ],
  syncDrop: [
    { layout: 'shared', after: UNSYNC_BELOW },
    { layout: 'smp', after: UNSYNC_BELOW },
  ],
  zappedRoot: [{ layout: 'smp' }, { layout: 'deep' }],
  pgdOnHit: [{ layout: 'minimal' }, { layout: 'roles' }],
  hardwarePcid: [{ layout: 'minimal' }, { layout: 'kernel' }],
  pcidInvalidation: [{ layout: 'minimal', after: 'mov-cr4 pcide=1; mov-cr3 b' }, { layout: 'smp' }],
  roleChange: [{ layout: 'roles' }, { layout: 'everything', bounds: SMALL }],
  flushRequestClears: [
    { layout: 'kernel', after: UNSYNC_BELOW },
    { layout: 'faults', bounds: { spaces: 2 }, after: UNSYNC_BELOW },
  ],
  invlpgRoots: [
    { layout: 'kernel', after: UNSYNC_BELOW },
    { layout: 'minimal', after: 'access u0; mov-cr4 pcide=1; write-pte a:u0 f2; mov-cr3 b pcid=1' },
  ],
  addressFlush: [{ layout: 'minimal' }, { layout: 'faults', bounds: { spaces: 2 } }],
  injectedFault: [
    { layout: 'faults', bounds: { spaces: 2 }, after: UNSYNC_BELOW },
    { layout: 'everything', bounds: SMALL, after: 'access u0; write-pte a:u0 f1' },
  ],
  loadSync: [
    { layout: 'minimal', after: UNSYNC_BELOW },
    { layout: 'deep', after: UNSYNC_BELOW },
  ],
  loadFlush: [{ layout: 'minimal' }, { layout: 'smp' }],
  syncProtects: [
    { layout: 'minimal', after: UNSYNC_BELOW },
    { layout: 'smp', after: UNSYNC_BELOW },
  ],
  unsyncMarks: [
    { layout: 'minimal', after: 'access u0' },
    { layout: 'deep', after: 'access u0' },
  ],
  trackedStore: [
    { layout: 'deep', after: 'access u0' },
    { layout: 'kernel', after: 'access k0' },
  ],
  staleFault: [{ layout: 'races' }, { layout: 'everything, deep', bounds: SMALL }],
  reloadObsolete: [{ layout: 'races' }, { layout: 'everything', bounds: SMALL }],
  obsoleteRoots: [{ layout: 'smp' }, { layout: 'deep' }],
  nestedTransition: [{ layout: 'nested' }, { layout: 'everything', bounds: SMALL }],
  newVpid: [{ layout: 'vpids' }, { layout: 'everything', bounds: SMALL }],
  guestFlushVpid: [
    { layout: 'vpids', bounds: { spaces: 2 }, after: 'nested enter a vpid=new' },
    { layout: 'everything', bounds: SMALL, after: 'nested enter a vpid=same' },
  ],
  invvpidRoots: [
    { layout: 'nested', after: 'nested enter b; nested exit a' },
    { layout: 'everything', bounds: SMALL, after: 'nested enter b; nested exit a' },
  ],
  initReset: [{ layout: 'faults' }, { layout: 'everything', bounds: SMALL }],
  migration: [{ layout: 'faults' }, { layout: 'everything', bounds: SMALL }],
  failedEntry: [
    { layout: 'faults', bounds: { spaces: 2 }, after: 'access u0; host fail-entry' },
    { layout: 'everything', bounds: SMALL, after: 'access u0; host fail-entry' },
  ],
};

/** Kernels that stand for the others where a decision is the same in all of them. */
const TELLING: readonly KernelName[] = ['v5.13', 'patch', 'v6.4'];

function isUndisputed(decision: DecisionName): boolean {
  return new Set(Object.values(KERNELS).map((kernel) => kernel[decision])).size === 1;
}

/** Whether MMU_FREE_OBSOLETE_ROOTS is raised, without which nothing depends on how it is served. */
function raisesFreeObsoleteRoots({ zappedRoot }: Kernel): boolean {
  return zappedRoot === 'free-obsolete';
}

function changes(): { entry: Pick<Entry, 'kernel' | 'set'>; decision: DecisionName }[] {
  const named = Object.values(KERNELS).map(recordOf);
  const found: { entry: Pick<Entry, 'kernel' | 'set'>; decision: DecisionName }[] = [];
  const seen = new Set<string>();
  for (const { kernel } of distinctKernels()) {
    for (const decision of DECISION_NAMES) {
      if (isUndisputed(decision) && !TELLING.includes(kernel)) continue;
      if (decision === 'obsoleteRoots' && !raisesFreeObsoleteRoots(KERNELS[kernel])) continue;
      for (const value of Object.keys(DECISIONS[decision].values)) {
        const record = recordOf({ ...KERNELS[kernel], [decision]: value } as Kernel);
        const name = `${decision} ${record}`;
        if (named.includes(record) || seen.has(name)) continue;
        seen.add(name);
        found.push({ entry: { kernel, set: { [decision]: value } as Partial<Kernel> }, decision });
      }
    }
  }
  return found;
}

/** Each named kernel with one decision changed, so that it is no named kernel; equal records once a decision. */
export const CHANGES = changes();

/**
 * Tests that spec and core agree in a few states where one decision is changed.
 *
 * @param check pins a sentence under a name
 * @param choose the places at which to compare a decision's n-th change, of its two
 */
export function testChanges(
  check: (name: string, sentence: string) => void,
  choose: (places: readonly [Place, Place], n: number) => readonly Place[],
): void {
  describe('spec and core agree where one decision is changed', () => {
    it.each(DECISION_NAMES)('%s', (decision) => {
      let everConsulted = false;
      for (const [n, { entry }] of CHANGES.filter((change) => change.decision === decision).entries()) {
        for (const place of choose(PLACES[decision], n)) {
          const full: Entry = { ...entry, ...place, maxStates: 25 };
          const world = worldOf(full);
          const { core, consulted } = watched(decision);
          const compared = compareCore(world, { ...startOf(full, world), maxStates: 25, core });
          expect(compared.difference).toBeNull();
          check(nameOf(full), `${countsOf(compared)}, ${consulted() ? '' : 'never '}consulted`);
          if (consulted()) everConsulted = true;
        }
      }
      expect(everConsulted).toBe(true);
    });
  });
}

/** The core, and whether it consulted a decision since. */
function watched(decision: DecisionName): { core: CoreFunctions; consulted: () => boolean } {
  const note = CONSULTED[decision];
  let noted: Int32Array | null = null;
  const core: CoreFunctions = {
    ...CORE,
    createCore: (world, counting) => {
      const made = CORE.createCore(world, counting);
      noted = made.core.noted;
      return made;
    },
  };
  return { core, consulted: () => (((noted?.[note >>> 5] ?? 0) >>> (note & 31)) & 1) === 1 };
}
