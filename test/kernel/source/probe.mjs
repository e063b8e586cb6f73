// SPDX-License-Identifier: GPL-2.0
// What the shim and the driver must know of a tree, found out by looking: kernels are told apart by what they have,
// never by their version.
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Where the functions and fields are declared between which the shim stands. */
const DECLARED_IN = [
  ...['mmu.h', 'x86.h', 'cpuid.h', 'regs.h'].map((file) => `arch/x86/kvm/${file}`),
  ...['arch/x86/include/asm/kvm_host.h', 'include/linux/kvm_host.h', 'include/linux/kvm_types.h'],
];

/** By what the C calls it, without HAVE_: what a declaration of it looks like. */
const PROBES = {
  INIT_VM_RESULT: /\bint kvm_mmu_init_vm\(/,
  FLUSH_REMOTE_RANGE: /\bvoid kvm_flush_remote_tlbs_range\(/,
  CACHE_INIT_VALUE: /\bu64 init_value;/,
  HOST_VALUES: /\bextern struct kvm_host_values kvm_host;/,
  INJECT_FROM_HARDWARE: /\bvoid kvm_inject_page_fault\([^)]*from_hardware/,
  FAULTIN_PFN: /\bkvm_pfn_t __kvm_faultin_pfn\(/,
  HVA_INTERRUPTIBLE: /\bkvm_pfn_t __gfn_to_pfn_memslot\([^)]*interruptible/,
  REGS_AVAIL_BITMAP: /DECLARE_BITMAP\(regs_avail\b/,
  VCPU_REG_RIP: /\bvcpu->arch\.rip\b/,
  FLUSH_GVA_FULL: /\(\*flush_tlb_gva\)\([^)]*bool \*full/,
  NESTED_OPS: /#include <asm\/kvm-x86-nested-ops.h>/,
  CPUID_INLINE: /static inline struct kvm_cpuid_entry2 \*kvm_find_cpuid_entry\(/,
  ROLE_SMEP_ANDNOT_WP: /\bsmep_andnot_wp:1;/,
};

/** The header that says what there is. */
export function probe({ tree, read }) {
  const declared = DECLARED_IN.filter((file) => existsSync(join(tree, file)))
    .map(read)
    .join('\n');
  const found = Object.keys(PROBES).filter((name) => PROBES[name].test(declared));
  return `${found.map((name) => `#define HAVE_${name} 1`).join('\n')}\n`;
}
