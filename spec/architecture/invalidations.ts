import type { Invalidation, Operation } from '../contracts/invalidation.ts';
import type { EventKind, EventOf } from '../events/event.ts';
import { pcidOf } from '../state/registers.ts';
import { EVERY_ENTRY } from '../state/tlb-effects.ts';
import { activePcid, type GuestState } from '../state/vcpu.ts';

/**
 * What the processor is required to invalidate on an event, from the registers before it. Nothing else is
 * required: MOV to CR3 with bit 63 set under PCIDE=1, PCIDE 0->1, SMEP 1->0 and CR0.WP invalidate nothing.
 *
 *     operation             pcid              page   globals
 *     INVLPG                current           page   yes
 *     INVPCID address       operand           page   no
 *     INVPCID single        operand           every  no
 *     INVPCID all           every             every  yes
 *     INVPCID all-nonglobal every             every  no
 *     MOV CR3, PCIDE=0      000H              every  no
 *     MOV CR3, PCIDE=1      operand           every  no     none with bit 63 set
 *     MOV CR4, PGE changed  every             every  yes
 *     MOV CR4, PCIDE 1->0   every             every  yes
 *     MOV CR4, SMEP 0->1    current           every  yes
 *     page fault            current           page   no
 *
 * The row for page faults is for those that the event names: an access that finds nothing mapped may have been
 * answered by the TLB instead, so that no entry of a may set goes for certain. Three things that flush
 * everything stand for a row of the table: a flush that the guest asks for by a paravirtual call, and a nested
 * VM entry or exit without VPID, for INVPCID all; INIT for PCIDE 1->0. With a VPID for L2, entry and exit
 * invalidate nothing: they go from one VPID to the other (processor.ts). A VM entry that fails once it has loaded the
 * guest's state loads the host's as a VM exit does, so it invalidates what an entry and an exit do. The row for SMEP
 * does not except global entries, so they go too.
 *
 * @source SDM vol. 3A, 4.10.4.1; vol. 3C, 27.8 and 29.3.3.1
 */
export const REQUIRED_INVALIDATIONS: {
  readonly [K in EventKind]: (guest: GuestState, event: EventOf<K>) => readonly Invalidation[];
} = {
  access: () => [],
  'write-pte': () => [],
  'write-dir': () => [],
  'mov-cr0': () => [],
  'zap-during': () => [],
  'page-fault': (guest, { page }) => [
    { operation: 'page fault', pcid: activePcid(guest), page, globals: false },
  ],
  'mov-cr3-twice': () => [{ operation: 'mov-cr3', pcid: 0, page: 'every', globals: false }],
  nested: (guest, event) => {
    const ownVpid = event.action === 'enter' ? event.vpid !== undefined : guest.ownVpid;
    return ownVpid || event.action === 'invvpid' ? [] : [everything('invpcid all')];
  },
  host: (_, { action }) => {
    if (action === 'flush-guest') return [everything('invpcid all')];
    return action === 'init' ? [everything('mov-cr4 pcide 1->0')] : [];
  },
  invlpg: (guest, { page }) => [{ operation: 'invlpg', pcid: activePcid(guest), page, globals: true }],
  invpcid: (_, event) => [
    {
      operation: `invpcid ${event.type}`,
      pcid: 'pcid' in event ? event.pcid : 'every',
      page: 'page' in event ? event.page : 'every',
      globals: event.type === 'all',
    },
  ],
  'mov-cr3': (guest, event) =>
    event.noflush
      ? []
      : [{ operation: 'mov-cr3', pcid: pcidOf(guest.cr4, event), page: 'every', globals: false }],
  'mov-cr4': (guest, { bits }) => {
    const { cr4 } = guest;
    const { pcide, pge, smep } = { ...cr4, ...bits };
    const rows: Invalidation[] = [];
    if (pge !== cr4.pge) rows.push({ operation: 'mov-cr4 pge', pcid: 'every', page: 'every', globals: true });
    if (!pcide && cr4.pcide)
      rows.push({ operation: 'mov-cr4 pcide 1->0', pcid: 'every', page: 'every', globals: true });
    if (smep && !cr4.smep)
      rows.push({ operation: 'mov-cr4 smep 0->1', pcid: activePcid(guest), page: 'every', globals: true });
    return rows;
  },
};

function everything(operation: Operation): Invalidation {
  return { operation, ...EVERY_ENTRY };
}
