import { match } from 'ts-pattern';
import type { Event, EventOf } from '../../spec/events/event.ts';
import type { Home, Layout } from '../../spec/layouts/layout.ts';
import { formatEvent } from '../trace/print.ts';
import { type Names, NONE } from './names.ts';

const CODES = {
  access: 1,
  'write-pte': 2,
  'write-dir': 3,
  'mov-cr3': 4,
  'mov-cr4': 5,
  'mov-cr0': 6,
  invlpg: 7,
  invpcid: 8,
  host: 9,
} as const;

/** An event that the driver cannot make Linux's code carry out. */
export class UnsupportedEvent extends Error {
  override readonly name = 'UnsupportedEvent';
}

type DrivenEvent = EventOf<keyof typeof CODES>;

const INVPCID_TYPES = { address: 0, single: 1, all: 2, 'all-nonglobal': 3 } as const;

/** A bit that a MOV CR4 leaves as it is. */
const KEPT = -1;

/** Whether the driver can carry out an event. */
function isDriven(event: Event): event is DrivenEvent {
  if (event.kind === 'write-pte') return !event.cached;
  return event.kind === 'host' ? event.action === 'zap-all' : event.kind in CODES;
}

/**
 * Whether Linux's own code and the specification come to the same of an event that the driver can carry out. A store to
 * an entry of a top page goes to a page of its own in the kernel's tables.
 */
export function isComparable(event: Event, { memory }: Pick<Layout, 'memory'>): boolean {
  if (!isDriven(event)) return false;
  return event.kind !== 'write-dir' || event.table === null || memory[event.table]?.level === 1;
}

/**
 * An event as the driver's words (event_run in test/kernel/driver/events.c).
 *
 * @throws UnsupportedEvent where the driver has no such event
 */
export function eventWords(event: Event, names: Names): number[] {
  if (!isDriven(event)) throw new UnsupportedEvent(`the driver has no event '${formatEvent(event)}'`);
  return [CODES[event.kind], event.cpu, ...operands(event, names)];
}

function operands(event: DrivenEvent, names: Names): number[] {
  const bit = (value: boolean | undefined) => (value === undefined ? KEPT : Number(value));
  const place = (page: string) => {
    const { half, index } = names.place(page);
    return [half, index];
  };
  return match(event)
    .returnType<number[]>()
    .with({ kind: 'access' }, { kind: 'invlpg' }, ({ page }) => place(page))
    .with({ kind: 'write-pte' }, ({ space, page, frame, emulated }) => {
      const home = names.layout.homes[`${space}:${page}`] as Home;
      const through = names.layout.storesThrough[home.page];
      return [
        ...[names.pageNumber(home.page), home.index, names.entryCode(frame), bit(emulated)],
        ...(through === undefined ? [NONE, NONE] : place(through)),
      ];
    })
    .with({ kind: 'write-dir' }, ({ space, half, table }) => [
      names.spaceNumber(space),
      names.layout.halves[half] as number,
      names.entryCode(table),
      0,
    ])
    .with({ kind: 'mov-cr3' }, ({ space, low, noflush }) => [names.spaceNumber(space), low, bit(noflush)])
    .with({ kind: 'mov-cr4' }, ({ bits: { pcide, pge, smep } }) => [pcide, pge, smep].map(bit))
    .with({ kind: 'mov-cr0' }, ({ wp }) => [bit(wp)])
    .with({ kind: 'invpcid', type: 'address' }, ({ type, pcid, page }) => [
      INVPCID_TYPES[type],
      pcid,
      ...place(page),
    ])
    .with({ kind: 'invpcid', type: 'single' }, ({ type, pcid }) => [INVPCID_TYPES[type], pcid, 0, 0])
    .with({ kind: 'invpcid' }, ({ type }) => [INVPCID_TYPES[type], 0, 0, 0])
    .with({ kind: 'host' }, () => [])
    .exhaustive();
}
