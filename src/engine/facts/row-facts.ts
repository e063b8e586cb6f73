import type { RowLayout, VcpuFields } from '../rows/fields.ts';
import type { TaggedSet } from '../rows/tagged-set.ts';
import type { FactGroup, FactLayout, Holder } from './fact-layout.ts';

/** Where a row says whether a holder holds a translation. */
interface Bit {
  readonly word: number;
  readonly bit: number;
  /** What it adds to the valuation. */
  readonly adds: number;
}

/** The facts about the one state of a row that keeps TLBs: one of each group. */
export class RowFacts {
  private readonly groups: readonly {
    readonly word: number;
    readonly shift: number;
    readonly bits: readonly Bit[];
  }[];
  private readonly facts: Int32Array;

  constructor(rows: RowLayout, { groups, words }: FactLayout) {
    this.facts = new Int32Array(words);
    this.groups = groups.map((group) => ({
      word: group.word,
      shift: group.shift,
      bits: group.holders.flatMap((holder, i) => bitOf(rows, group, holder, 1 << i)),
    }));
  }

  /** The facts of the row at an offset of `rows`; the array is used again. */
  of(rows: Int32Array, at: number): Int32Array {
    const { facts } = this;
    facts.fill(0);
    for (const { word, shift, bits } of this.groups) {
      let valuation = 0;
      for (const { word: from, bit, adds } of bits)
        if (((rows[at + from] as number) & bit) !== 0) valuation += adds;
      (facts[word] as number) |= 1 << (shift + valuation);
    }
    return facts;
  }
}

function bitOf(
  rows: RowLayout,
  { cpu, page, pcid, frame }: FactGroup,
  { vpid, what }: Holder,
  adds: number,
): Bit[] {
  const under = (rows.vcpus[cpu] as VcpuFields).vpids[vpid];
  if (what === 'loaded') return [];
  const set: TaggedSet = what === 'global' ? under.globals : under[what];
  const at = rows.pages.findIndex(({ name }) => name === page);
  const slot = set.slots[what === 'global' ? 0 : pcid]?.[at];
  const item = rows.pages[at]?.frames.indexOf(frame) ?? -1;
  return slot === undefined || slot.bits === 0 || item < 0
    ? []
    : [{ word: slot.word, bit: 1 << (slot.shift + item), adds }];
}
