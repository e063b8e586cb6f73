import { affect, type Flush, type TlbEffect } from '../state/tlb-effects.ts';
import type { Vcpu } from '../state/vcpu.ts';

/** Where the parts of a step tell what becomes of the TLBs of a vCPU. */
export type TlbPort = (vcpu: Vcpu, effect: TlbEffect) => void;

/** Carries it out at once. */
export const onTlbs: TlbPort = (vcpu, effect) => affect(vcpu.tlbs, effect);

/** How KVM's functions have the hardware TLB of a vCPU flushed: every PCID, none of which is global. */
export function flusher(vcpu: Vcpu, port: TlbPort): (flush: Flush) => void {
  return ({ vpid, page }) =>
    port(vcpu, { on: 'hardware', vpid, drops: { pcid: 'every', page, globals: true } });
}
