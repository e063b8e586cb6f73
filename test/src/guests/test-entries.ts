import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Entry, explore, nameOf } from './support.ts';

/** `UPDATE_PINS=1 npx vitest run test/src/guests` writes what is found, to be reviewed as a diff. */
const UPDATE = process.env.UPDATE_PINS === '1';

/** Holds each search of a file against what the file says. */
export function testEntries(file: URL): void {
  const entries = JSON.parse(readFileSync(file, 'utf8')) as Entry[];
  const updated: Entry[] = [];
  describe('each search under a guest explores and finds exactly what its entry says', () => {
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
