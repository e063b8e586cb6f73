import type { Vpid } from '../../../spec/state/tlb.ts';
import type { EntryNames } from '../../../spec/state/tlb-effects.ts';
import type { World } from '../../../spec/world/world.ts';
import type { FactLayout } from '../facts/fact-layout.ts';
import { programOf, runFacts } from '../facts/fact-program.ts';
import type { RowLayout } from '../rows/fields.ts';
import type { Composite } from './composite.ts';
import { clearsInRow } from './tlbs-in-rows.ts';

/** What KVM came to, for an event, in a state. */
export interface KvmDone {
  /** Where the row behind the event lies in `keys`, of which only the bits of `masks` count. */
  readonly at: number;
  /** Null if it came to no end that can be told; `at` is then where the state itself lies. */
  readonly told: {
    /** Whether the guest got #GP. */
    readonly refused: boolean;
    /** By vCPU: the requests that the handler left pending, as a mask. */
    readonly raised: readonly number[];
    /** What was flushed of hardware TLBs. */
    readonly flushes: readonly { readonly cpu: number; readonly page: EntryNames['page'] }[];
  } | null;
}

/** A KVM that is none of recipes: what it does to all of a row but TLBs. */
export interface KvmOnRows {
  readonly keys: Int32Array;
  /** By word: the bits that are its. */
  readonly masks: Int32Array;
  /** What comes of an event in the state at an offset of `rows`. */
  readonly step: (rows: Int32Array, at: number, event: number) => KvmDone;
}

type Flush = { readonly cpu: number; readonly page: EntryNames['page'] };

/** What a flush does to facts, and to the bits of a row. */
interface FlushEffect {
  readonly program: Int32Array;
  readonly clears: ReadonlyMap<number, number>;
}

/** VPID of the guest: a KVM of another kind runs no nested one. */
const VPID: Vpid = 'vpid01';

/** Puts what such a KVM did into rows, and has their TLBs flushed. */
export class KvmEffects {
  private readonly rows: RowLayout;
  private readonly facts: FactLayout | null;
  private readonly spaces: readonly string[];
  private readonly known = new Map<string, FlushEffect>();

  constructor({ layout }: World, rows: RowLayout, facts: FactLayout | null) {
    this.rows = rows;
    this.facts = facts;
    this.spaces = layout.spaces;
  }

  /** Makes a row, and the facts beside it, those behind what was done. */
  apply({ keys, masks }: KvmOnRows, { at, told }: KvmDone, row: Int32Array, facts: Int32Array): void {
    for (let w = 0; w < this.rows.words; w++) {
      const mask = masks[w] as number;
      row[w] = ((row[w] as number) & ~mask) | (keys[at + w] as number);
    }
    for (const flush of told?.flushes ?? []) {
      const { program, clears } = this.effectOf(flush);
      runFacts(program, 0, program.length, facts, 0);
      for (const [word, bits] of clears) (row[word] as number) &= ~bits;
    }
  }

  /** The same for every row of a node: added to what a step does before. */
  addTo(composite: Composite, { keys, masks }: KvmOnRows, { at, told }: KvmDone): void {
    const { words } = composite;
    for (const flush of told?.flushes ?? [])
      for (const [word, bits] of this.effectOf(flush).clears) {
        (words[2 * word] as number) &= ~bits;
        (words[2 * word + 1] as number) &= ~bits;
      }
    for (let w = 0; w < this.rows.words; w++) {
      const mask = masks[w] as number;
      (words[2 * w] as number) &= ~mask;
      words[2 * w + 1] = ((words[2 * w + 1] as number) & ~mask) | (keys[at + w] as number);
    }
  }

  private effectOf({ cpu, page }: Flush): FlushEffect {
    const key = `${cpu} ${page}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const { rows, facts, spaces } = this;
    const drop = { on: 'hardware', vpid: VPID, drops: { pcid: 'every', page, globals: true } } as const;
    const program = Int32Array.from(facts === null ? [] : programOf(facts, cpu, drop, spaces));
    const effect = { program, clears: clearsInRow(rows, cpu, drop) };
    this.known.set(key, effect);
    return effect;
  }
}
