import type { Tlb, TlbEntry, Tlbs, Vpid } from '../../../spec/state/tlb.ts';
import { isNamed, type TlbEffect } from '../../../spec/state/tlb-effects.ts';
import { type KeptEntry, keptEntries } from '../rows/cached.ts';
import type { RowLayout, VcpuFields } from '../rows/fields.ts';
import type { Recorder } from '../views/recorder.ts';

/** Bits of words. */
export type WordBits = ReadonlyMap<number, number>;

/** The bits of a row that an effect on the TLBs of a vCPU clears; none if the row keeps no TLBs. */
export function clearsInRow(
  rows: RowLayout,
  cpu: number,
  { on, vpid, drops }: Extract<TlbEffect, { readonly drops: unknown }>,
): WordBits {
  return bitsOf(keptEntries(rows, { cpu, vpid, what: on }).filter((entry) => isNamed(drops, entry)));
}

/** The bits of a row that say that a TLB holds some translations; none if the row keeps no TLBs. */
export function setsInRow(
  rows: RowLayout,
  cpu: number,
  vpid: Vpid,
  what: 'guest' | 'hardware',
  entries: readonly TlbEntry[],
): WordBits {
  const isOne = ({ pcid, page, frame }: TlbEntry) =>
    entries.some((entry) => entry.page === page && entry.pcid === pcid && entry.frame === frame);
  return bitsOf(keptEntries(rows, { cpu, vpid, what }).filter(isOne));
}

function bitsOf(entries: readonly KeptEntry[]): WordBits {
  const bits = new Map<number, number>();
  for (const { field } of entries)
    bits.set(field.word, (bits.get(field.word) ?? 0) | (field.mask << field.shift));
  return bits;
}

/** What the hardware TLBs of a vCPU hold on this CPU and on the other change places, in the row. */
export function exchangeInRow({ vpids }: VcpuFields, row: Int32Array): void {
  for (const { hardware, away } of Object.values(vpids)) {
    hardware.slots.forEach((slots, tag) => {
      slots.forEach((here, page) => {
        const there = away.slots[tag]?.[page];
        if (there === undefined || here.bits === 0 || there.bits === 0) return;
        const a = ((row[here.word] as number) >>> here.shift) & here.mask;
        const b = ((row[there.word] as number) >>> there.shift) & there.mask;
        row[here.word] = ((row[here.word] as number) & ~(here.mask << here.shift)) | (b << here.shift);
        row[there.word] = ((row[there.word] as number) & ~(there.mask << there.shift)) | (a << there.shift);
      });
    });
  }
}

/**
 * What a row says of the hardware TLBs of a vCPU. Whether an entry is held is looked up only once it is known that the
 * entry would matter.
 */
export function hardwareTlbsView(recorder: Recorder, rows: RowLayout, cpu: number): Tlbs {
  const tlb = (vpid: Vpid, what: 'hardware' | 'away'): Tlb => {
    const kept = keptEntries(rows, { cpu, vpid, what });
    const filter = (matters: (entry: TlbEntry) => boolean): TlbEntry[] =>
      kept.filter((entry) => matters(entry) && recorder.read(entry.field) === 1);
    return {
      filter,
      some: (matters: (entry: TlbEntry) => boolean) => filter(matters).length > 0,
    } as unknown as Tlb;
  };
  const under = (vpid: Vpid) => ({ hardware: tlb(vpid, 'hardware'), away: tlb(vpid, 'away') });
  return { vpid01: under('vpid01'), vpid02: under('vpid02') } as unknown as Tlbs;
}
