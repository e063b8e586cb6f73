import { expect, it } from 'vitest';
import { wrap } from '../../../src/report/wrap.ts';

it('breaks at blanks and never within a word', () => {
  expect(wrap('a root is freed', 8)).toEqual(['a root', 'is freed']);
  expect(wrap('a longer-than-that word', 8)).toEqual(['a', 'longer-than-that', 'word']);
  expect(wrap('short', 8)).toEqual(['short']);
});
