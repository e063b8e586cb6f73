import {
  EVENT_KINDS,
  type Event,
  type EventKind,
  HALVES,
  HOST_ACTIONS,
  type MovCr4,
  ZAPPED_DURING,
} from '../../spec/events/event.ts';
import { hangable, type Layout, storablePages } from '../../spec/layouts/layout.ts';
import { CR4_BITS } from '../../spec/state/registers.ts';
import { Cursor } from './cursor.ts';

/** One event of a trace, and the line it stands on. */
export interface TraceLine {
  /** 1-based. */
  readonly line: number;
  readonly event: Event;
}

/**
 * Reads a trace: one event a line, `#` starts a comment, empty lines do not count. Names are those of the
 * layout.
 *
 * @throws TraceError at the first line that is not an event of this layout
 */
export function parseTrace(text: string, layout: Layout): TraceLine[] {
  return text.split(/\r\n|\n|\r/).flatMap((raw, index) => {
    const cursor = new Cursor(raw.replace(/#.*/, ''), index + 1);
    return cursor.atEnd ? [] : [{ line: index + 1, event: parseEvent(cursor, layout) }];
  });
}

function parseEvent(cursor: Cursor, layout: Layout): Event {
  const cpu = parseCpu(cursor, layout);
  const event = PARSERS[cursor.oneOf(EVENT_KINDS, 'an event')](cursor, layout, cpu);
  cursor.end();
  return event;
}

function parseCpu(cursor: Cursor, { bounds }: Layout): number {
  if (!cursor.take('cpu')) return 0;
  const expected = `a vCPU number and a colon (0: to ${bounds.vcpus - 1}:)`;
  const word = cursor.word(expected);
  const cpu = Number(/^(\d+):$/.exec(word)?.[1] ?? Number.NaN);
  return cpu < bounds.vcpus ? cpu : cursor.fail(expected);
}

const PARSERS: {
  readonly [K in EventKind]: (cursor: Cursor, layout: Layout, cpu: number) => Event;
} = {
  access: (cursor, layout, cpu) => ({ kind: 'access', cpu, page: parsePage(cursor, layout) }),
  invlpg: (cursor, layout, cpu) => ({ kind: 'invlpg', cpu, page: parsePage(cursor, layout) }),
  'write-pte': (cursor, layout, cpu) => {
    const [space, page] = parseSpaceAnd(cursor, layout, storablePages(layout), 'PAGE');
    const frame = parseNameOrNone(cursor, layout.framesOf[page] ?? [], 'a frame');
    const store = { kind: 'write-pte', cpu, space, page, frame } as const;
    if (layout.storesCached && cursor.take('cached')) return { ...store, emulated: false, cached: true };
    return { ...store, emulated: cursor.take('emulated') };
  },
  'write-dir': (cursor, layout, cpu) => {
    if (!layout.writesDirectories)
      cursor.fail(`an event of layout ${layout.name}, in which no directory is written`);
    const halves = HALVES.filter((half) => layout.halves[half] !== undefined);
    const [space, half] = parseSpaceAnd(cursor, layout, halves, 'HALF');
    return {
      kind: 'write-dir',
      cpu,
      space,
      half,
      table: parseNameOrNone(cursor, hangable(layout), 'a table'),
    };
  },
  'mov-cr3': (cursor, layout, cpu) => {
    const space = cursor.oneOf(layout.spaces, 'a space');
    let low: number | null = null;
    let noflush = false;
    while (!cursor.atEnd) {
      if (!noflush && cursor.take('noflush')) noflush = true;
      else if (low === null && cursor.peek()?.startsWith('pcid=')) low = parsePcid(cursor);
      else break;
    }
    return { kind: 'mov-cr3', cpu, space, low: low ?? 0, noflush };
  },
  'mov-cr4': (cursor, _, cpu) => {
    const bits: { -readonly [B in keyof MovCr4['bits']]: boolean } = {};
    const expected = `${CR4_BITS.map((bit) => `${bit}=0|1`).join(', ')}, each at most once`;
    do {
      const [name, value, ...rest] = cursor.word(expected).split('=');
      const bit = CR4_BITS.find((each) => each === name);
      if (bit === undefined || bits[bit] !== undefined || (value !== '0' && value !== '1') || rest.length > 0)
        return cursor.fail(expected);
      bits[bit] = value === '1';
    } while (!cursor.atEnd);
    return { kind: 'mov-cr4', cpu, bits };
  },
  'mov-cr0': (cursor, _, cpu) => ({
    kind: 'mov-cr0',
    cpu,
    wp: cursor.oneOf(['wp=0', 'wp=1'], 'a value for CR0.WP') === 'wp=1',
  }),
  invpcid: (cursor, layout, cpu) => {
    const type = cursor.oneOf(['address', 'single', 'all', 'all-nonglobal'], 'an INVPCID type');
    if (type === 'address') {
      const pcid = parsePcid(cursor);
      return { kind: 'invpcid', cpu, type, pcid, page: parsePage(cursor, layout) };
    }
    return type === 'single'
      ? { kind: 'invpcid', cpu, type, pcid: parsePcid(cursor) }
      : { kind: 'invpcid', cpu, type };
  },
  'mov-cr3-twice': (cursor, { spaces }, cpu) => {
    const first = cursor.oneOf(spaces, 'a space');
    return { kind: 'mov-cr3-twice', cpu, first, second: cursor.oneOf(spaces, 'a space') };
  },
  nested: (cursor, { spaces }, cpu) => {
    const action = cursor.oneOf(['enter', 'exit', 'invvpid'], 'what a nested hypervisor does');
    if (action === 'invvpid') return { kind: 'nested', cpu, action };
    const space = cursor.oneOf(spaces, 'a space');
    if (action === 'exit' || cursor.atEnd) return { kind: 'nested', cpu, action, space };
    const entry = { kind: 'nested', cpu, action, space } as const;
    const word = cursor.oneOf(['vpid=same', 'vpid=new', 'fails'], "L2's VPID, or that the entry fails");
    if (word === 'fails') return { ...entry, fails: true };
    const vpid = word === 'vpid=new' ? 'new' : 'same';
    if (cursor.atEnd) return { ...entry, vpid };
    cursor.oneOf(['fails'], 'that the entry fails');
    return { ...entry, vpid, fails: true };
  },
  'page-fault': (cursor, layout, cpu) => ({ kind: 'page-fault', cpu, page: parsePage(cursor, layout) }),
  'zap-during': (cursor, layout, cpu) => {
    const during = cursor.oneOf(ZAPPED_DURING, 'what the host overtakes');
    return { kind: 'zap-during', cpu, during, page: parsePage(cursor, layout) };
  },
  host: (cursor, _, cpu) => ({
    kind: 'host',
    cpu,
    action: cursor.oneOf(HOST_ACTIONS, 'an action of the host'),
  }),
};

function parsePage(cursor: Cursor, { virtualPages }: Layout): string {
  return cursor.oneOf(virtualPages, 'a page');
}

/** `SPACE:NAME`, the name being one of `names`. */
function parseSpaceAnd<T extends string>(
  cursor: Cursor,
  { spaces }: Layout,
  names: readonly T[],
  what: string,
): [string, T] {
  const expected = `SPACE:${what} (a space of ${spaces.join(', ')}; ${what} of ${names.join(', ')})`;
  const word = cursor.word(expected);
  const [space = '', name = '', ...rest] = word.split(':');
  if (!spaces.includes(space) || rest.length > 0) cursor.fail(expected);
  const known = names.find((each) => each === name);
  return [
    space,
    known ?? cursor.fail(`${what} of ${names.join(', ')}`, Math.min(space.length + 1, word.length)),
  ];
}

function parseNameOrNone(cursor: Cursor, names: readonly string[], what: string): string | null {
  const name = cursor.oneOf([...names, 'none'], what);
  return name === 'none' ? null : name;
}

const HIGHEST_PCID = 0xfff;

function parsePcid(cursor: Cursor): number {
  const expected = `pcid=N with N from 0 to ${HIGHEST_PCID}`;
  const digits = /^pcid=(\d{1,4})$/.exec(cursor.word(expected))?.[1];
  const pcid = Number(digits ?? Number.NaN);
  return pcid <= HIGHEST_PCID ? pcid : cursor.fail(expected);
}
