import { describe, expect, it } from 'vitest';
import { LAYOUTS } from '../../../spec/layouts/named.ts';
import { layoutsFor } from '../../../src/compare/layouts.ts';
import { testEntries } from '../../pins.ts';
import { COMPARISONS } from './comparisons.ts';

testEntries(new URL('./manifest.json', import.meta.url), COMPARISONS);

describe('layoutsFor', () => {
  it('gives every layout, the plainest first, unless some are named', () => {
    expect(layoutsFor([], {}).map(({ layout }) => layout)).toEqual(
      expect.arrayContaining(Object.keys(LAYOUTS)),
    );
    expect(layoutsFor([], {})[0]).toEqual({ layout: 'minimal', bounds: {} });
    expect(layoutsFor(['smp', 'deep'], {})).toEqual([
      { layout: 'smp', bounds: {} },
      { layout: 'deep', bounds: {} },
    ]);
  });

  it('puts bounds that are set over those that cut down', () => {
    const [first, second] = layoutsFor([], { cachedRoots: 0 });
    expect(first?.bounds).toEqual({ cachedRoots: 0 });
    expect(second?.bounds).toEqual({ cachedRoots: 0, userPages: 0 });
  });
});
