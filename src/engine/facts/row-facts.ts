import { keptEntries } from '../rows/cached.ts';
import type { RowLayout } from '../rows/fields.ts';
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
      bits: group.holders.flatMap((holder, i) => bitsOf(rows, group, holder, 1 << i)),
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

function bitsOf(rows: RowLayout, group: FactGroup, { vpid, what }: Holder, adds: number): Bit[] {
  const { cpu, page, frame } = group;
  if (what === 'loaded') return [];
  const [tlb, pcid] = what === 'global' ? (['guest', 'global'] as const) : ([what, group.pcid] as const);
  return keptEntries(rows, { cpu, vpid, what: tlb })
    .filter((entry) => entry.pcid === pcid && entry.page === page && entry.frame === frame)
    .map(({ field }) => ({ word: field.word, bit: 1 << field.shift, adds }));
}
