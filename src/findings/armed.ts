import { mayHold } from '../core/architecture/guest-tlb.ts';
import type { Core } from '../core/machine.ts';
import { get } from '../core/row/field.ts';
import type { GuestPageFields, ShadowPageFields, VcpuFields } from '../core/row/fields.ts';
import { INVALID, isObsolete, lowOf, pgdOf, topOf } from '../core/state/root.ts';
import { held } from '../core/state/tagged-set.ts';
import { pcidOf } from '../core/state/vcpu.ts';
import { frameBit, guestWalk, shadowWalk } from '../core/state/walk.ts';

/**
 * The translations of a state that are *armed*: KVM would use them under some context, the guest's tables give
 * them now, and the guest's own TLB does not hold them. They are right only as long as the tables stay as they
 * are: a store that KVM does not follow makes each of them stale. So a state that breaks safety under a
 * contract is either reached from one with something armed, or KVM missed a flush.
 */
export class Armed {
  readonly #core: Core;
  readonly #contexts: number;
  readonly #pages: number;
  /** By place: the frames that KVM would use. */
  readonly used: Int32Array;
  /** By place: the frames that are armed. */
  readonly armed: Int32Array;

  constructor(core: Core) {
    const { layout } = core;
    this.#core = core;
    this.#contexts = 1 << layout.cr3Bits;
    this.#pages = layout.pages.length;
    const places = layout.vcpus.length * this.#contexts * this.#pages;
    this.used = new Int32Array(places);
    this.armed = new Int32Array(places);
  }

  /** Looks at the state in the first words of a row. */
  look(row: Int32Array): void {
    const m = this.#core;
    for (let word = 0; word < m.layout.words; word++) m.row[word] = row[word] as number;
    this.used.fill(0);
    this.armed.fill(0);
    for (const v of m.layout.vcpus) {
      this.#context(v, get(m, v.root));
      if (get(m, v.pcide) === 1) for (const slot of v.prevRoots) this.#context(v, get(m, slot));
    }
  }

  /** What a place stands for. */
  placeOf(place: number): { cpu: number; low: number; page: number } {
    const context = Math.floor(place / this.#pages) % this.#contexts;
    return {
      cpu: Math.floor(place / (this.#pages * this.#contexts)),
      low: context >>> this.#core.layout.spaceBits,
      page: place % this.#pages,
    };
  }

  #context(v: VcpuFields, root: number): void {
    const m = this.#core;
    if (root === INVALID) return;
    const pcid = pcidOf(m, v, lowOf(m, root));
    const top = topOf(m, root);
    const sp = m.layout.tops[top] as ShadowPageFields;
    const space = top & ((1 << m.layout.spaceBits) - 1);
    for (const page of m.layout.pages) {
      const walked = isObsolete(m, root) ? 0 : frameBit(shadowWalk(m, sp, page));
      const used = walked | held(m, v.hardwareTlb, pcid, page.index);
      const fresh = frameBit(guestWalk(m, m.layout.guestTops[space] as GuestPageFields, page));
      const place = (v.cpu * this.#contexts + pgdOf(m, root)) * this.#pages + page.index;
      const armed = used & fresh & ~mayHold(m, v, pcid, page.index);
      this.used[place] = (this.used[place] as number) | used;
      this.armed[place] = (this.armed[place] as number) | armed;
    }
  }
}
