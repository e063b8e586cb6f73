import type { WholeFlush } from '../../../spec/contracts/contract.ts';
import type { CoreEvent } from '../event.ts';
import type { Core } from '../machine.ts';
import { get } from '../row/field.ts';
import type { VcpuFields } from '../row/fields.ts';
import { drop, dropSlot, dropTag } from '../state/tagged-set.ts';
import { activePcid, pcidOf } from '../state/vcpu.ts';
import { dropAll } from './guest-tlb.ts';

/**
 * Empties the guest's TLB as the SDM requires, and ends the refills that the contract ends: the table of
 * `spec/architecture/invalidations.ts`, row by row.
 *
 * @source SDM vol. 3A, 4.10.4.1
 */
export function invalidateGuestTlb(m: Core, v: VcpuFields, event: CoreEvent): void {
  switch (event.kind) {
    case 'invlpg':
      dropSlot(m, v.guestTlb, activePcid(m, v), event.page.index);
      drop(m, v.globals.ofPage[event.page.index]!);
      return;
    case 'page-fault':
      dropSlot(m, v.guestTlb, activePcid(m, v), event.page.index);
      return;
    case 'mov-cr3-twice':
      dropTag(m, v.guestTlb, 0);
      endRefill(m, v, 'mov-cr3', 0);
      return;
    case 'nested':
      if (event.action === 'invvpid' || event.vpid !== 'none') return;
      if (event.action === 'exit' && get(m, v.ownVpid) === 1) return;
      dropAll(m, v, true);
      endRefills(m, v, 'invpcid all');
      return;
    case 'host':
      if (event.action !== 'flush-guest' && event.action !== 'init') return;
      dropAll(m, v, true);
      endRefills(m, v, event.action === 'init' ? 'mov-cr4 pcide 1->0' : 'invpcid all');
      return;
    case 'invpcid':
      invalidateForInvpcid(m, v, event);
      return;
    case 'mov-cr3':
      if (event.noflush) return;
      dropTag(m, v.guestTlb, pcidOf(m, v, event.low));
      endRefill(m, v, 'mov-cr3', pcidOf(m, v, event.low));
      return;
    case 'mov-cr4':
      invalidateForMovCr4(m, v, event);
      return;
  }
}

function invalidateForInvpcid(m: Core, v: VcpuFields, event: Extract<CoreEvent, { kind: 'invpcid' }>): void {
  switch (event.type) {
    case 'address':
      dropSlot(m, v.guestTlb, event.pcid, event.page.index);
      return;
    case 'single':
      dropTag(m, v.guestTlb, event.pcid);
      endRefill(m, v, 'invpcid single', event.pcid);
      return;
    case 'all':
      dropAll(m, v, true);
      endRefills(m, v, 'invpcid all');
      return;
    case 'all-nonglobal':
      dropAll(m, v, false);
      endRefills(m, v, 'invpcid all-nonglobal');
      return;
  }
}

function invalidateForMovCr4(m: Core, v: VcpuFields, event: Extract<CoreEvent, { kind: 'mov-cr4' }>): void {
  if (event.pge >= 0 && event.pge !== get(m, v.pge)) {
    dropAll(m, v, true);
    endRefills(m, v, 'mov-cr4 pge');
  }
  if (event.pcide === 0 && get(m, v.pcide) === 1) {
    dropAll(m, v, true);
    endRefills(m, v, 'mov-cr4 pcide 1->0');
  }
  if (event.smep === 1 && get(m, v.smep) === 0) {
    dropTag(m, v.guestTlb, activePcid(m, v));
    drop(m, v.globals.all);
    endRefill(m, v, 'mov-cr4 smep 0->1', activePcid(m, v));
  }
}

/** Ends the refill through the CR3 values of a PCID, if the contract says that this operation does. */
function endRefill(m: Core, v: VcpuFields, operation: WholeFlush, pcid: number): void {
  if (!m.contract.endedBy[operation]) return;
  if (get(m, v.pcide) === 1) dropTag(m, v.loaded, pcid);
  else if (pcid === 0) drop(m, v.loaded.all);
}

/** Ends the refills of every PCID, if the contract says that this operation does. */
export function endRefills(m: Core, v: VcpuFields, operation: WholeFlush): void {
  if (m.contract.endedBy[operation]) drop(m, v.loaded.all);
}
