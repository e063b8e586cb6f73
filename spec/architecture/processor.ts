import { match } from 'ts-pattern';
import type { Event, Host, Nested } from '../events/event.ts';
import type { Space } from '../state/names.ts';
import type { Vpid } from '../state/tlb.ts';
import { EVERY_ENTRY, type TlbEffect } from '../state/tlb-effects.ts';
import type { KvmVcpu } from '../state/vcpu.ts';
import type { Seen } from '../world/world.ts';
import { allowRefill, fillsThrough, invalidateGuestTlb } from './guest-tlb.ts';

type Affect = (effect: TlbEffect) => void;

/**
 * What takes place at the next VM entry whatever KVM does, besides the invalidations: which VPID and which
 * physical CPU are in use from then on. What is cached under a VPID that is not in use stays.
 *
 * @source SDM vol. 3C, 29.3
 */
export function processor(here: Seen, event: Event, affect: Affect): void {
  if (here.world.layout.storesCached) cacheWritable(here);
  if (event.kind === 'nested') nested(here, event, affect);
  if (event.kind === 'host') host(here.vcpu, event, affect);
}

/** Once SPTEs map a page-table page writable, any vCPU's TLB may take that in. */
function cacheWritable({ world, machine }: Seen): void {
  for (const table of Object.keys(world.layout.storesThrough))
    if (machine.writable[table]) for (const { mayStore } of machine.vcpus) mayStore[table] = true;
}

/**
 * The VPID of L2 is the one that L1 gave it before, or a new one, under which nothing is cached. INVVPID empties it.
 */
function nested(here: Seen, event: Nested, affect: Affect): void {
  const { vcpu, world } = here;
  match(event)
    .with({ action: 'enter' }, ({ vpid, space, fails }) => {
      if (vpid === undefined) return;
      const everything = { operation: 'invpcid all', ...EVERY_ENTRY } as const;
      if (vpid === 'new') invalidateGuestTlb(vcpu.guest, 'vpid02', world.contract, [everything], affect);
      if (fails) fillBeforeFailure(here, space, affect);
      else vcpu.guest.ownVpid = true;
    })
    .with({ action: 'exit' }, () => {
      vcpu.guest.ownVpid = false;
    })
    .with({ action: 'invvpid' }, () => forget('vpid02', affect))
    .exhaustive();
}

/**
 * A VM entry that fails once the guest's state is loaded has had L2's CR3 in use under its VPID: nothing says that the
 * processor cached nothing meanwhile.
 */
function fillBeforeFailure(here: Seen, space: Space, affect: Affect): void {
  const { vcpu, world } = here;
  const ofL2 = { ...vcpu.guest, cr3: { space, low: 0 }, ownVpid: true };
  affect({ on: 'guest', vpid: 'vpid02', takes: fillsThrough(here, ofL2.cr3) });
  if (vcpu.guest.cr4.pcide) allowRefill(ofL2, world.contract, affect);
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
    .with('zap-all', 'flush-guest', 'log-dirty', () => {})
    .exhaustive();
}

/** The guest's own TLB loses all that it holds under a VPID, and fills through no earlier CR3. */
function forget(vpid: Vpid, affect: Affect): void {
  affect({ on: 'guest', vpid, drops: EVERY_ENTRY });
  affect({ on: 'refills', vpid, ends: () => true });
}
