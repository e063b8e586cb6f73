import { describe, expect, it } from 'vitest';
import { LAYOUTS } from '../../../spec/layouts/named.ts';
import { vtlb } from '../../run-vtlb.ts';

/** A fact and where it is kept. */
interface Place {
  readonly name: string;
  readonly word: number;
  readonly shift: number;
  readonly bits: number;
}

describe('vtlb check --explain-row', () => {
  it.each(Object.keys(LAYOUTS))('gives each fact of %s bits of its own, within the row', (layout) => {
    const { status, stdout } = vtlb(['check', '--explain-row', '--json', '--layout', layout]);
    expect(status).toBe(0);
    const row: { words: number; bits: number; fields: Place[] } = JSON.parse(stdout);
    const taken = new Set<number>();
    for (const { word, shift, bits } of row.fields) {
      expect(word).toBeLessThan(row.words);
      expect(shift + bits).toBeLessThanOrEqual(32);
      for (let bit = shift; bit < shift + bits; bit++) taken.add(word * 32 + bit);
    }
    expect(taken.size).toBe(row.bits);
    expect(row.fields.reduce((sum, { bits }) => sum + bits, 0)).toBe(row.bits);
    expect(new Set(row.fields.map(({ name }) => name)).size).toBe(row.fields.length);
  });

  it('is a table too, with the same places', () => {
    const { status, stdout } = vtlb(['check', '--explain-row']);
    const row = JSON.parse(vtlb(['check', '--explain-row', '--json']).stdout);
    expect(status).toBe(0);
    const [heading, , , , ...lines] = stdout.trimEnd().split('\n');
    expect(heading).toContain(`${row.bits} bits in ${row.words} words of 32`);
    const places = lines.map((line) => {
      const [, word, first, last, name] = /^ *(\d+) {2}(\d+)(?:-(\d+))? +(.+)$/.exec(line) ?? [];
      return {
        name,
        word: Number(word),
        shift: Number(first),
        bits: Number(last ?? first) - Number(first) + 1,
      };
    });
    expect(places).toEqual(row.fields);
    const names = places.map(({ name }) => name);
    for (const name of ['cr3', 'root', 'prev_roots[0]', 'cr4.pcide']) expect(names).toContain(name);
  });

  it('searches nothing', () => {
    const { stdout } = vtlb(['check', '--explain-row', '--kernel', 'v5.13']);
    expect(stdout).not.toContain('VIOLATED');
  });
});
