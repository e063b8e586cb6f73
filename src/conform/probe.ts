import type { Layout } from '../../spec/layouts/layout.ts';
import { drop, type TlbEntry } from '../../spec/state/tlb.ts';
import type { Vcpu } from '../../spec/state/vcpu.ts';

/** A PCID that no guest can load: what is cached under it answers no access and is filled by no walk. */
const PROBE_PCID = 0x1000;
/** A page that no flush of one address names. */
const NO_PAGE = '(none)';

/**
 * Tells which flushes the specification carries out, even where its hardware TLB has nothing to lose: puts an
 * entry for every virtual page into it, and one for no page, and looks which are gone.
 */
export class FlushProbe {
  readonly #pages: readonly string[];
  readonly #entries: readonly TlbEntry[];

  constructor({ virtualPages }: Layout) {
    this.#pages = [...virtualPages].sort();
    this.#entries = [...this.#pages, NO_PAGE].map((page) => ({ pcid: PROBE_PCID, page, frame: 'probe' }));
  }

  insert(vcpu: Vcpu): void {
    vcpu.hardwareTlb = [...vcpu.hardwareTlb, ...this.#entries];
  }

  /** Takes the entries out again; what was flushed since `insert`. */
  remove(vcpu: Vcpu): 'everything' | string[] {
    const left = vcpu.hardwareTlb.filter(({ pcid }) => pcid === PROBE_PCID).map(({ page }) => page);
    vcpu.hardwareTlb = drop(vcpu.hardwareTlb, ({ pcid }) => pcid === PROBE_PCID);
    if (left.length > this.#pages.length) return [];
    return left.includes(NO_PAGE) ? this.#pages.filter((page) => !left.includes(page)) : 'everything';
  }
}
