// SPDX-License-Identifier: GPL-2.0
#include "mmu/mmu.c"
#include "mmu_unit.h"

void mmu_zap_all_fast(struct kvm *kvm)
{
	kvm_mmu_zap_all_fast(kvm);
}

bool mmu_gfn_mapped_writable(struct kvm_memory_slot *slot, u64 gfn)
{
	struct rmap_iterator iter;
	u64 *sptep;

	for_each_rmap_spte(gfn_to_rmap(gfn, PG_LEVEL_4K, slot), &iter, sptep)
		if (is_writable_pte(*sptep))
			return true;
	return false;
}
