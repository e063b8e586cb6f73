import { describe, expect, it } from 'vitest';
import type { Event, EventKind, EventOf } from '../../../spec/events/event.ts';
import type { Bounds } from '../../../spec/layouts/bounds.ts';
import { buildLayout } from '../../../spec/layouts/build.ts';
import { LAYOUTS, type LayoutName } from '../../../spec/layouts/named.ts';
import { exit } from '../../../spec/step/exit.ts';
import { initialMachine } from '../../../spec/step/initial.ts';
import { worldOf } from '../helpers.ts';

const eventsOf = (layout: LayoutName, bounds: Partial<Bounds> = {}) =>
  buildLayout(LAYOUTS[layout], bounds).events;

const ofKind = <K extends EventKind>(events: readonly Event[], kind: K) =>
  events.filter((event): event is EventOf<K> => event.kind === kind);

/** Per vCPU: pages, and level-1 entries times frames, and spaces times PCIDs times NOFLUSH, and so on. */
it.each([
  ['minimal', 1 + 2 * 2 + 2 * 2 * 2 + 2 + 1 + 2 + 2 + 1],
  ['kernel', 2 + 3 * 2 + 2 * 2 * 2 + 4 + 2 + 2 * 2 + 2 + 1 + 3 * 2 + 1],
  ['shared', 1 + 1 * 2 + 2 * 2 * 2 + 2 + 1 + 2 + 2 + 1 + 1 * 2 + 1],
  ['deep', 2 + 3 * 2 + 2 * 3 + 2 * 1 * 2 + 2 + 2 + 1 + 1],
  ['smp', 2 * (21 + 1)],
  ['roles', 19 + 4 + 2],
] as const)('%s has %i events', (layout, count) => {
  expect(eventsOf(layout)).toHaveLength(count);
});

it.each(Object.keys(LAYOUTS) as LayoutName[])('%s lists no event twice', (layout) => {
  const texts = eventsOf(layout).map((event) => JSON.stringify(event));
  expect(new Set(texts).size).toBe(texts.length);
});

it.each(Object.keys(LAYOUTS) as LayoutName[])(
  'every event of %s can be carried out from the start',
  (layout) => {
    const world = worldOf({ layout });
    for (const event of world.layout.events)
      expect(['ok', '#GP']).toContain(exit(world, initialMachine(world), event).outcome);
  },
);

describe('stores', () => {
  it('name a shared entry once, under its first name', () => {
    expect(ofKind(eventsOf('shared'), 'write-pte').every(({ space }) => space === 'a')).toBe(true);
  });

  it('never clear an entry unless the alphabet says so', () => {
    expect(ofKind(eventsOf('minimal'), 'write-pte').some(({ frame }) => frame === null)).toBe(false);
    expect(ofKind(eventsOf('shared'), 'write-pte').some(({ frame }) => frame === null)).toBe(true);
  });

  it('to a directory point it to each user table or to nothing', () => {
    const tables = ofKind(eventsOf('deep'), 'write-dir').map(({ space, table }) => `${space} ${table}`);
    expect(tables.sort()).toEqual(['a a.u', 'a b.u', 'a null', 'b a.u', 'b b.u', 'b null']);
  });
});

it('one MOV CR4 may change several bits: each assignment is an event', () => {
  const bits = ofKind(eventsOf('kernel'), 'mov-cr4').map((event) => event.bits);
  expect(bits).toHaveLength(4);
  expect(bits).toContainEqual({ pcide: true, pge: true });
  expect(bits).toContainEqual({ pcide: false, pge: true });
});

it('every vCPU has the same events', () => {
  const events = eventsOf('smp');
  const of = (cpu: number) => events.filter((event) => event.cpu === cpu);
  expect(of(1)).toEqual(of(0).map((event) => ({ ...event, cpu: 1 })));
});
