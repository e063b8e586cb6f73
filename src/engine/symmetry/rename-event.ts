import type { GuestPageFields, PageFields, RowLayout } from '../rows/fields.ts';
import { renamedCr3, renamedEntry, renamedIndex } from './rename-fields.ts';
import type { Renaming } from './renaming.ts';
import type { RowEvent } from './row-event.ts';

/** What a renaming makes of an event. */
export function renameEvent(
  rows: RowLayout,
  event: RowEvent,
  renaming: Renaming,
  pageOf: ReadonlyMap<GuestPageFields, GuestPageFields>,
): RowEvent {
  const renamed = renameOperands(rows, event, renaming, pageOf);
  return { ...renamed, cpu: renaming.vcpus[event.cpu] as number };
}

/** What becomes of all but the vCPU. */
function renameOperands(
  rows: RowLayout,
  event: RowEvent,
  renaming: Renaming,
  pageOf: ReadonlyMap<GuestPageFields, GuestPageFields>,
): RowEvent {
  const renamedPage = (page: PageFields) => rows.pages[renaming.pages[page.index] as number] as PageFields;
  switch (event.kind) {
    case 'access':
    case 'invlpg':
    case 'page-fault':
    case 'zap-during':
      return { ...event, page: renamedPage(event.page) };
    case 'write-dir': {
      const { top, index, target } = event;
      return {
        ...event,
        top: pageOf.get(top) as GuestPageFields,
        index: renamedIndex(rows, top, index, renaming),
        target: target === null ? null : (pageOf.get(target) as GuestPageFields),
      };
    }
    case 'write-pte': {
      const { table, index, value } = event;
      const to = pageOf.get(table) as GuestPageFields;
      return {
        ...event,
        table: to,
        index: renamedIndex(rows, table, index, renaming),
        value: renamedEntry(rows, table, to, index, pageOf, renaming)(value),
      };
    }
    case 'mov-cr3':
      return {
        ...event,
        cr3: renamedCr3(rows, event.cr3, renaming),
        low: renaming.pcids[event.low] ?? event.low,
      };
    case 'mov-cr3-twice':
      return {
        ...event,
        first: renamedCr3(rows, event.first, renaming),
        second: renamedCr3(rows, event.second, renaming),
      };
    case 'nested':
      return { ...event, cr3: event.action === 'invvpid' ? 0 : renamedCr3(rows, event.cr3, renaming) };
    case 'invpcid':
      if (event.type === 'address')
        return { ...event, pcid: renaming.pcids[event.pcid] ?? event.pcid, page: renamedPage(event.page) };
      if (event.type === 'single') return { ...event, pcid: renaming.pcids[event.pcid] ?? event.pcid };
      return event;
    default:
      return event;
  }
}
