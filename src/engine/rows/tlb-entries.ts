import type { TlbEntry, Vpid } from '../../../spec/state/tlb.ts';
import type { Field } from './field.ts';
import type { PageFields, RowLayout, VcpuFields } from './fields.ts';

/** A TLB of a vCPU. */
export interface TlbOfVcpu {
  readonly cpu: number;
  readonly vpid: Vpid;
  readonly what: 'hardware' | 'guest' | 'away';
}

/** A translation that a TLB may hold, and the bit of a row that says so. */
export interface KeptEntry extends TlbEntry {
  readonly field: Field;
}

/** The translations that a row keeps of a TLB: none if rows do not hold it. */
export function keptEntries(rows: RowLayout, { cpu, vpid, what }: TlbOfVcpu): KeptEntry[] {
  const under = (rows.vcpus[cpu] as VcpuFields).vpids[vpid];
  const slots: readonly (readonly [pcid: TlbEntry['pcid'], readonly Field[]])[] = [
    ...under[what].slots.map((ofPcid, pcid) => [pcid, ofPcid] as const),
    ...(what === 'guest' ? under.globals.slots.map((ofPages) => ['global', ofPages] as const) : []),
  ];
  return slots.flatMap(([pcid, ofPages]) =>
    ofPages.flatMap((slot, at) => {
      if (slot.bits === 0) return [];
      const { name: page, frames } = rows.pages[at] as PageFields;
      return frames.map((frame, item) => ({ pcid, page, frame, field: bitOf(slot, item) }));
    }),
  );
}

/** A bit of a field. */
export function bitOf(slot: Field, item: number): Field {
  return { name: slot.name, bits: 1, word: slot.word, shift: slot.shift + item, mask: 1, constant: 0 };
}
