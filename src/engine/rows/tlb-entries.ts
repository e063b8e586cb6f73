import type { Cr3 } from '../../../spec/state/registers.ts';
import type { TlbEntry, Vpid } from '../../../spec/state/tlb.ts';
import type { Field } from './field.ts';
import type { PageFields, RowLayout, VcpuFields, VpidFields } from './fields.ts';

/** A TLB of a vCPU. */
export interface TlbOfVcpu {
  readonly cpu: number;
  readonly vpid: Vpid;
  readonly what: 'hardware' | 'guest' | 'away';
}

/** The bit of a row that says whether something is in a set. */
export interface Kept {
  readonly field: Field;
}

/** A translation that a TLB may hold. */
export type KeptEntry = TlbEntry & Kept;

/** The translations that a row keeps of a TLB: none if rows do not hold it. */
export function keptEntries(rows: RowLayout, { cpu, vpid, what }: TlbOfVcpu): KeptEntry[] {
  const under = fieldsUnder(rows, cpu, vpid);
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

/** The CR3 values of which a row says whether the guest's TLB may fill through them. */
export function keptCr3s(rows: RowLayout, cpu: number, vpid: Vpid): (Cr3 & Kept)[] {
  const { slots } = fieldsUnder(rows, cpu, vpid).loaded;
  return rows.layout.spaces.flatMap((space, item) =>
    slots.flatMap(([slot], low) => (slot?.bits ? [{ space, low, field: bitOf(slot, item) }] : [])),
  );
}

function fieldsUnder(rows: RowLayout, cpu: number, vpid: Vpid): VpidFields {
  return (rows.vcpus[cpu] as VcpuFields).vpids[vpid];
}

function bitOf(slot: Field, item: number): Field {
  return { name: slot.name, bits: 1, word: slot.word, shift: slot.shift + item, mask: 1, constant: 0 };
}
