import { expect, it } from 'vitest';
import { fewestColumns, fitted, glue, wrap } from '../../../src/report/wrap.ts';

it('breaks at blanks and never within a word', () => {
  expect(wrap('a root is freed', 8)).toEqual(['a root', 'is freed']);
  expect(wrap('a longer-than-that word', 8)).toEqual(['a', 'longer-than-that', 'word']);
  expect(wrap('short', 8)).toEqual(['short']);
});

it('keeps the blanks that a line begins with', () => {
  expect(wrap('  reads f1 or f2', 10)).toEqual(['  reads f1', '  or f2']);
});

it('breaks words behind some characters if it is told to', () => {
  expect(wrap('TLB_FLUSH_CURRENT', 10, '_')).toEqual(['TLB_FLUSH_', 'CURRENT']);
  expect([fewestColumns('  MMU_SYNC is'), fewestColumns('  MMU_SYNC is', '_')]).toEqual([10, 6]);
});

it('goes on under where the text of a line begins', () => {
  expect(fitted('never      served: a request', 22)).toBe('never      served: a\n           request');
  expect(fitted('NOT EXERCISED  never consulted', 26)).toBe('NOT EXERCISED  never\nconsulted');
  expect(fitted('      + a replay of it', 18)).toBe('      + a replay\n        of it');
  expect(fitted('1.  HOLDS  a claim is so', 22)).toBe('1.  HOLDS  a claim is\n           so');
  expect(fitted('a plain line', 8)).toBe('a plain\nline');
});

it('breaks no line at glued blanks, and makes blanks of them', () => {
  expect(fitted(`by ${glue('mov-cr3 b')}; ${glue('access u0')}`, 14)).toBe('by mov-cr3 b;\naccess u0');
});
