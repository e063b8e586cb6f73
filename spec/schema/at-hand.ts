import type { GuestState, KvmVcpu, Mmu } from '../state/vcpu.ts';
import { KVM_VCPU } from './schema.ts';

/**
 * A vCPU as KVM's functions are given it in `Here`: with the fields of its parts at hand, so that `vcpu.root` is
 * `vcpu.mmu.root` and `vcpu.cr3` is `vcpu.guest.cr3`.
 */
export type VcpuAtHand = KvmVcpu & GuestState & Mmu;

type Fields = Record<string, unknown>;

class AtHand {
  readonly #vcpu: KvmVcpu;

  constructor(vcpu: KvmVcpu) {
    this.#vcpu = vcpu;
    // What a patch would keep here would be lost with the event.
    Object.seal(this);
  }

  static {
    const define = (field: string, of: (hand: AtHand) => Fields) =>
      Object.defineProperty(AtHand.prototype, field, {
        get(this: AtHand) {
          return of(this)[field];
        },
        set(this: AtHand, value: unknown) {
          of(this)[field] = value;
        },
      });
    const whole = (hand: AtHand) => hand.#vcpu as unknown as Fields;
    for (const [name, sort] of Object.entries(KVM_VCPU)) {
      define(name, whole);
      if (sort.kind !== 'parts') continue;
      for (const field of Object.keys(sort.of)) define(field, (hand) => whole(hand)[name] as Fields);
    }
  }
}

/** A vCPU with the fields of its parts at hand. */
export function atHand(vcpu: KvmVcpu): VcpuAtHand {
  return new AtHand(vcpu) as unknown as VcpuAtHand;
}
