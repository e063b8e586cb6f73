// SPDX-License-Identifier: GPL-2.0
// Functions that the linker wants and that no event reaches: the TDP MMU, nesting, huge pages. Each ends the run.
// No prototypes here: nothing of theirs is used.

#define UNREACHED(name) void name(void) { SHIM_UNREACHED(); }

UNREACHED(kvm_tdp_mmu_alloc_root)
UNREACHED(kvm_tdp_mmu_fast_pf_get_last_sptep)
UNREACHED(kvm_tdp_mmu_get_vcpu_root_hpa)
UNREACHED(kvm_tdp_mmu_get_walk)
UNREACHED(kvm_tdp_mmu_invalidate_all_roots)
UNREACHED(kvm_tdp_mmu_map)
UNREACHED(kvm_tdp_mmu_put_root)
UNREACHED(kvm_tdp_mmu_write_protect_gfn)
UNREACHED(kvm_tdp_mmu_zap_invalidated_roots)
UNREACHED(kvm_mtrr_check_gfn_range_consistency)
UNREACHED(kvm_mmu_gva_to_gpa_write)
UNREACHED(kvm_vcpu_gfn_to_hva)
UNREACHED(memslot_rmap_alloc)
UNREACHED(translate_nested_gpa)

/* Linux 6.1 calls it for every VM; without TDP it does nothing. */
void kvm_mmu_init_tdp_mmu(void *kvm)
{
}
