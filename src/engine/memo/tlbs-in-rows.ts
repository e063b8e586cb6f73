import type { Tlb, TlbEntry, Tlbs, Vpid } from '../../../spec/state/tlb.ts';
import { isNamed, type TlbEffect } from '../../../spec/state/tlb-effects.ts';
import type { Field } from '../rows/field.ts';
import type { RowLayout, VcpuFields } from '../rows/fields.ts';
import type { TaggedSet } from '../rows/tagged-set.ts';
import type { Recorder } from '../views/recorder.ts';

/** Bits of words. */
export type WordBits = ReadonlyMap<number, number>;

/** The bits of a row that an effect on the TLBs of a vCPU clears; none if the row keeps no TLBs. */
export function clearsInRow(
  rows: RowLayout,
  cpu: number,
  { on, vpid, drops }: Extract<TlbEffect, { readonly drops: unknown }>,
): WordBits {
  const under = (rows.vcpus[cpu] as VcpuFields).vpids[vpid];
  const bits = new Map<number, number>();
  const clear = (set: TaggedSet, pcidOf: (tag: number) => TlbEntry['pcid']) => {
    eachEntry(rows, set, pcidOf, (entry, slot, bit) => {
      if (isNamed(drops, entry)) bits.set(slot.word, (bits.get(slot.word) ?? 0) | bit);
    });
  };
  clear(under[on], (tag) => tag);
  if (on === 'guest') clear(under.globals, () => 'global');
  return bits;
}

/** The bits of a row that say that a TLB holds some translations; none if the row keeps no TLBs. */
export function setsInRow(
  rows: RowLayout,
  cpu: number,
  vpid: Vpid,
  what: 'guest' | 'hardware',
  entries: readonly TlbEntry[],
): WordBits {
  const under = (rows.vcpus[cpu] as VcpuFields).vpids[vpid];
  const bits = new Map<number, number>();
  const set = (tagged: TaggedSet, pcidOf: (tag: number) => TlbEntry['pcid']) => {
    eachEntry(rows, tagged, pcidOf, ({ pcid, page, frame }, slot, bit) => {
      const isOne = (entry: TlbEntry) => entry.pcid === pcid && entry.page === page && entry.frame === frame;
      if (entries.some(isOne)) bits.set(slot.word, (bits.get(slot.word) ?? 0) | bit);
    });
  };
  set(under[what], (tag) => tag);
  if (what === 'guest') set(under.globals, () => 'global');
  return bits;
}

function eachEntry(
  { pages }: RowLayout,
  { slots }: TaggedSet,
  pcidOf: (tag: number) => TlbEntry['pcid'],
  use: (entry: TlbEntry, slot: Field, bit: number) => void,
): void {
  slots.forEach((row, tag) => {
    row.forEach((slot, page) => {
      if (slot.bits === 0) return;
      const { name, frames } = pages[page] as RowLayout['pages'][number];
      for (const [i, frame] of frames.entries())
        use({ pcid: pcidOf(tag), page: name, frame }, slot, 1 << (slot.shift + i));
    });
  });
}

/**
 * What a row says of the hardware TLBs of a vCPU. Whether an entry is held is looked up only once it is known that the
 * entry would matter.
 */
export function hardwareTlbsView(recorder: Recorder, rows: RowLayout, cpu: number): Tlbs {
  const under = (vpid: Vpid) => {
    const fields = (rows.vcpus[cpu] as VcpuFields).vpids[vpid];
    return { hardware: tlbView(recorder, rows, fields.hardware), away: tlbView(recorder, rows, fields.away) };
  };
  return { vpid01: under('vpid01'), vpid02: under('vpid02') } as unknown as Tlbs;
}

function tlbView(recorder: Recorder, rows: RowLayout, set: TaggedSet): Tlb {
  const filter = (matters: (entry: TlbEntry) => boolean): TlbEntry[] => {
    const held: TlbEntry[] = [];
    eachEntry(
      rows,
      set,
      (tag) => tag,
      (entry, slot, bit) => {
        if (matters(entry) && recorder.read(bitOf(slot, bit)) === 1) held.push(entry);
      },
    );
    return held;
  };
  return {
    filter,
    some: (matters: (entry: TlbEntry) => boolean) => filter(matters).length > 0,
  } as unknown as Tlb;
}

function bitOf(slot: Field, bit: number): Field {
  return { name: slot.name, bits: 1, word: slot.word, shift: 31 - Math.clz32(bit), mask: 1, constant: 0 };
}
