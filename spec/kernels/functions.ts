/**
 * Functions of KVM that no doc comment of `spec/kvm` names, each with the one there whose model has its work too:
 * former names, helpers, and what calls it.
 */
export const ALSO_MODELLED: Readonly<Record<string, string>> = {
  rmap_write_protect: 'mmu_sync_children',
  kvm_sync_page_check: 'kvm_sync_page',
  'FNAME(sync_page)': 'kvm_sync_page',
  'FNAME(prefetch_invalid_gpte)': 'FNAME(sync_spte)',
  mmu_need_write_protect: 'mmu_try_to_unsync_pages',
  kvm_unsync_page: 'mmu_try_to_unsync_pages',
  __mmu_unsync_walk: 'mmu_unsync_walk',
  kvm_mmu_alloc_page: 'kvm_mmu_alloc_shadow_page',
  vmx_flush_tlb_asid: 'vmx_flush_tlb_current',
  svm_flush_tlb_asid: 'vmx_flush_tlb_current',
  svm_flush_tlb_current: 'vmx_flush_tlb_current',
  svm_flush_tlb_all: 'vmx_flush_tlb_all',
  svm_flush_tlb_guest: 'vmx_flush_tlb_guest',
  svm_flush_tlb_gva: 'vmx_flush_tlb_gva',
  vmx_vcpu_load: 'vmx_vcpu_load_vmcs',
  kvm_mmu_free_prev_roots: 'kvm_mmu_free_roots',
  kvm_mmu_flush_or_zap: 'kvm_flush_remote_tlbs',
  kvm_flush_remote_tlbs_range: 'kvm_flush_remote_tlbs',
  nested_vmx_enter_non_root: 'nested_vmx_enter_non_root_mode',
};

/** Parts of KVM that the model does not have: how their files or functions are called, and what they are. */
export const LEFT_OUT: readonly { readonly names: RegExp; readonly what: string }[] = [
  { names: /tdp|_ept\b|^ept_|invept|(?:^|_)npt(?:_|$)/, what: 'two-dimensional paging' },
  { names: /pdptr|pae_root/, what: 'PAE paging' },
  { names: /hv_|hyperv/, what: 'Hyper-V' },
  { names: /smm|smram|(?:^|_)rsm(?:_|$)/, what: 'system management mode' },
  { names: /mmio/, what: 'MMIO' },
  { names: /lpage|huge|nx_/, what: 'large pages' },
  { names: /(?:^|_)efer(?:_|$)/, what: 'EFER' },
  { names: /apic/, what: 'interrupts' },
  { names: /shrink|zap_oldest|make_mmu_pages_available|mmu_topup/, what: 'the reclaim of shadow pages' },
  { names: /permission|pkru|update_pkru/, what: 'permissions apart from frames' },
  { names: /mark_.*dirty|age_|clear_dirty|_young/, what: 'accessed and dirty bits' },
];
