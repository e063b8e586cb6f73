import type { Event } from '../../spec/events/event.ts';
import type { Layout } from '../../spec/layouts/layout.ts';
import { type Kind, OPERANDS } from '../../spec/proof/transitions.ts';
import type { Values } from './finite.ts';

/** A step of the relations as an event of a trace; null where no name of the layout leads to the entry. */
export function traceEvent({ event }: Kind, values: Values, layout: Layout): Event | null {
  const operand = (name: keyof typeof OPERANDS) => values[OPERANDS[name].name]?.[0] as number;
  const bit = (name: keyof typeof OPERANDS) => operand(name) === 1;
  const cpu = operand('vcpu');
  const page = layout.virtualPages[operand('page')] as string;
  const space = layout.spaces[operand('space')] as string;
  const table = Object.keys(layout.memory)[operand('table')] as string;
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
      const half = (['user', 'kernel'] as const)[operand('entrySlot')];
      return half === undefined ? null : { kind, cpu, space, half, table: bit('isPresent') ? table : null };
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
