import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Event, EventKind } from '../../../spec/events/event.ts';
import { checkBounds } from '../../../spec/layouts/bounds.ts';
import { buildLayout } from '../../../spec/layouts/build.ts';
import { LAYOUTS, type LayoutName } from '../../../spec/layouts/named.ts';
import { initialMachine } from '../../../spec/step/initial.ts';
import {
  arbitraryBounds,
  arbitraryEvent,
  arbitraryLayout,
  arbitraryTrace,
} from '../../../src/testing/index.ts';
import { worldFrom } from '../../../src/testing/options.ts';
import { parseTrace } from '../../../src/trace/parse.ts';
import { formatEvent } from '../../../src/trace/print.ts';

/** What a failing property shrinks to. */
function shrunk<T>(arbitrary: fc.Arbitrary<T>, holds: (value: T) => boolean, seed = 1): T {
  const { counterexample } = fc.check(fc.property(arbitrary, holds), { numRuns: 10_000, seed });
  if (counterexample === null) throw new Error('the property holds');
  return counterexample[0];
}

/** Finds some events in their order, whatever lies between. */
function hasInOrder(trace: readonly Event[], wanted: readonly ((event: Event) => boolean)[]): boolean {
  let next = 0;
  for (const event of trace) if (wanted[next]?.(event)) next++;
  return next === wanted.length;
}

const is = (kind: EventKind) => (event: Event) => event.kind === kind;

describe('arbitraryBounds', () => {
  it('gives bounds that describe a guest, each value up to the most', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(arbitraryBounds({ spaces: 2 }), (bounds) => {
        checkBounds(bounds);
        for (const [name, value] of Object.entries(bounds)) seen.add(`${name}=${value}`);
      }),
      { numRuns: 500 },
    );
    expect([...seen].filter((each) => each.startsWith('spaces')).sort()).toEqual(['spaces=1', 'spaces=2']);
    expect(seen).toContain('cachedRoots=0');
    expect(seen).toContain('cachedRoots=3');
  });

  it('shrinks to the least bounds', () => {
    expect(shrunk(arbitraryBounds(), ({ spaces, cachedRoots }) => spaces < 2 || cachedRoots < 1)).toEqual({
      spaces: 2,
      pcids: 1,
      userPages: 1,
      kernelPages: 0,
      frames: 1,
      vcpus: 1,
      cachedRoots: 1,
    });
  });
});

describe('arbitraryLayout', () => {
  it('gives layouts that a machine can be made of, and shrinks to the first name', () => {
    const names = new Set<string>();
    fc.assert(
      fc.property(arbitraryLayout(), (layout) => {
        names.add(layout.name);
        initialMachine({ ...worldFrom({}, 'v6.12'), layout });
      }),
      { numRuns: 300, seed: 1 },
    );
    expect([...names].sort()).toEqual(Object.keys(LAYOUTS).sort());
    const layout = shrunk(arbitraryLayout(['smp', 'minimal']), ({ bounds }) => bounds.frames < 2);
    expect([layout.name, layout.bounds.frames, layout.bounds.spaces]).toEqual(['smp', 2, 1]);
  });
});

describe('arbitraryEvent', () => {
  it.each(Object.keys(LAYOUTS) as LayoutName[])('gives events that traces of %s can hold', (name) => {
    const layout = buildLayout(LAYOUTS[name], { vcpus: 2 });
    const kinds = new Set<string>();
    fc.assert(
      fc.property(arbitraryEvent(layout), (event) => {
        kinds.add(event.kind);
        expect(parseTrace(formatEvent(event), layout)[0]?.event).toEqual(event);
      }),
      { numRuns: 1000, seed: 1 },
    );
    for (const { kind } of layout.events) expect(kinds).toContain(kind);
  });

  it('shrinks what an event names to the first of its kind, on the first vCPU', () => {
    const layout = buildLayout(LAYOUTS.kernel, { vcpus: 2, spaces: 3, userPages: 2 });
    expect(formatEvent(shrunk(arbitraryEvent(layout), () => false))).toBe('access u0');
    expect(formatEvent(shrunk(arbitraryEvent(layout), (event) => event.kind !== 'write-pte'))).toBe(
      'write-pte a:u0 f1',
    );
    expect(formatEvent(shrunk(arbitraryEvent(layout), (event) => event.kind !== 'mov-cr3'))).toBe(
      'mov-cr3 a',
    );
  });
});

describe('arbitraryTrace', () => {
  const layout = buildLayout(LAYOUTS.minimal, { spaces: 3 });

  it('keeps to its lengths and to the events asked for', () => {
    const traces = fc.sample(
      arbitraryTrace(layout, { minLength: 3, maxLength: 7, only: ({ kind }) => kind !== 'host' }),
      { numRuns: 300, seed: 1 },
    );
    const lengths = new Set(traces.map(({ length }) => length));
    expect([Math.min(...lengths), Math.max(...lengths)]).toEqual([3, 7]);
    expect(traces.flat().some(is('host'))).toBe(false);
  });

  it.each([1, 2, 3])('shrinks to the events that matter, each as plain as it can be (seed %i)', (seed) => {
    const wanted = [is('write-pte'), is('mov-cr3'), is('access')];
    const trace = shrunk(arbitraryTrace(layout), (events) => !hasInOrder(events, wanted), seed);
    expect(trace.map(formatEvent)).toEqual(['write-pte a:u0 f1', 'mov-cr3 a', 'access u0']);
  });
});
