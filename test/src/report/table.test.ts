import { expect, test } from 'vitest';
import { formatTable } from '../../../src/report/table.ts';

test('columns are as wide as their widest line, and rows as high as their highest cell', () => {
  expect(
    formatTable(
      ['a', 'bb'],
      [
        [['1', '234'], ['5']],
        [[], ['6']],
      ],
    ).split('\n'),
  ).toEqual(['a    bb', '---  --', '1    5', '234', '     6']);
});

test('a table may have more rows than a function may have arguments', () => {
  const rows = Array.from({ length: 300_000 }, (_, i) => [[`${i}`]]);
  expect(formatTable(['n'], rows).endsWith('\n299999')).toBe(true);
});
