import type { Layout } from '../../spec/layouts/layout.ts';
import type { GuestPage } from '../../spec/state/guest-memory.ts';
import type { Machine } from '../../spec/state/machine.ts';
import type { Cr3 } from '../../spec/state/registers.ts';
import { REQUESTS, type Request } from '../../spec/state/requests.ts';
import {
  obsoleteId,
  ROLES,
  type ShadowPage,
  type ShadowPageId,
  shadowPageId,
} from '../../spec/state/shadow.ts';
import type { Tlb, TlbEntry } from '../../spec/state/tlb.ts';
import type { HardwareCr3, Root, Vcpu } from '../../spec/state/vcpu.ts';
import type { Entry } from '../../spec/state/walk.ts';

/** A whole state as a string; two machines of a layout have the same key if and only if they are equal. */
export type Key = string;

const NONE = 0;
const END = 255;
const GLOBAL = 0xffff;
/** Bytes; beyond what the greatest bounds can fill. */
const LONGEST_KEY = 1 << 18;

/** What a shadow page of this name always is. */
type ShadowTemplate = Pick<ShadowPage, 'page' | 'role' | 'level' | 'obsolete'>;

/**
 * Writes machines of one layout as keys, and reads them back.
 *
 * Everything that a state can name is numbered once; a key is the bytes of those numbers, each part of a
 * fixed length or with an end mark. Left out is what no step changes: levels and global bits.
 */
export class Codec {
  readonly #memory: readonly (readonly [string, Readonly<GuestPage>])[];
  readonly #templates = new Map<ShadowPageId, ShadowTemplate>();
  readonly #names: readonly (string | null)[];
  readonly #numbers: ReadonlyMap<string, number>;
  readonly #vcpus: number;
  readonly #cachedRoots: number;
  readonly #bytes = Buffer.alloc(LONGEST_KEY);
  #at = 0;

