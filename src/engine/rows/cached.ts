import { type Cr3, formatCr3 } from '../../../spec/state/registers.ts';
import { type TlbEntry, VPIDS, type Vpid } from '../../../spec/state/tlb.ts';
import type { Field } from './field.ts';
import type { PageFields, RowLayout, VcpuFields, VpidFields } from './fields.ts';

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

/** A CR3 value through which the guest's TLB may fill, and the bit of a row that says so. */
export interface KeptCr3 extends Cr3 {
  readonly field: Field;
}

/** What a row keeps of a set: of a TLB, or of the CR3 values through which the guest's may fill. */
export interface CachedSet {
  readonly vpid: Vpid;
  readonly what: TlbOfVcpu['what'] | 'loaded';
  /** Whether rows are to hold it, of a layout in which there may be anything in it. */
  readonly isKept: boolean;
  readonly places: ReadonlyMap<string, KeptEntry | KeptCr3>;
}

/** What a row keeps of all that is cached for a vCPU. */
export function cachedSets(rows: RowLayout, cpu: number): CachedSet[] {
  const { tlbs, loadedApart } = rows;
  const hasHardware = tlbs !== 'apart';
  const by = (places: readonly (KeptEntry | KeptCr3)[]) =>
    new Map(places.map((place) => [cachedKey(place), place]));
  return VPIDS.flatMap((vpid) => {
    const of = (what: TlbOfVcpu['what'], isKept: boolean): CachedSet => ({
      vpid,
      what,
      isKept,
      places: by(keptEntries(rows, { cpu, vpid, what })),
    });
    return [
      of('hardware', hasHardware),
      of('away', hasHardware),
      of('guest', tlbs === 'whole'),
      {
        vpid,
        what: 'loaded',
        isKept: !loadedApart && tlbs !== 'hardware',
        places: by(keptCr3s(rows, cpu, vpid)),
      },
    ];
  });
}

/** Equal for equal translations, and for equal CR3 values. */
export function cachedKey(cached: TlbEntry | Cr3): string {
  return 'frame' in cached ? `${cached.pcid}:${cached.page}=${cached.frame}` : formatCr3(cached);
}

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

/** The CR3 values through which the guest's TLB may fill that a row keeps: none if rows do not hold them. */
export function keptCr3s(rows: RowLayout, cpu: number, vpid: Vpid): KeptCr3[] {
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
