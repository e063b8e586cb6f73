import type { Layout } from '../../spec/layouts/layout.ts';
import type { Machine } from '../../spec/state/machine.ts';
import type { Cr3 } from '../../spec/state/registers.ts';
import { obsoleteId, ROLES, type ShadowPage, shadowPageId } from '../../spec/state/shadow.ts';
import type { Tlb } from '../../spec/state/tlb.ts';
import type { Root, Vcpu } from '../../spec/state/vcpu.ts';
import type { Entry } from '../../spec/state/walk.ts';

const NONE = 0;
const END = 255;
const GLOBAL = 0xffff;
const LONGEST_KEY = 1 << 14;

/**
 * Writes machines of one layout as strings: two machines have the same key if and only if they are equal.
 *
 * Everything that a state can name is numbered once, and a key is the bytes of those numbers. Every part has a fixed length or an end
 * mark, so no two states share a key. Left out is what no state changes (levels, global bits) and the requests, which are drained
 * whenever the guest runs.
 */
export class KeyWriter {
  readonly #pages: readonly string[];
  readonly #shadowIds: readonly string[];
  readonly #numbers: ReadonlyMap<string, number>;
  readonly #bytes = Buffer.alloc(LONGEST_KEY);
  #length = 0;

  constructor(layout: Layout) {
    this.#pages = Object.keys(layout.memory);
    const ids = this.#pages.flatMap((page) => ROLES.map((role) => shadowPageId({ page, role })));
    this.#shadowIds = ids.flatMap((id) => [id, obsoleteId(id)]);
    const names = [...layout.frames, ...this.#pages, ...this.#shadowIds, ...layout.virtualPages];
    this.#numbers = new Map(names.map((name, i) => [name, i + 1]));
    if (names.length >= END - 1) throw new Error(`cannot happen: layout ${layout.name} has ${names.length} names`);
  }

  /** The key of a machine in which the guest runs. */
  keyOf(machine: Machine): string {
    this.#length = 0;
    for (const name of this.#pages) {
      const page = machine.memory[name] as Machine['memory'][string];
      for (const entry of page.entries) this.#name(entry);
      this.#byte(page.writable ? 1 : 0);
    }
    for (const id of this.#shadowIds) {
      const sp = machine.shadow[id];
      if (sp !== undefined) this.#shadowPage(id, sp);
    }
    this.#byte(END);
    for (const vcpu of machine.vcpus) this.#vcpu(vcpu);
    return this.#bytes.toString('latin1', 0, this.#length);
  }

  #shadowPage(id: string, sp: ShadowPage): void {
    this.#name(id);
    for (const entry of sp.entries) this.#name(entry);
    for (const marked of sp.unsyncChildren) this.#byte(marked ? 1 : 0);
    this.#byte(sp.unsync ? 1 : 0);
    this.#byte(sp.writeFloodingCount);
  }

  #vcpu({ cr0, cr3, cr4, root, prevRoots, hardwareCr3, hardwareTlb, guestTlb, loaded }: Vcpu): void {
    this.#byte((cr0.wp ? 1 : 0) | (cr4.pcide ? 2 : 0) | (cr4.pge ? 4 : 0) | (cr4.smep ? 8 : 0));
    this.#cr3(cr3);
    this.#root(root);
    for (const cached of prevRoots) this.#root(cached);
    this.#name(hardwareCr3 === null ? null : hardwareCr3.page);
    this.#word(hardwareCr3 === null ? 0 : hardwareCr3.pcid);
    this.#tlb(hardwareTlb);
    this.#tlb(guestTlb);
    for (const value of loaded) this.#cr3(value);
    this.#byte(END);
  }

  #root(root: Root | null): void {
    this.#name(root === null ? null : root.page);
    if (root !== null) this.#cr3(root.pgd);
  }

  #cr3({ space, low }: Cr3): void {
    this.#name(space);
    this.#word(low);
  }

  #tlb(tlb: Tlb): void {
    for (const { pcid, page, frame } of tlb) {
      this.#name(page);
      this.#name(frame);
      this.#word(pcid === 'global' ? GLOBAL : pcid);
    }
    this.#byte(END);
  }

  #name(name: Entry): void {
    this.#byte(name === null ? NONE : (this.#numbers.get(name) as number));
  }

  #word(word: number): void {
    this.#byte(word & 0xff);
    this.#byte(word >> 8);
  }

  #byte(byte: number): void {
    this.#bytes[this.#length++] = byte;
  }
}
