import { describe, expect, test } from 'vitest';
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

describe('a table that is too wide', () => {
  const header = ['name', 'what it is'];
  const rows = [
    [['first_name'], ['a root that is cached', '  and stale']],
    [['b'], ['none']],
  ];

  test('has its widest columns narrowed, and keeps what stands within', () => {
    expect(formatTable(header, rows, 26).split('\n')).toEqual([
      'name        what it is',
      '----------  --------------',
      'first_name  a root that is',
      '            cached',
      '              and stale',
      'b           none',
    ]);
  });

  test('breaks words at _ where it must', () => {
    const lines = formatTable(header, rows, 18).split('\n');
    expect(lines.slice(2, 5)).toEqual(['------  -------', 'first_  a root', 'name    that is']);
  });

  test('is set row by row where nothing else helps', () => {
    const wide = [
      [['unbreakable'], ['a thing', 'that-is-unbreakable']],
      [['b'], []],
    ];
    expect(formatTable(['CR3', 'root'], wide, 20).split('\n')).toEqual([
      'CR3   unbreakable',
      'root  a thing',
      '      that-is-unbreakable',
      '',
      'CR3   b',
    ]);
  });
});