  constructor(layout: Layout) {
    this.#memory = Object.entries(layout.memory);
    this.#vcpus = layout.bounds.vcpus;
    this.#cachedRoots = layout.bounds.cachedRoots;
    for (const [page, { level }] of this.#memory) {
      for (const role of ROLES) {
        const id = shadowPageId({ page, role });
        this.#templates.set(id, { page, role, level, obsolete: false });
        this.#templates.set(obsoleteId(id), { page, role, level, obsolete: true });
      }
    }
    this.#names = [
      null,
      ...layout.frames,
      ...Object.keys(layout.memory),
      ...this.#templates.keys(),
      ...layout.virtualPages,
    ];
    if (this.#names.length >= END) {
      throw new Error(`cannot happen: layout ${layout.name} has ${this.#names.length} names`);
    }
    this.#numbers = new Map(this.#names.map((name, i) => [name as string, i]));
  }

  /** The key of a machine. */
  write({ memory, shadow, vcpus }: Machine): Key {
    this.#at = 0;
    for (const [name] of this.#memory) {
      const { entries, writable } = memory[name] as GuestPage;
      for (const entry of entries) this.#putName(entry);
      this.#put(writable ? 1 : 0);
    }
    for (const id of this.#templates.keys()) {
      const sp = shadow[id];
      if (sp !== undefined) this.#putShadowPage(id, sp);
    }
    this.#put(END);
    for (const vcpu of vcpus) this.#putVcpu(vcpu);
    if (this.#at > LONGEST_KEY) throw new Error(`cannot happen: a key of ${this.#at} bytes`);
    return this.#bytes.toString('latin1', 0, this.#at);
  }

  /** The machine of a key. */
  read(key: Key): Machine {
    this.#bytes.write(key, 'latin1');
    this.#at = 0;
    const machine: Machine = { memory: {}, shadow: {}, vcpus: [] };
    for (const [name, { level, global, entries }] of this.#memory) {
      machine.memory[name] = {
        level,
        global,
        entries: this.#takeNames(entries.length),
        writable: this.#take() === 1,
      };
    }
    while (this.#peek() !== END) {
      const id = this.#takeName() as ShadowPageId;
      machine.shadow[id] = this.#takeShadowPage(this.#templates.get(id) as ShadowTemplate);
    }
    this.#take();
    for (let cpu = 0; cpu < this.#vcpus; cpu++) machine.vcpus.push(this.#takeVcpu());
    return machine;
  }

  #putShadowPage(id: ShadowPageId, sp: ShadowPage): void {
    this.#putName(id);
    this.#put(sp.entries.length);
    for (const entry of sp.entries) this.#putName(entry);
    for (const marked of sp.unsyncChildren) this.#put(marked ? 1 : 0);
    this.#put(sp.unsync ? 1 : 0);
    this.#put(sp.writeFloodingCount);
  }

  #takeShadowPage({ page, role, level, obsolete }: ShadowTemplate): ShadowPage {
    const size = this.#take();
    const entries = this.#takeNames(size);
    const unsyncChildren: boolean[] = [];
    for (let i = 0; i < size; i++) unsyncChildren.push(this.#take() === 1);
    const unsync = this.#take() === 1;
    return { page, role, level, entries, unsync, unsyncChildren, obsolete, writeFloodingCount: this.#take() };
  }

  #putVcpu(vcpu: Vcpu): void {
    const { cr0, cr4 } = vcpu;
    this.#put((cr0.wp ? 1 : 0) | (cr4.pcide ? 2 : 0) | (cr4.pge ? 4 : 0) | (cr4.smep ? 8 : 0));
    this.#putCr3(vcpu.cr3);
    this.#putRoot(vcpu.root);
    for (const cached of vcpu.prevRoots) this.#putRoot(cached);
    this.#putName(vcpu.hardwareCr3 === null ? null : vcpu.hardwareCr3.page);
    this.#putWord(vcpu.hardwareCr3 === null ? 0 : vcpu.hardwareCr3.pcid);
    this.#putTlb(vcpu.hardwareTlb);
    this.#putTlb(vcpu.guestTlb);
    for (const cr3 of vcpu.loaded) this.#putCr3(cr3);
    this.#put(END);
    for (const request of vcpu.requests) this.#put(REQUESTS.indexOf(request));
    this.#put(END);
  }

  #takeVcpu(): Vcpu {
    const bits = this.#take();
    const bit = (place: number) => (bits & (1 << place)) !== 0;
    const cr3 = this.#takeCr3();
    const root = this.#takeRoot();
    const prevRoots: (Root | null)[] = [];
    for (let slot = 0; slot < this.#cachedRoots; slot++) prevRoots.push(this.#takeRoot());
    const hardwareCr3 = this.#takeHardwareCr3();
    const hardwareTlb = this.#takeTlb();
    const guestTlb = this.#takeTlb();
    const loaded: Cr3[] = [];
    while (this.#peek() !== END) loaded.push(this.#takeCr3());
    this.#take();
    const requests: Request[] = [];
    while (this.#peek() !== END) requests.push(REQUESTS[this.#take()] as Request);
    this.#take();
    return {
      cr0: { wp: bit(0) },
      cr3,
      cr4: { pcide: bit(1), pge: bit(2), smep: bit(3) },
      guestTlb,
      loaded,
      root,
      prevRoots,
      requests,
      hardwareCr3,
      hardwareTlb,
    };
  }

  #takeHardwareCr3(): HardwareCr3 | null {
    const page = this.#takeName();
    const pcid = this.#takeWord();
    return page === null ? null : { page, pcid };
  }

  #putRoot(root: Root | null): void {
    this.#putName(root === null ? null : root.page);
    if (root !== null) this.#putCr3(root.pgd);
  }

  #takeRoot(): Root | null {
    const page = this.#takeName();
    return page === null ? null : { pgd: this.#takeCr3(), page };
  }

  #putCr3({ space, low }: Cr3): void {
    this.#putName(space);
    this.#putWord(low);
  }

  #takeCr3(): Cr3 {
    return { space: this.#takeName() as string, low: this.#takeWord() };
  }

  #putTlb(tlb: Tlb): void {
    for (const { pcid, page, frame } of tlb) {
      this.#putName(page);
      this.#putName(frame);
      this.#putWord(pcid === 'global' ? GLOBAL : pcid);
    }
    this.#put(END);
  }

  #takeTlb(): Tlb {
    const tlb: TlbEntry[] = [];
    while (this.#peek() !== END) {
      const page = this.#takeName() as string;
      const frame = this.#takeName() as string;
      const tag = this.#takeWord();
      tlb.push({ pcid: tag === GLOBAL ? 'global' : tag, page, frame });
    }
    this.#take();
    return tlb;
  }

  #putName(name: Entry): void {
    this.#put(name === null ? NONE : (this.#numbers.get(name) as number));
  }

  #takeName(): Entry {
    return this.#names[this.#take()] as Entry;
  }

  #takeNames(count: number): Entry[] {
    const names: Entry[] = [];
    for (let i = 0; i < count; i++) names.push(this.#takeName());
    return names;
  }

  #putWord(word: number): void {
    this.#put(word & 0xff);
    this.#put(word >> 8);
  }

  #takeWord(): number {
    return this.#take() | (this.#take() << 8);
  }

  #put(byte: number): void {
    this.#bytes[this.#at++] = byte;
  }

  #take(): number {
    return this.#bytes[this.#at++] as number;
  }

  #peek(): number {
    return this.#bytes[this.#at] as number;
  }
}
