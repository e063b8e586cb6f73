import { READ_WORDS, type Recorder } from '../views/recorder.ts';

/** Why a path does not fit to the tree that it is to be added to. */
export type Misfit = 'reads something else' | 'reads more' | 'reads less';

/**
 * What pieces of work do, by what they read: a tree for each piece of work. A node names a field, and has a branch for
 * each of its values; at the end of a path is the number of an effect.
 *
 * All trees lie in one array. A node is one word, `row word | shift << 8 | mask << 16`, and a word for each value: 0 if
 * nothing is known of it, the place of another node, or minus the number of an effect.
 */
export class Trees {
  nodes = new Int32Array(1 << 14);
  /** By tree: its first node, minus the number of its only effect, or 0. */
  readonly roots: Int32Array;
  /** Paths in all trees. */
  paths = 0;
  private used = 1;

  constructor(trees: number) {
    this.roots = new Int32Array(trees);
  }

  /** Bytes in use. */
  get bytes(): number {
    return this.used * 4;
  }

  /** The number of the effect at the end of a row's path through a tree; 0 if it is not known. */
  find(tree: number, row: Int32Array): number {
    const { nodes } = this;
    let at = this.roots[tree] as number;
    while (at > 0) {
      const node = nodes[at] as number;
      at = nodes[at + 1 + (((row[node & 255] as number) >>> ((node >> 8) & 31)) & (node >>> 16))] as number;
    }
    return -at;
  }

  /**
   * Adds a path, unless it is there.
   *
   * @returns why it cannot be there if the work that it is a path of does the same whenever it reads the same
   */
  add(tree: number, { path, length }: Recorder, effect: number): Misfit | null {
    let slot = -1;
    let at = this.roots[tree] as number;
    for (let read = 0; read < length; read += READ_WORDS) {
      const mask = path[read + 2] as number;
      const node = headOf(path[read] as number, path[read + 1] as number, mask);
      if (at < 0) return 'reads more';
      if (at === 0) {
        at = this.allocate(node, mask + 2);
        this.set(tree, slot, at);
      }
      if (this.nodes[at] !== node) return 'reads something else';
      slot = at + 1 + (path[read + 3] as number);
      at = this.nodes[slot] as number;
    }
    if (at > 0) return 'reads less';
    if (at === 0) {
      this.set(tree, slot, -effect);
      this.paths++;
    }
    return null;
  }

  private set(tree: number, slot: number, value: number): void {
    if (slot < 0) this.roots[tree] = value;
    else this.nodes[slot] = value;
  }

  private allocate(node: number, size: number): number {
    const at = this.used;
    this.used += size;
    if (this.used > this.nodes.length) {
      const larger = new Int32Array(Math.max(this.nodes.length * 2, this.used));
      larger.set(this.nodes);
      this.nodes = larger;
    }
    this.nodes[at] = node;
    return at;
  }
}

/** The word of a node for a read. @throws Error for a field that is too wide or too far off */
export function headOf(word: number, shift: number, mask: number): number {
  if (word > 255 || mask < 0 || mask > 0x7fff) throw new Error(`no node for word ${word}, mask ${mask}`);
  return word | (shift << 8) | (mask << 16);
}
