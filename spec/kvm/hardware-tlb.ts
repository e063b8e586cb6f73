import type { VirtualPage } from '../state/names.ts';
import { VPIDS, type Vpid } from '../state/tlb.ts';
import { vpidInUse } from '../state/vcpu.ts';
import { kvmFunction } from '../world/kvm-function.ts';
import type { Here } from '../world/world.ts';
import { makeRequest } from './requests.ts';

/** Flushes every context of this vCPU. @source kernel: vmx_flush_tlb_all, INVVPID */
export const flushTlbAll = kvmFunction('flushTlbAll', (here: Here): void => {
  flushVpids(here, VPIDS);
});

/**
 * Flushes the current VPID, every PCID of it; there is no flush of one PCID. Without a root there is nothing
 * to do: its load will flush.
 *
 * @source kernel: vmx_flush_tlb_current, INVVPID single-context
 */
export const flushTlbCurrent = kvmFunction('flushTlbCurrent', (here: Here): void => {
  if (here.vcpu.mmu.root !== null) flushVpids(here, [vpidInUse(here.vcpu.guest)]);
});

/**
 * Flushes what the guest cached, root or no root: under the current VPID, be it that of L1 or of L2.
 *
 * @source kernel: vmx_flush_tlb_guest, INVVPID single-context
 */
export const flushTlbGuest = kvmFunction('flushTlbGuest', (here: Here): void => {
  const { vcpu, world, flush } = here;
  if (vcpu.guest.ownVpid && world.kernel.guestFlushVpid === 'vpid01')
    flush({ vpid: 'vpid01', page: 'every' });
  else flushVpids(here, [vpidInUse(vcpu.guest)]);
});

/** Flushes VPIDs, the one that is used next among them. @source kernel: vpid_sync_context */
export const flushVpids = kvmFunction(
  'flushVpids',
  ({ machine, flush }: Here, vpids: readonly Vpid[]): void => {
    machine.work.hardwareFlushes++;
    for (const vpid of vpids) flush({ vpid, page: 'every' });
  },
);

/**
 * Flushes one address under every PCID of the VPID.
 *
 * @source kernel: vmx_flush_tlb_gva, INVVPID individual-address
 */
export const flushTlbGva = kvmFunction('flushTlbGva', ({ vcpu, flush }: Here, page: VirtualPage): void => {
  flush({ vpid: vpidInUse(vcpu.guest), page });
});

/** The vCPU goes on to run on the other physical CPU. @source kernel: vmx_vcpu_load_vmcs */
export const vcpuLoadVmcs = kvmFunction('vcpuLoadVmcs', (here: Here): void => {
  if (here.world.kernel.migration === 'flush') makeRequest(here, 'TLB_FLUSH');
});
