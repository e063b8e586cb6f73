import { match } from 'ts-pattern';
import type { Contract } from '../contracts/contract.ts';
import type { Event, Host, Nested } from '../events/event.ts';
import type { Vpid } from '../state/tlb.ts';
import { EVERY_ENTRY, type TlbEffect } from '../state/tlb-effects.ts';
import type { KvmVcpu } from '../state/vcpu.ts';
import { invalidateGuestTlb } from './guest-tlb.ts';

type Affect = (effect: TlbEffect) => void;

/**
 * What takes place at the next VM entry whatever KVM does, besides the invalidations: which VPID and which
 * physical CPU are in use from then on. What is cached under a VPID that is not in use stays.
 *
 * @source SDM vol. 3C, 29.3
 */
export function processor(vcpu: KvmVcpu, contract: Contract, event: Event, affect: Affect): void {
  if (event.kind === 'nested') nested(vcpu, contract, event, affect);
  if (event.kind === 'host') host(vcpu, event, affect);
}

/**
 * The VPID of L2 is the one that L1 gave it before, or a new one, under which nothing is cached. INVVPID empties
 * it.
 */
function nested(vcpu: KvmVcpu, contract: Contract, event: Nested, affect: Affect): void {
  match(event)
    .with({ action: 'enter' }, ({ vpid }) => {
      if (vpid === undefined) return;
      vcpu.guest.ownVpid = true;
      const everything = { operation: 'invpcid all', ...EVERY_ENTRY } as const;
      if (vpid === 'new') invalidateGuestTlb(vcpu.guest, 'vpid02', contract, [everything], affect);
    })
    .with({ action: 'exit' }, () => {
      vcpu.guest.ownVpid = false;
    })
    .with({ action: 'invvpid' }, () => forget('vpid02', affect))
    .exhaustive();
}

function host(vcpu: KvmVcpu, { action }: Host, affect: Affect): void {
  match(action)
    .with('init', () => {
      vcpu.guest.ownVpid = false;
      forget('vpid01', affect);
      forget('vpid02', affect);
    })
    .with('migrate', () => affect({ on: 'cpus' }))
    .with('fail-entry', () => {
      vcpu.entryFails = true;
    })
    .with('zap-all', 'flush-guest', () => {})
    .exhaustive();
}

/** The guest's own TLB loses all that it holds under a VPID, and fills through no earlier CR3. */
function forget(vpid: Vpid, affect: Affect): void {
  affect({ on: 'guest', vpid, drops: EVERY_ENTRY });
  affect({ on: 'refills', vpid, ends: () => true });
}
