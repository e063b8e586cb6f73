// SPDX-License-Identifier: GPL-2.0
// What is taken from the kernel's tree: names only. A list of what must be there, and one of what some kernels from
// 6.1 on have and others do not.

/** Kernels that Debian packages as source, by the version in the package's name, each with a suite that has it. */
export const SUITES = { 6.1: 'bookworm', 6.12: 'trixie', 7.3: 'trixie-backports' };

/** Under arch/x86/kvm, whole. */
export const FILES = {
  always: [
    ...['mmu.h', 'x86.h', 'cpuid.h', 'reverse_cpuid.h', 'kvm_emulate.h', 'trace.h', 'irq.h'],
    ...['mmu/mmu.c', 'mmu/spte.c', 'mmu/page_track.c', 'mmu/paging_tmpl.h', 'mmu/mmu_internal.h'],
    ...['mmu/spte.h', 'mmu/tdp_mmu.h', 'mmu/mmutrace.h'],
  ],
  some: [
    'kvm_cache_regs.h',
    'regs.h',
    'msrs.h',
    'smm.h',
    'ioapic.h',
    'governed_features.h',
    'mmu/page_track.h',
  ],
};

/** Headers by the name that includes them. */
export const HEADERS = {
  always: [
    ...['linux/kvm_host.h', 'linux/kvm_types.h', 'linux/kvm.h', 'linux/kvm_dirty_ring.h', 'linux/list.h'],
    ...['linux/hash.h', 'linux/poison.h', 'linux/container_of.h', 'linux/kconfig.h', 'asm/kvm_host.h'],
    ...['asm/kvm.h', 'asm/kvm_types.h', 'asm/kvm_vcpu_regs.h', 'asm/kvm-x86-ops.h', 'asm/kvm_page_track.h'],
    ...['asm/vmx.h', 'uapi/asm/vmx.h', 'asm/vmxfeatures.h', 'asm/msr-index.h', 'asm/cpufeatures.h'],
    ...['asm/processor-flags.h', 'uapi/asm/processor-flags.h', 'asm/desc_defs.h', 'asm/pvclock-abi.h'],
    ...['asm/trapnr.h', 'asm/reboot.h', 'uapi/asm/kvm_para.h', 'asm/apicdef.h', 'kvm/iodev.h'],
  ],
  some: [
    ...['asm/virt.h', 'asm/kvm-x86-nested-ops.h', 'asm/hyperv-tlfs.h', 'asm-generic/hyperv-tlfs.h'],
    ...[
      'hyperv/hvhdk.h',
      'hyperv/hvhdk_mini.h',
      'hyperv/hvgdk.h',
      'hyperv/hvgdk_mini.h',
      'hyperv/hvgdk_ext.h',
    ],
  ],
};

/** Runs of lines out of headers that are too entangled to take whole. */
export const PIECES = [
  { file: 'arch/x86/include/asm/cpufeature.h', start: 'enum cpuid_leafs', end: '#define' },
];

/** Where functions are cut out by name. */
export const CUT_FROM = ['x86.c', 'regs.c'];

/** The functions. Static helpers stand before those that use them. */
export const CUTS = {
  always: [
    ...['pdptr_rsvd_bits', 'load_pdptrs', 'kvm_is_valid_cr0', 'kvm_post_set_cr0', 'kvm_set_cr0'],
    ...['kvm_invalidate_pcid', 'kvm_set_cr3', 'kvm_is_valid_cr4', 'kvm_post_set_cr4', 'kvm_set_cr4'],
    ...['kvm_vcpu_flush_tlb_all', 'kvm_vcpu_flush_tlb_guest', 'kvm_vcpu_flush_tlb_current'],
    ...['kvm_service_local_tlb_flush_requests', 'kvm_handle_invpcid'],
  ],
  some: ['__kvm_is_valid_cr4', 'kvm_inject_emulated_page_fault', '__kvm_inject_emulated_page_fault'],
};

/** In vcpu_enter_guest: the first MMU request, and what follows the last flush request. Other requests have nothing behind them. */
export const REQUEST_SLICE = {
  start: 'KVM_REQ_MMU_FREE_OBSOLETE_ROOTS',
  end: 'KVM_REQ_REPORT_TPR_ACCESS',
};
