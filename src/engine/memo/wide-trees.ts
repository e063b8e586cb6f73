import type { Trees } from './trees.ts';

/** Places in a row that a node looks at. */
const PLACES = 3;
/** Bits that it looks at in all of them. */
const MOST_BITS = 6;
/** Of the nodes below that lead on, the share that must ask for the same field for it to be drawn in: one in so many. */
const SHARE = 3;

/** A place that a node looks at: some bits of a word, and where they go in the number of a branch. */
interface Place {
  readonly word: number;
  readonly shift: number;
  bits: number;
  readonly at: number;
}

/**
 * A copy of trees in which a node looks at several fields at once, so that a path has fewer nodes. It only repeats what
 * the trees know; where it knows nothing they are asked. It is made anew as they grow.
 *
 * A node is three words, `row word | shift << 8 | place in the branch << 13 | mask << 16`, and a word for each branch, as
 * in `Trees`.
 */
export class WideTrees {
  nodes: Int32Array = new Int32Array(1);
  roots: Int32Array;
  private readonly trees: Trees;
  /** Paths that the trees had when the copy was made, and what they were asked for since. */
  private paths = 0;
  private asked = 0;

  constructor(trees: Trees) {
    this.trees = trees;
    this.roots = new Int32Array(trees.roots.length);
  }

  /** Notes that the copy did not know something. */
  ask(): void {
    this.asked++;
  }

  /** The number of the effect at the end of a row's path through a tree; 0 if this copy does not know it. */
  find(tree: number, row: Int32Array): number {
    const { nodes } = this;
    let n = this.roots[tree] as number;
    while (n > 0) {
      const a = nodes[n] as number;
      const b = nodes[n + 1] as number;
      const c = nodes[n + 2] as number;
      const branch =
        (((row[a & 255] as number) >>> (a >> 8)) & (a >>> 16)) |
        ((((row[b & 255] as number) >>> (b >> 8)) & (b >>> 16)) << ((b >> 13) & 7)) |
        ((((row[c & 255] as number) >>> (c >> 8)) & (c >>> 16)) << ((c >> 13) & 7));
      n = nodes[n + PLACES + branch] as number;
    }
    return -n;
  }

  /** Makes the copy anew if it has become worth it; whether it did. */
  refresh(): boolean {
    const { asked, paths } = this;
    if (asked <= 500 + (paths >> 2)) return false;
    const builder = new Builder(this.trees.nodes);
    this.roots = this.trees.roots.map((root) => builder.copy(root));
    this.nodes = builder.nodes;
    this.paths = this.trees.paths;
    this.asked = 0;
    return true;
  }
}

class Builder {
  nodes: Int32Array<ArrayBuffer>;
  private readonly narrow: Int32Array;
  private used = 1;
  private readonly copies = new Map<number, number>();

  constructor(narrow: Int32Array) {
    this.narrow = narrow;
    this.nodes = new Int32Array(narrow.length * 2);
  }

  /** The wide node for a node, an effect or nothing. */
  copy(at: number): number {
    if (at <= 0) return at;
    const known = this.copies.get(at);
    if (known !== undefined) return known;
    const { places, branches } = this.gather(at);
    const children = branches.map((branch) => this.copy(branch));
    const copy = this.put(places, children);
    this.copies.set(at, copy);
    return copy;
  }

  /** Draws in the fields that are asked for next on most branches. */
  private gather(at: number): { places: Place[]; branches: number[] } {
    const { narrow } = this;
    const places: Place[] = [];
    let bits = 0;
    let branches = [at];
    for (
      let head: number | null = narrow[at] as number;
      head !== null;
      head = this.favourite(places, bits, branches)
    ) {
      const [word, shift, mask] = [head & 255, (head >> 8) & 31, head >>> 16];
      const width = 32 - Math.clz32(mask);
      const last = places.at(-1);
      if (last !== undefined && joins(last, word, shift)) last.bits += width;
      else places.push({ word, shift, bits: width, at: bits });
      const next = new Array<number>(branches.length << width);
      for (const [i, branch] of branches.entries()) {
        const asks = branch > 0 && narrow[branch] === head;
        for (let value = 0; value <= mask; value++)
          next[i | (value << bits)] = asks ? (narrow[branch + 1 + value] as number) : branch;
      }
      branches = next;
      bits += width;
    }
    return { places, branches };
  }

  /** The field that most branches ask for next and that there is room for; null if there is none worth it. */
  private favourite(places: readonly Place[], bits: number, branches: readonly number[]): number | null {
    const votes = new Map<number, number>();
    let voters = 0;
    for (const branch of new Set(branches)) {
      if (branch <= 0) continue;
      voters++;
      const head = this.narrow[branch] as number;
      votes.set(head, (votes.get(head) ?? 0) + 1);
    }
    let best: number | null = null;
    let most = 0;
    for (const [head, count] of votes) {
      const last = places.at(-1) as Place;
      const fits = joins(last, head & 255, (head >> 8) & 31) || places.length < PLACES;
      if (!fits || bits + 32 - Math.clz32(head >>> 16) > MOST_BITS || count <= most) continue;
      best = head;
      most = count;
    }
    return most * SHARE < voters ? null : best;
  }

  private put(places: readonly Place[], children: readonly number[]): number {
    const at = this.used;
    this.used += PLACES + children.length;
    if (this.used > this.nodes.length) {
      const larger = new Int32Array(Math.max(this.nodes.length * 2, this.used));
      larger.set(this.nodes);
      this.nodes = larger;
    }
    for (const [i, { word, shift, bits, at: place }] of places.entries())
      this.nodes[at + i] = word | (shift << 8) | (place << 13) | ((2 ** bits - 1) << 16);
    this.nodes.set(children, at + PLACES);
    return at;
  }
}

/** Whether bits that begin at `shift` of `word` follow on those of a place. */
function joins(place: Place, word: number, shift: number): boolean {
  return place.word === word && place.shift + place.bits === shift;
}
