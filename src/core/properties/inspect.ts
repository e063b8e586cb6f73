import { FOUND } from '../findings.ts';
import type { Core } from '../machine.ts';
import { get, set } from '../row/field.ts';
import { hardwareEntriesOrphaned } from './hardware-entries-backed.ts';
import { cachedRootsAlike, obsoleteAtEntry, rootMismatchesCr3 } from './roots.ts';
import { syncedPagesDisagree, syncedPagesWritable, unsyncUnmarked } from './shadow-pages.ts';
import { vtlbStale } from './vtlb.ts';

/**
 * The findings of a state, as a mask. `only-leaves-unsync` is none of them, since a row has no place where an
 * upper page could be unsync; nor is `flushes-ordered`, which the spec itself answers.
 */
export function inspect(m: Core, wanted: number): number {
  for (const notes of m.layout.step.notes) set(m, notes, 0);
  let found = 0;
  if (vtlbStale(m)) found |= FOUND['vtlb-within-guest-tlb']!;
  if (syncedPagesDisagree(m)) found |= FOUND['synced-pages-agree']!;
  if (unsyncUnmarked(m)) found |= FOUND['unsync-marked-upwards']!;
  if (syncedPagesWritable(m)) found |= FOUND['synced-pages-write-protected']!;
  if (hardwareEntriesOrphaned(m)) found |= FOUND['hardware-entries-backed']!;
  if (rootMismatchesCr3(m)) found |= FOUND['root-matches-cr3']!;
  if (cachedRootsAlike(m)) found |= FOUND['cached-roots-distinct']!;
  if (obsoleteAtEntry(m)) found |= FOUND['no-obsolete-root-at-entry']!;
  reportNotes(m);
  return found & wanted;
}

/** Adds what was exercised since the notes were cleared to what is known to have been. */
export function reportNotes(m: Core): void {
  const { notes } = m.layout.step;
  for (let i = 0; i < notes.length; i++) m.noted[i]! |= get(m, notes[i]!);
}
