import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Entry, explore, nameOf } from './entry.ts';

/** Whether to write what is found, to be reviewed as a diff. */
const UPDATE = process.env.UPDATE_MANIFEST === '1';

/** Holds each search of a manifest against what it says. */
export function testManifest(file: URL): void {
  const entries = JSON.parse(readFileSync(file, 'utf8')) as Entry[];
  const updated: Entry[] = [];
  describe('each search explores and finds exactly what the manifest says', () => {
    it.each(entries.map((entry) => [nameOf(entry), entry] as const))('%s', async (_, entry) => {
      const found = await explore(entry);
      if (UPDATE) {
        updated.push({ ...entry, found });
        if (updated.length === entries.length) writeFileSync(file, `${JSON.stringify(updated, null, 2)}\n`);
      } else {
        expect(found).toEqual(entry.found);
      }
    });
  });
}
