// SPDX-License-Identifier: GPL-2.0
// What is taken from the kernel's tree: names only.

const FILES = [
  'mmu.h',
  'x86.h',
  'kvm_cache_regs.h',
  'cpuid.h',
  'reverse_cpuid.h',
  'kvm_emulate.h',
  'trace.h',
  'irq.h',
  'mmu/mmu.c',
  'mmu/spte.c',
  'mmu/page_track.c',
  'mmu/paging_tmpl.h',
  'mmu/mmu_internal.h',
  'mmu/spte.h',
  'mmu/tdp_mmu.h',
  'mmu/mmutrace.h',
];
const HEADERS = [
  'linux/kvm_host.h',
  'linux/kvm_types.h',
  'linux/kvm.h',
  'linux/kvm_dirty_ring.h',
  'linux/list.h',
  'linux/hash.h',
  'linux/poison.h',
  'linux/container_of.h',
  'linux/kconfig.h',
  'asm/kvm_host.h',
  'asm/kvm.h',
  'asm/kvm_types.h',
  'asm/kvm_vcpu_regs.h',
  'asm/kvm-x86-ops.h',
  'asm/kvm_page_track.h',
  'asm/vmx.h',
  'uapi/asm/vmx.h',
  'asm/vmxfeatures.h',
  'asm/msr-index.h',
  'asm/cpufeatures.h',
  'asm/processor-flags.h',
  'uapi/asm/processor-flags.h',
  'asm/desc_defs.h',
  'asm/hyperv-tlfs.h',
  'asm-generic/hyperv-tlfs.h',
  'asm/pvclock-abi.h',
  'uapi/asm/kvm_para.h',
  'asm/apicdef.h',
  'kvm/iodev.h',
];
/** Runs of lines out of headers that are too entangled to take whole. */
const PIECES = [{ file: 'arch/x86/include/asm/cpufeature.h', start: 'enum cpuid_leafs', end: '#define' }];
const CUTS = [
  'load_pdptrs',
  'pdptr_rsvd_bits',
  'kvm_is_valid_cr0',
  'kvm_post_set_cr0',
  'kvm_set_cr0',
  'kvm_invalidate_pcid',
  'kvm_set_cr3',
  'kvm_is_valid_cr4',
  'kvm_post_set_cr4',
  'kvm_set_cr4',
  'kvm_vcpu_flush_tlb_all',
  'kvm_vcpu_flush_tlb_guest',
  'kvm_vcpu_flush_tlb_current',
  'kvm_service_local_tlb_flush_requests',
  'kvm_handle_invpcid',
];

const BY_VERSION = {
  6.1: { files: ['ioapic.h'], headers: [], cuts: ['__kvm_is_valid_cr4', 'kvm_inject_emulated_page_fault'] },
  6.12: {
    files: ['smm.h', 'governed_features.h', 'mmu/page_track.h'],
    headers: ['asm/trapnr.h', 'asm/reboot.h'],
    cuts: ['__kvm_is_valid_cr4', '__kvm_inject_emulated_page_fault'],
  },
};

export const VERSIONS = Object.keys(BY_VERSION);

export function manifest(version) {
  const own = BY_VERSION[version];
  if (!own) throw new Error(`no manifest for Linux ${version}: known are ${VERSIONS.join(', ')}`);
  const from = ['x86.c', 'regs.c'];
  return {
    files: [...FILES, ...own.files],
    headers: [...HEADERS, ...own.headers],
    pieces: PIECES,
    cuts: orderForC([...own.cuts, ...CUTS]).map((name) => ({ name, from })),
    // From the first MMU request to the last flush request; the other requests have nothing behind them here.
    requestSlice: { start: 'KVM_REQ_MMU_FREE_OBSOLETE_ROOTS', end: 'KVM_REQ_REPORT_TPR_ACCESS' },
  };
}

/** Static helpers go before the functions that use them. */
function orderForC(names) {
  const early = ['__kvm_is_valid_cr4', 'pdptr_rsvd_bits'];
  return [...early.filter((n) => names.includes(n)), ...names.filter((n) => !early.includes(n))];
}
