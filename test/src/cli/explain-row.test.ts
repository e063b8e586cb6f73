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

  it('gives each set of holders of a translation a bit of its own, behind the row', () => {
    const { words, tlbs, facts } = JSON.parse(vtlb(['check', '--explain-row', '--json']).stdout);
    expect(tlbs).toBe('apart');
    const taken = new Set<number>();
    for (const { word, shift, bits, holders } of facts.groups) {
      expect(bits).toBe(2 ** holders.length);
      expect(word).toBeGreaterThanOrEqual(words);
      expect(shift + bits).toBeLessThanOrEqual(32);
      for (let bit = shift; bit < shift + bits; bit++) taken.add(word * 32 + bit);
    }
    expect(taken.size).toBe(4 * 2 ** 4);
    const table = vtlb(['check', '--explain-row']).stdout;
    expect(table).toContain(
      '\n   2  16-31  cpu 0 PCID 0 u0 -> f2: hardware TLB, guest TLB, a was loaded, b was loaded\n',
    );
  });

  it('keeps TLBs in the row where they are whole', () => {
    const row = JSON.parse(vtlb(['check', '--explain-row', '--json', '--tlbs', 'whole']).stdout);
    expect([row.tlbs, row.facts]).toEqual(['whole', null]);
    expect(row.fields.map(({ name }: Place) => name).join()).toContain('hardware');
  });

  it('is a table too, with the same places', () => {
    const whole = ['check', '--explain-row', '--tlbs', 'whole'];
    const { status, stdout } = vtlb(whole);
    const row = JSON.parse(vtlb([...whole, '--json']).stdout);
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
    for (const name of ['CR3', 'root', 'prev_roots[0]', 'CR4.PCIDE']) expect(names).toContain(name);
  });

  it('searches nothing', () => {
    const { stdout } = vtlb(['check', '--explain-row', '--kernel', 'v5.13']);
    expect(stdout).not.toContain('VIOLATED');
  });
});
