import { describe, expect, it } from 'vitest';
import type { Event } from '../../../spec/events/event.ts';
import { LAYOUTS, type LayoutName } from '../../../spec/layouts/named.ts';
import { ALWAYS } from '../../../spec/properties/always.ts';
import { foundInState, foundInStep } from '../../../spec/properties/judge.ts';
import { SAFETY } from '../../../spec/properties/vtlb-within-guest-tlb.ts';
import {
  access,
  invlpg,
  invpcidAll,
  movCr3,
  noflush,
  SET_PCIDE,
  scene,
  stepOf,
  writePte,
} from '../helpers.ts';

/** A walk through each layout that stores, switches, flushes and reads again. */
const WALK: readonly Event[] = [
  access('u0'),
  writePte('a:u0', 'f2'),
  movCr3('b'),
  access('u0'),
  writePte('b:u0', 'f2'),
  movCr3('a'),
  invlpg('u0'),
  SET_PCIDE,
  noflush('b'),
  writePte('a:u0', 'f1'),
  access('u0'),
  noflush('a'),
  invpcidAll,
  noflush('b'),
];

/** The walk where there is no space b: PCID 1 of space a takes its place. */
const inOneSpace = (event: Event): Event => {
  if (event.kind === 'mov-cr3' && event.space === 'b') return { ...event, space: 'a', low: 1 };
  return event.kind === 'write-pte' ? { ...event, space: 'a' } : event;
};

/** The walk where there is no page u0: the kernel page k0 takes its place. */
const inKernel = (event: Event): Event => ('page' in event ? { ...event, page: 'k0' } : event);

it('the design names these, and safety comes first', () => {
  const names = ALWAYS.map(({ name }) => name);
  expect(names[0]).toBe(SAFETY);
  expect(names).toEqual(
    expect.arrayContaining([
      'vtlb-within-guest-tlb',
      'prev-roots-outside-vtlb',
      'synced-pages-agree',
      'only-leaves-unsync',
      'requests-drained-at-entry',
      'root-matches-cr3',
      'cached-roots-distinct',
      'cached-roots-in-recency-order',
      'no-obsolete-root-at-entry',
    ]),
  );
  expect(new Set(names).size).toBe(names.length);
});

describe.each(Object.keys(LAYOUTS) as LayoutName[])('over %s in v6.12', (layout) => {
  it.each(ALWAYS)('$name holds on every step of a walk, and of each event that may follow it', (property) => {
    const here = scene({ layout });
    const broken: string[] = [];
    const check = (event: Event) => {
      const step = stepOf(here, event);
      const message =
        foundInState(property, here.world, step.after) ?? foundInStep(property, here.world, step);
      if (message !== null) broken.push(`${JSON.stringify(event)}: ${message}`);
    };
    const { spaces, virtualPages } = here.world.layout;
    const walk = WALK.map((event) => (spaces.length > 1 ? event : inOneSpace(event))).map((event) =>
      virtualPages.includes('u0') ? event : inKernel(event),
    );
    for (const event of walk) {
      check(event);
      here.run(event);
    }
    for (const event of here.world.layout.events) check(event);
    expect(broken).toEqual([]);
  });
});
