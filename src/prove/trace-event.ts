import { type Event, HALVES } from '../../spec/events/event.ts';
import type { Layout } from '../../spec/layouts/layout.ts';
import { type Kind, OPERANDS, operandOf, writeDirOf } from '../../spec/proof/transitions.ts';
import { type Level, vocabularyOf } from '../../spec/proof/vocabulary.ts';
import { walk } from '../../spec/state/walk.ts';
import type { Values } from './finite.ts';
import { elementsOf } from './structure.ts';

/** A step of the relations as an event of a trace; null where no name of the layout leads to the entry. */
export function traceEvent({ event, levels }: Kind, values: Values, layout: Layout): Event | null {
  const operand = (name: keyof typeof OPERANDS) => values[OPERANDS[name].name]?.[0] as number;
  const bit = (name: keyof typeof OPERANDS) => operand(name) === 1;
  const cpu = operand('vcpu');
  const page = layout.virtualPages[operand('page')] as string;
  const space = layout.spaces[operand('space')] as string;
  const { named } = elementsOf(layout);
  const table = named.Table[operand('table')] as string;
  const low = operand('low');
  const [kind, detail] = event.split(' ');
  switch (kind) {
    case 'access':
    case 'invlpg':
    case 'page-fault':
      return { kind, cpu, page };
    case 'write-pte': {
      const home = Object.entries(layout.homes).find(
        ([, each]) => each.page === table && each.index === operand('index'),
      );
      if (home === undefined) return null;
      const [inSpace = '', ofPage = ''] = home[0].split(':');
      const frame = layout.frames[operand('frame') - 1] ?? null;
      return { kind, cpu, space: inSpace, page: ofPage, frame, emulated: detail === 'emulated' };
    }
    case 'write-dir': {
      const { levels: upper } = vocabularyOf(levels);
      const depth = upper.findIndex((level) => writeDirOf(level) === event);
      const { of, below } = upper[depth] as Level;
      const isPresent = bit('isPresent');
      // A trace clears entries that name tables alone.
      if (!isPresent && below !== 'Table') return null;
      const entry = { depth, page: named[of][operand(operandOf(of))] as string, slot: operand('entrySlot') };
      const names = isPresent ? (named[below][operand(operandOf(below))] as string) : null;
      return storesTo(entry, layout).map((path) => ({ kind, cpu, ...path, table: names }))[0] ?? null;
    }
    case 'mov-cr3':
      return { kind, cpu, space, low, noflush: detail === 'noflush' };
    case 'mov-cr4':
      return {
        kind,
        cpu,
        bits: { pcide: bit('pcideAfter'), pge: bit('pgeAfter'), smep: bit('smepAfter') },
      };
    case 'mov-cr0':
      return { kind, cpu, wp: bit('wpAfter') };
    case 'invpcid':
      if (detail === 'address') return { kind, cpu, type: detail, pcid: low, page };
      if (detail === 'single') return { kind, cpu, type: detail, pcid: low };
      return { kind, cpu, type: detail as 'all' | 'all-nonglobal' };
    case 'nested':
      return detail === 'invvpid'
        ? { kind, cpu, action: detail }
        : { kind, cpu, action: detail as 'enter' | 'exit', space };
    case 'host':
      return { kind, cpu, action: detail as 'init' };
    default:
      throw new Error(`cannot happen: a step of ${event}`);
  }
}

/** An entry of an upper page, so many levels below the top. */
interface UpperEntry {
  readonly depth: number;
  readonly page: string;
  readonly slot: number;
}

/** The paths of a trace's stores that come to an entry: through the first entry of each page below the top. */
function storesTo({ depth, page, slot }: UpperEntry, { spaces, halves, memory }: Layout) {
  return spaces.flatMap((space) =>
    HALVES.filter((half) => {
      const path = [halves[half] ?? -1, ...Array.from({ length: depth }, () => 0)];
      return path[depth] === slot && walk(memory, space, path.slice(0, depth)) === page;
    }).map((half) => ({ space, half })),
  );
}
