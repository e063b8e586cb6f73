import { affect, type Flush, type TlbEffect } from '../state/tlb-effects.ts';
import { type Vcpu, vpidInUse } from '../state/vcpu.ts';
import type { Processor } from '../world/world.ts';

/** Where the parts of a step tell what becomes of the TLBs of a vCPU. */
export type TlbPort = (vcpu: Vcpu, effect: TlbEffect) => void;

/** Carries it out at once. */
export const onTlbs: TlbPort = (vcpu, effect) => affect(vcpu.tlbs, effect);

/** How KVM's functions have the hardware TLB of a vCPU flushed: every PCID, none of which is global. */
export function flusher(processor: Processor, port: TlbPort): (flush: Flush) => void {
  const { world, vcpu } = processor;
  return (flush) => {
    const { vpid, page } = flush;
    if (world.layout.storesCached) endStores(processor, flush);
    port(vcpu, { on: 'hardware', vpid, drops: { pcid: 'every', page, globals: true } });
  };
}

/** A flush takes the writable translations too; those that SPTEs still give may be taken in again at once. */
function endStores({ world: { layout }, machine, vcpu }: Processor, { vpid, page }: Flush): void {
  if (vpid !== vpidInUse(vcpu.guest)) return;
  for (const table of Object.keys(vcpu.mayStore)) {
    const isFlushed = page === 'every' || page === layout.storesThrough[table];
    if (isFlushed && !machine.writable[table]) vcpu.mayStore[table] = false;
  }
}
