import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CheckpointHead } from '../../../src/checker/checkpoint.ts';
import { CheckpointError } from '../../../src/checker/checkpoint-error.ts';
import { search } from '../../../src/checker/search.ts';
import { NO_LIMITS, temporaryFolder, toy } from './support.ts';

const SOURCE = toy({ toy: 'graph', size: 5000, goals: [4] });
const INPUT = { source: SOURCE, symmetry: false, workers: 1, limits: NO_LIMITS };

type Head = CheckpointHead & { transitions: number; entries: Record<'keys' | 'next', number> };

/** A checkpoint whose head has been changed, and whose sizes and checksum are right again. */
async function forge(change: (head: Head) => unknown): Promise<string> {
  const file = join(temporaryFolder(), 'a.checkpoint');
  await search({ ...INPUT, limits: { ...NO_LIMITS, maxStates: 100 }, checkpoint: file });
  const whole = readFileSync(file);
  const end = 24 + whole.readUInt32LE(12);
  const head = JSON.parse(whole.subarray(24, end).toString());
  const json = Buffer.from(JSON.stringify(change(head) ?? head));
  const prelude = Buffer.from(whole.subarray(0, 24));
  prelude.writeUInt32LE(json.length, 12);
  const body = whole.subarray(end, -32);
  prelude.writeDoubleLE(prelude.length + json.length + body.length + 32, 16);
  const forged = Buffer.concat([prelude, json, body]);
  writeFileSync(file, Buffer.concat([forged, createHash('sha256').update(forged).digest()]));
  return file;
}

/** What is said of a checkpoint; null if the search goes on from it. */
async function refusal(file: string, build?: string): Promise<CheckpointError | null> {
  try {
    await search({ ...INPUT, resume: file, ...(build !== undefined && { build }) });
    return null;
  } catch (error) {
    if (error instanceof CheckpointError) return error;
    throw error;
  }
}

const FIELDS = [
  'identity',
  'build',
  'words',
  'facts',
  'symmetry',
  'transitions',
  'level',
  'depth',
  'expansions',
  'event',
  'newborn',
  'wanted',
  'untraced',
  'found',
  'fired',
  'noted',
  'origins',
  'countBytes',
  'entries',
];

describe('a checkpoint with another head', () => {
  it('is taken where nothing is changed', async () => {
    expect(await refusal(await forge((head) => void head))).toBeNull();
    const file = await forge((head) => {
      expect(Object.keys(head).sort()).toEqual([...FIELDS].sort());
    });
    expect(await refusal(file)).toBeNull();
  });

  it.each(FIELDS)('is refused where %s is no such thing, or is not there', async (field) => {
    for (const wrong of [undefined, null, -1, 1.5, 'x', {}, [null], [0.5], 2 ** 60]) {
      const found = await refusal(await forge((head) => void Object.assign(head, { [field]: wrong })));
      expect(found?.message, `${field}: ${JSON.stringify(wrong)}`).toMatch(/cannot resume from .*: it/);
    }
  });

  it.each<[string, (head: Head) => unknown]>([
    ['is a list', () => []],
    ['is a number', () => 5],
    ['counts more states', (head) => void head.entries.keys++],
    ['counts fewer to expand', (head) => void head.entries.next--],
    ['counts other transitions', (head) => void head.transitions++],
    ['is of no event', (head) => void Object.assign(head, { event: 99 })],
    ['is deeper than its level', (head) => void Object.assign(head, { depth: 90 })],
    [
      'finds what is not there',
      (head) => void Object.assign(head, { wanted: 0, found: [{ goal: 0, trace: [] }] }),
    ],
    ['finds what the model has not', (head) => void Object.assign(head, { untraced: 1 << 29 })],
    [
      'finds by no event',
      (head) => void Object.assign(head, { wanted: 0, found: [{ goal: 0, trace: [99] }] }),
    ],
    ['looks for what it found', (head) => void Object.assign(head, { untraced: 1, wanted: 1 })],
    ['took fewer states for children', (head) => void Object.assign(head, { newborn: 77 })],
  ])('that %s is refused', async (_, change) => {
    expect((await refusal(await forge(change)))?.fault).toBe('corrupted');
  });

  it('is refused by code that is known by another name', async () => {
    const file = await forge((head) => void Object.assign(head, { build: 'one' }));
    expect((await refusal(file, 'other'))?.fault).toBe('build');
    expect(await refusal(file, 'one')).toBeNull();
  });
});
