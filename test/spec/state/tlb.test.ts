import { describe, expect, it } from 'vitest';
import { drop, EMPTY_TLB, fill, framesFor, mayHold, type Tlb } from '../../../spec/state/tlb.ts';

const both: Tlb = fill(fill(EMPTY_TLB, 0, 'u0', 'f1'), 0, 'u0', 'f2');

describe('fill', () => {
  it('gives equal arrays for equal sets, whatever the order of filling', () => {
    const entries = [
      [1, 'u0', 'f1'],
      ['global', 'k0', 'f1'],
      [0, 'u0', 'f2'],
      [0, 'k0', 'f1'],
      [0, 'u0', 'f1'],
    ] as const;
    const take = (tlb: Tlb, [pcid, page, frame]: (typeof entries)[number]) => fill(tlb, pcid, page, frame);
    const one = entries.reduce(take, EMPTY_TLB);
    expect(entries.toReversed().reduce(take, EMPTY_TLB)).toEqual(one);
    expect(one).toHaveLength(5);
  });

  it('keeps the same array when the entry is there already', () => {
    expect(fill(both, 0, 'u0', 'f2')).toBe(both);
  });

  it('does not change the TLB it was given', () => {
    fill(both, 1, 'u0', 'f1');
    expect(both).toHaveLength(2);
  });
});

describe('drop', () => {
  it('removes the named entries', () => {
    expect(drop(both, (entry) => entry.frame === 'f1')).toEqual([{ pcid: 0, page: 'u0', frame: 'f2' }]);
  });

  it('keeps the same array when nothing is named', () => {
    expect(drop(both, () => false)).toBe(both);
  });
});

describe('what an access could use', () => {
  const tlb = fill(fill(both, 1, 'u0', 'f3'), 'global', 'k0', 'f1');

  it('is what its own PCID has, in order', () => {
    expect(framesFor(tlb, 0, 'u0')).toEqual(['f1', 'f2']);
    expect(framesFor(tlb, 1, 'u0')).toEqual(['f3']);
    expect(framesFor(tlb, 2, 'u0')).toEqual([]);
  });

  it('is a global entry under every PCID', () => {
    expect(framesFor(tlb, 7, 'k0')).toEqual(['f1']);
    expect(mayHold(tlb, 7, 'k0', 'f1')).toBe(true);
  });

  it('names a frame once, though a global and a tagged entry hold it', () => {
    expect(framesFor(fill(tlb, 7, 'k0', 'f1'), 7, 'k0')).toEqual(['f1']);
  });

  it('is held only with its own frame, page and PCID', () => {
    expect(mayHold(tlb, 0, 'u0', 'f2')).toBe(true);
    expect(mayHold(tlb, 1, 'u0', 'f2')).toBe(false);
    expect(mayHold(tlb, 0, 'k0', 'f2')).toBe(false);
  });
});
