import type { Event, EventKind, EventOf, Host, Nested } from '../../../spec/events/event.ts';
import type { ReplayStep } from '../../replay/replay.ts';

/** KVM's function that takes up each kind of event. */
const HANDLERS: { readonly [K in EventKind]: (event: EventOf<K>) => string | null } = {
  access: () => PAGE_FAULT,
  'write-pte': ({ emulated }) => (emulated ? 'kvm_mmu_track_write' : PAGE_FAULT),
  'write-dir': () => 'kvm_mmu_track_write',
  'mov-cr3': () => 'kvm_set_cr3',
  'mov-cr3-twice': () => 'kvm_set_cr3',
  'mov-cr4': () => 'kvm_set_cr4',
  'mov-cr0': () => 'kvm_set_cr0',
  invlpg: () => 'kvm_mmu_invlpg',
  invpcid: () => 'kvm_handle_invpcid',
  nested: ({ action }) => NESTED[action],
  'page-fault': () => '__kvm_inject_emulated_page_fault',
  'zap-during': ({ during }) => (during === 'fault' ? PAGE_FAULT : 'kvm_arch_async_page_ready'),
  host: ({ action }) => HOST[action],
};

const PAGE_FAULT = 'FNAME(page_fault)';

const NESTED: { readonly [A in Nested['action']]: string } = {
  enter: 'nested_vmx_enter_non_root_mode',
  exit: 'nested_vmx_vmexit',
  invvpid: 'handle_invvpid',
};

const HOST: { readonly [A in Host['action']]: string | null } = {
  'zap-all': 'kvm_mmu_zap_all_fast',
  'flush-guest': 'kvm_make_request',
  init: 'kvm_vcpu_reset',
  migrate: 'vmx_vcpu_load_vmcs',
  'log-dirty': 'kvm_vm_ioctl_get_dirty_log',
  'fail-entry': null,
};

/** KVM's function that takes an event up; null where none does. */
export function handlerOf(event: Event): string | null {
  return (HANDLERS[event.kind] as (event: Event) => string | null)(event);
}

/** KVM's function that took up a step's event; null where the guest did it without KVM. */
export function handlerIn({ event, outcome, exited }: ReplayStep): string | null {
  if (outcome === '#GP') return null;
  if (event.kind === 'host' || exited.work.exits > 0) return handlerOf(event);
  return event.kind === 'zap-during' ? HOST['zap-all'] : null;
}
