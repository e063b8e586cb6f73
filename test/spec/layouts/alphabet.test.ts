import { describe, expect, it } from 'vitest';
import { type Event, type EventKind, type EventOf, HALVES } from '../../../spec/events/event.ts';
import { enumerateEvents, everyEvent } from '../../../spec/layouts/alphabet.ts';
import type { Bounds } from '../../../spec/layouts/bounds.ts';
import { buildLayout } from '../../../spec/layouts/build.ts';
import type { Layout } from '../../../spec/layouts/layout.ts';
import { LAYOUTS, type LayoutName } from '../../../spec/layouts/named.ts';
import { CR4_BITS } from '../../../spec/state/registers.ts';
import { exit } from '../../../spec/step/exit.ts';
import { initialMachine } from '../../../spec/step/initial.ts';
import { TraceError } from '../../../src/trace/error.ts';
import { parseTrace } from '../../../src/trace/parse.ts';
import { formatEvent } from '../../../src/trace/print.ts';
import { worldOf } from '../helpers.ts';

const eventsOf = (layout: LayoutName, bounds: Partial<Bounds> = {}) =>
  buildLayout(LAYOUTS[layout], bounds).events;

const ofKind = <K extends EventKind>(events: readonly Event[], kind: K) =>
  events.filter((event): event is EventOf<K> => event.kind === kind);

/** Per vCPU: pages, and level-1 entries times frames, and spaces times PCIDs times NOFLUSH, and so on. */
it.each([
  ['minimal', 1 + 2 * 2 + 2 * 2 * 2 + 2 + 1 + 2 + 2 + 1],
  ['kernel', 2 + 3 * 2 + 2 * 2 * 2 + 4 + 2 + 2 * 2 + 2 + 1 + 3 * 2 + 1],
  ['shared', 2 + 2 * 2 + 2 * 2 * 2 + 2 + 2 + 2 * 2 + 2 + 1 + 2 * (2 + 1 + 1)],
  ['deep', 1 + 2 * 2 + 2 * (3 + 1) + 2 * 1 * 2 + 2 + 1 + 1 + 1],
  ['upper', 2 + 2 * 2 * 2 + 2 * (2 + 1) + 2 * 2 + 4 + 2 + 2 + 1 + 2 + 1],
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

  it('to a directory point it to each table of the half or to nothing, to a top page to its own directory', () => {
    const stores = ofKind(eventsOf('deep', { kernelPages: 1 }), 'write-dir').map(formatEvent);
    expect(stores).toEqual([
      'write-dir a:user a.u',
      'write-dir a:user b.u',
      'write-dir a:user none',
      'write-dir b:user a.u',
      'write-dir b:user b.u',
      'write-dir b:user none',
      'write-dir a:kernel k',
      'write-dir a:kernel none',
      'write-dir b:kernel k',
      'write-dir b:kernel none',
      'write-dir a:user a.u.dir',
      'write-dir b:user b.u.dir',
      'write-dir a:kernel k.dir',
      'write-dir b:kernel k.dir',
    ]);
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

/** The events that traces of a layout take: every line that its parser accepts, of words that it asks for. */
function takenBy(layout: Layout): Event[] {
  const words = new Set([
    'emulated',
    'cached',
    'noflush',
    'pcid=0',
    'pcid=1',
    ...CR4_BITS.flatMap((bit) => [`${bit}=0`, `${bit}=1`]),
  ]);
  for (const space of layout.spaces)
    for (const name of [...layout.virtualPages, ...HALVES]) words.add(`${space}:${name}`);
  const taken: Event[] = [];
  /** Tries every word after some others; goes on where the parser has no quarrel with the last but wants more. */
  const goOn = (prefix: string): void => {
    for (const word of words) {
      const line = `${prefix}${word}`;
      try {
        taken.push(parseTrace(line, layout)[0]?.event as Event);
        if (!line.startsWith('mov-cr4')) goOn(`${line} `);
      } catch (error) {
        if (!(error instanceof TraceError)) throw error;
        for (const asked of error.expected.matchAll(/[\w.=-]+/g)) words.add(asked[0]);
        if (error.column > line.length) goOn(`${line} `);
      }
    }
  };
  goOn('');
  return taken;
}

describe.each(Object.keys(LAYOUTS) as LayoutName[])('what traces of %s take', (name) => {
  const layout = buildLayout(LAYOUTS[name], { vcpus: 1 });
  /** One text for events that are the same: an entry has its first name, and MOV CR4 is not told by the bits it leaves. */
  const nameOf = (event: Event) => {
    if (event.kind === 'mov-cr4') return 'mov-cr4';
    if (event.kind !== 'write-pte') return formatEvent(event);
    const home = JSON.stringify(layout.homes[`${event.space}:${event.page}`]);
    const [first = ''] = Object.keys(layout.homes).filter(
      (each) => JSON.stringify(layout.homes[each]) === home,
    );
    const [space = '', page = ''] = first.split(':');
    return formatEvent({ ...event, space, page });
  };
  const namesOf = (events: readonly Event[]) => [...new Set(events.map(nameOf))].sort();
  const every = everyEvent(layout);

  it('is every event of its alphabet', () => {
    const within = takenBy(layout).filter((event) => !('low' in event) || event.low < layout.bounds.pcids);
    expect(namesOf(within.filter((event) => !('pcid' in event) || event.pcid < layout.bounds.pcids))).toEqual(
      namesOf(every),
    );
  });

  it('is tried by a search, or of a kind that it names as left out', () => {
    expect(namesOf([...layout.events, ...enumerateEvents(layout, layout.leftOut)])).toEqual(namesOf(every));
    const tried = new Set(layout.events.map((event) => JSON.stringify(event)));
    for (const event of enumerateEvents(layout, layout.leftOut))
      expect(tried).not.toContain(JSON.stringify(event));
  });
});
