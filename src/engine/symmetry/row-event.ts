import type { Event, Host, Nested, ZapDuring } from '../../../spec/events/event.ts';
import type { Layout } from '../../../spec/layouts/layout.ts';
import type { GuestPageFields, PageFields, RowLayout } from '../rows/fields.ts';

/** A guest store: which entry of which page, and the value that it gets. */
interface Store {
  readonly cpu: number;
  readonly table: GuestPageFields;
  readonly index: number;
  readonly value: number;
  readonly emulated: boolean;
}

/** An event with its names looked up. */
export type RowEvent =
  | { readonly kind: 'access'; readonly cpu: number; readonly page: PageFields }
  | ({ readonly kind: 'write-pte' } & Store)
  | {
      readonly kind: 'write-dir';
      readonly cpu: number;
      /** The top page of the space, and its entry that leads to the half. */
      readonly top: GuestPageFields;
      readonly index: number;
      readonly target: GuestPageFields | null;
    }
  | {
      readonly kind: 'mov-cr3';
      readonly cpu: number;
      readonly cr3: number;
      readonly low: number;
      readonly noflush: boolean;
    }
  | {
      readonly kind: 'mov-cr4';
      readonly cpu: number;
      /** The new value of each bit, -1 to leave it. */
      readonly pcide: number;
      readonly pge: number;
      readonly smep: number;
    }
  | { readonly kind: 'mov-cr0'; readonly cpu: number; readonly wp: number }
  | { readonly kind: 'invlpg'; readonly cpu: number; readonly page: PageFields }
  | {
      readonly kind: 'mov-cr3-twice';
      readonly cpu: number;
      readonly first: number;
      readonly second: number;
    }
  | {
      readonly kind: 'nested';
      readonly cpu: number;
      readonly action: Nested['action'];
      /** Of an entry or exit. */
      readonly cr3: number;
      /** Of an entry. */
      readonly vpid: 'none' | 'same' | 'new';
    }
  | { readonly kind: 'page-fault'; readonly cpu: number; readonly page: PageFields }
  | {
      readonly kind: 'invpcid';
      readonly cpu: number;
      readonly type: 'address';
      readonly pcid: number;
      readonly page: PageFields;
    }
  | { readonly kind: 'invpcid'; readonly cpu: number; readonly type: 'single'; readonly pcid: number }
  | { readonly kind: 'invpcid'; readonly cpu: number; readonly type: 'all' | 'all-nonglobal' }
  | {
      readonly kind: 'zap-during';
      readonly cpu: number;
      readonly during: ZapDuring['during'];
      readonly page: PageFields;
    }
  | { readonly kind: 'host'; readonly cpu: number; readonly action: Host['action'] };

/** Looks up what an event names. */
export function rowEvent(layout: Layout, rows: RowLayout, event: Event): RowEvent {
  const { cpu } = event;
  const page = (name: string) => rows.pages[layout.virtualPages.indexOf(name)] as PageFields;
  const table = (name: string) => rows.guestPages.find((each) => each.name === name) as GuestPageFields;
  switch (event.kind) {
    case 'access':
    case 'invlpg':
    case 'page-fault':
      return { kind: event.kind, cpu, page: page(event.page) };
    case 'write-pte': {
      const home = layout.homes[`${event.space}:${event.page}`];
      if (home === undefined) throw new Error(`cannot happen: no entry for ${event.space}:${event.page}`);
      const value = event.frame === null ? 0 : layout.frames.indexOf(event.frame) + 1;
      return {
        kind: 'write-pte',
        cpu,
        table: table(home.page),
        index: home.index,
        value,
        emulated: event.emulated,
      };
    }
    case 'write-dir': {
      const target = event.table === null ? null : table(event.table);
      return {
        kind: 'write-dir',
        cpu,
        top: table(event.space),
        index: layout.halves[event.half] ?? 0,
        target,
      };
    }
    case 'mov-cr3': {
      const cr3 = (event.low << rows.spaceBits) | layout.spaces.indexOf(event.space);
      return { kind: 'mov-cr3', cpu, cr3, low: event.low, noflush: event.noflush };
    }
    case 'mov-cr4': {
      const { pcide, pge, smep } = event.bits;
      return { kind: 'mov-cr4', cpu, pcide: bit(pcide), pge: bit(pge), smep: bit(smep) };
    }
    case 'mov-cr0':
      return { kind: 'mov-cr0', cpu, wp: bit(event.wp) };
    case 'invpcid':
      if (event.type === 'address')
        return { kind: 'invpcid', cpu, type: 'address', pcid: event.pcid, page: page(event.page) };
      if (event.type === 'single') return { kind: 'invpcid', cpu, type: 'single', pcid: event.pcid };
      return { kind: 'invpcid', cpu, type: event.type };
    case 'mov-cr3-twice': {
      const { first, second } = event;
      const { spaces } = layout;
      return { kind: 'mov-cr3-twice', cpu, first: spaces.indexOf(first), second: spaces.indexOf(second) };
    }
    case 'nested': {
      const { action } = event;
      const cr3 = 'space' in event ? layout.spaces.indexOf(event.space) : 0;
      return { kind: 'nested', cpu, action, cr3, vpid: (action === 'enter' && event.vpid) || 'none' };
    }
    case 'zap-during':
      return { kind: 'zap-during', cpu, during: event.during, page: page(event.page) };
    case 'host':
      return { kind: 'host', cpu, action: event.action };
  }
}

function bit(value: boolean | undefined): number {
  if (value === undefined) return -1;
  return value ? 1 : 0;
}
