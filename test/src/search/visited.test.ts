import { describe, expect, it } from 'vitest';
import { buildLayout } from '../../../spec/layouts/build.ts';
import { LAYOUTS } from '../../../spec/layouts/named.ts';
import { Visited } from '../../../src/search/visited.ts';

const { events } = buildLayout(LAYOUTS.minimal);

describe('Visited', () => {
  it('numbers states in the order of discovery and takes each once', () => {
    const visited = new Visited(events);
    expect(['x', 'y', 'x', 'z', 'y'].map((key) => visited.add(key, null))).toEqual([
      true,
      true,
      false,
      true,
      false,
    ]);
    expect([0, 1, 2].map((state) => visited.keyOf(state))).toEqual(['x', 'y', 'z']);
    expect(visited.size).toBe(3);
  });

  it('knows the shortest trace to a state', () => {
    const visited = new Visited(events);
    visited.add('start', null);
    visited.add('one', { state: 0, event: 3 });
    visited.add('two', { state: 1, event: 5 });
    expect(visited.traceTo(0)).toEqual([]);
    expect(visited.traceTo(2)).toEqual([events[3], events[5]]);
  });

  it('goes on in another set when one is full', () => {
    const visited = new Visited(events, 2);
    const keys = ['a', 'b', 'c', 'd', 'e'];
    expect(keys.map((key) => visited.add(key, null))).toEqual(keys.map(() => true));
    expect(keys.map((key) => visited.add(key, null))).toEqual(keys.map(() => false));
    expect(visited.size).toBe(5);
  });
});
