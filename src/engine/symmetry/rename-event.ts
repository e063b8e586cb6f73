import type { Event } from '../../../spec/events/event.ts';
import type { Layout } from '../../../spec/layouts/layout.ts';
import { homeOf } from '../rows/guest-pages.ts';
import type { RenamedNames } from './renamed-names.ts';
import type { Renaming } from './renaming.ts';

type Operand = Event extends infer E ? (E extends unknown ? keyof E : never) : never;

/** What becomes of each operand; null stays where there is nothing to rename. */
type Operands = { readonly [O in Operand]: null | ((value: never, event: Event) => unknown) };

/** What a renaming makes of an event. */
export function renameEvent(event: Event, names: RenamedNames, { vcpus }: Renaming): Event {
  const { space, pcid, page, frame, table } = names;
  const frameOf = (name: string | null, of: Event) =>
    name === null || !('page' in of) ? name : frame(name, of.page);
  const operands: Operands = {
    kind: null,
    cpu: (cpu: number) => vcpus[cpu],
    page,
    space,
    frame: frameOf,
    emulated: null,
    cached: null,
    half: null,
    table: (name: string | null) => name && table(name),
    low: pcid,
    noflush: null,
    bits: null,
    wp: null,
    type: null,
    pcid,
    first: space,
    second: space,
    action: null,
    vpid: null,
    fails: null,
    during: null,
  };
  const renamed = Object.entries(event).map(([operand, value]) => [
    operand,
    operands[operand as Operand]?.(value as never, event) ?? value,
  ]);
  return Object.fromEntries(renamed) as Event;
}

/** Equal for events that do the same: stores are the same that go to one level-1 entry, whichever space it is named by. */
export function eventKey(layout: Layout, event: Event): string {
  if (event.kind !== 'write-pte') return JSON.stringify(event);
  const { space: _, page: __, ...store } = event;
  return JSON.stringify({ ...store, home: homeOf(layout, event) });
}
