import type { Host } from '../../../spec/events/event.ts';
import { invalidateGuestTlb } from '../architecture/invalidations.ts';
import { enterVpid, forgetOtherVpid, leaveVpid } from '../architecture/vpids.ts';
import type { CoreEvent } from '../event.ts';
import { FOUND } from '../findings.ts';
import { asyncPageReady, pageFault } from '../kvm/fetch.ts';
import { handleInvpcid } from '../kvm/handle-invpcid.ts';
import { hardwareWalk, migrate } from '../kvm/hardware-tlb.ts';
import { injectPageFault, invlpg } from '../kvm/invalidate-addr.ts';
import { handleInvvpid, nestedEnter, nestedExit } from '../kvm/nested.ts';
import { makeRequest } from '../kvm/requests.ts';
import { vcpuReset } from '../kvm/reset.ts';
import { setCr0 } from '../kvm/set-cr0.ts';
import { setCr3 } from '../kvm/set-cr3.ts';
import { setCr4 } from '../kvm/set-cr4.ts';
import { store } from '../kvm/store.ts';
import { zapAllFast } from '../kvm/zap.ts';
import type { Core } from '../machine.ts';
import { staleEntryLivesOn } from '../properties/inspect-step.ts';
import { get, set } from '../row/field.ts';
import type { VcpuFields } from '../row/fields.ts';
import { TLB_FLUSH_GUEST } from '../state/requests.ts';
import { count, EXITS } from '../state/work.ts';
import { leavesGuest } from './leaves-guest.ts';
import { mayRead } from './may-read.ts';

/**
 * The first part of a step: the guest leaves for KVM, whose handler edits the state and raises requests. The
 * faults have been ruled out.
 *
 * @returns findings of what lives on across the event
 */
export function exit(m: Core, v: VcpuFields, event: CoreEvent, wanted: number): number {
  if (m.counting && leavesGuest(m, v, event)) count(m, EXITS);
  invalidateGuestTlb(m, v, event);
  let found = 0;
  if (event.kind === 'mov-cr4' && event.pcide === 1 && get(m, v.pcide) === 0) {
    if ((wanted & FOUND['stale-entry-lives-across-pcide-set']!) !== 0 && staleEntryLivesOn(m, v))
      found = FOUND['stale-entry-lives-across-pcide-set']!;
  }
  handle(m, v, event);
  if (m.counting) m.sees[0] = mayRead(m, v, event);
  set(m, m.layout.step.raised, get(m, v.requests));
  return found;
}

/** What KVM does: the sections *KVM* of the spec's reducers. */
function handle(m: Core, v: VcpuFields, event: CoreEvent): void {
  switch (event.kind) {
    case 'access':
      if (hardwareWalk(m, v, event.page) === 0) pageFault(m, v, event.page);
      return;
    case 'write-pte':
    case 'write-dir':
      store(m, v, event);
      return;
    case 'mov-cr3':
      setCr3(m, v, event.cr3, event.low, event.noflush);
      return;
    case 'mov-cr4':
      setCr4(m, v, event);
      return;
    case 'mov-cr0':
      setCr0(m, v, event.wp);
      return;
    case 'invlpg':
      invlpg(m, v, event.page);
      return;
    case 'invpcid':
      handleInvpcid(m, v, event);
      return;
    case 'mov-cr3-twice':
      setCr3(m, v, event.first, 0, false);
      setCr3(m, v, event.second, 0, false);
      return;
    case 'nested':
      nested(m, v, event);
      return;
    case 'page-fault':
      injectPageFault(m, v, event.page);
      return;
    case 'zap-during':
      zapDuring(m, v, event);
      return;
    case 'host':
      host(m, v, event.action);
      return;
  }
}

/** What a nested hypervisor does. */
function nested(m: Core, v: VcpuFields, event: Extract<CoreEvent, { kind: 'nested' }>): void {
  switch (event.action) {
    case 'enter':
      if (event.vpid !== 'none') enterVpid(m, v, event.vpid);
      nestedEnter(m, v, event.cr3, event.vpid);
      return;
    case 'exit':
      nestedExit(m, v, event.cr3, leaveVpid(m, v));
      return;
    case 'invvpid':
      forgetOtherVpid(m, v);
      handleInvvpid(m, v);
      return;
  }
}

/** A change of the memslots that overtakes KVM on its way to map a page. */
function zapDuring(m: Core, v: VcpuFields, event: Extract<CoreEvent, { kind: 'zap-during' }>): void {
  const misses = hardwareWalk(m, v, event.page) === 0;
  zapAllFast(m);
  if (event.during === 'page-ready') asyncPageReady(m, v, event.page);
  else if (misses) pageFault(m, v, event.page);
}

/** What comes from outside the vCPU. */
function host(m: Core, v: VcpuFields, action: Host['action']): void {
  switch (action) {
    case 'zap-all':
      zapAllFast(m);
      return;
    case 'fail-entry':
      set(m, v.entryFails, 1);
      return;
    case 'flush-guest':
      makeRequest(m, v, TLB_FLUSH_GUEST);
      return;
    case 'init':
      forgetOtherVpid(m, v);
      leaveVpid(m, v);
      vcpuReset(m, v);
      return;
    case 'migrate':
      migrate(m, v);
      return;
  }
}
