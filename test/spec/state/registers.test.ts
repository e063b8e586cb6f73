import { describe, expect, it } from 'vitest';
import { formatCr3, pcidOf, sameCr3 } from '../../../spec/state/registers.ts';

const cr4 = { pcide: true, pge: false, smep: false };

describe('the PCID of a CR3 value', () => {
  it('is its low bits with PCIDE=1', () => {
    expect(pcidOf(cr4, { space: 'a', low: 3 })).toBe(3);
  });

  it('is 0 with PCIDE=0, whatever PWT and PCD are', () => {
    expect(pcidOf({ ...cr4, pcide: false }, { space: 'a', low: 0x18 })).toBe(0);
  });
});

it('CR3 values are the same only in every bit', () => {
  expect(sameCr3({ space: 'a', low: 1 }, { space: 'a', low: 1 })).toBe(true);
  expect(sameCr3({ space: 'a', low: 1 }, { space: 'a', low: 0 })).toBe(false);
  expect(sameCr3({ space: 'a', low: 1 }, { space: 'b', low: 1 })).toBe(false);
});

it('a CR3 value is written SPACE|LOW', () => {
  expect(formatCr3({ space: 'a', low: 8 })).toBe('a|8');
});
