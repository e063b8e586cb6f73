import type { Layout } from '../../../../spec/layouts/layout.ts';
import { heldBy } from '../../../../spec/properties/judge.ts';
import type { Machine } from '../../../../spec/state/machine.ts';
import { sameCr3 } from '../../../../spec/state/registers.ts';
import type { Vcpu } from '../../../../spec/state/vcpu.ts';
import { type FactLayout, valuationOf } from '../../../../src/engine/facts/fact-layout.ts';

/** Writes the facts about the TLBs of one machine, one of each group, from an offset of a buffer on. */
export function putFactsOf(
  layout: Layout,
  machine: Machine,
  { groups, words }: FactLayout,
  buffer: Int32Array,
  at: number,
): void {
  buffer.fill(0, at, at + words);
  const held = machine.vcpus.map((_, cpu) => heldBy(layout, machine, cpu, layout.pcids));
  for (const group of groups) {
    const { cpu, pcid, page, frame, word, shift } = group;
    const one = held[cpu]?.find((each) => each.pcid === pcid && each.page === page && each.frame === frame);
    if (one === undefined) throw new Error(`no translation of ${page} to ${frame}`);
    const { tlbs } = machine.vcpus[cpu] as Vcpu;
    const valuation = valuationOf(group, one, (vpid, space, low) =>
      tlbs[vpid].loaded.some((cr3) => sameCr3(cr3, { space: layout.spaces[space] as string, low })),
    );
    (buffer[at + word] as number) |= 1 << (shift + valuation);
  }
}
