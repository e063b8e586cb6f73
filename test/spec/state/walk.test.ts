import { expect, it } from 'vitest';
import { type Table, walk } from '../../../spec/state/walk.ts';

const tables: Record<string, Table> = {
  a: { entries: ['a.dir', null] },
  'a.dir': { entries: ['a.u'] },
  'a.u': { entries: ['f1', 'f2', null] },
};

it('ends at the entry that the path leads to', () => {
  expect(walk(tables, 'a', [0, 0, 1])).toBe('f2');
});

it('ends at a structure when the path is shorter', () => {
  expect(walk(tables, 'a', [0, 0])).toBe('a.u');
  expect(walk(tables, 'a', [])).toBe('a');
});

it('faults at a leaf that is not present', () => {
  expect(walk(tables, 'a', [0, 0, 2])).toBeNull();
});

it('faults at an upper entry that is not present', () => {
  expect(walk(tables, 'a', [1, 0, 0])).toBeNull();
});

it('faults when the top is not there', () => {
  expect(walk(tables, 'b', [0, 0, 0])).toBeNull();
});
