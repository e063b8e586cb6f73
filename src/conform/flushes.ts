import type { VirtualPage } from '../../spec/state/names.ts';
import { type Vcpu, vpidInUse } from '../../spec/state/vcpu.ts';
import { onTlbs, type TlbPort } from '../../spec/step/tlb-port.ts';

/** What was flushed of the hardware TLB of a vCPU, under the VPID in use. */
export type Flushed = 'everything' | readonly VirtualPage[];

/** Notes the flushes that the specification carries out, even where the hardware TLB has nothing to lose. */
export class FlushLog {
  readonly #pages = new Map<Vcpu, Set<VirtualPage | 'every'>>();

  /** Carries out what becomes of the TLBs, and notes it. */
  readonly port: TlbPort = (vcpu, effect) => {
    onTlbs(vcpu, effect);
    if (effect.on !== 'hardware' || effect.vpid !== vpidInUse(vcpu.guest)) return;
    const pages = this.#pages.get(vcpu) ?? new Set();
    this.#pages.set(vcpu, pages.add(effect.drops.page));
  };

  /** What was flushed on a vCPU since this was last asked. */
  take(vcpu: Vcpu): Flushed {
    const pages = this.#pages.get(vcpu) ?? new Set();
    this.#pages.delete(vcpu);
    return pages.has('every') ? 'everything' : [...pages].sort();
  }
}
