/* SPDX-License-Identifier: GPL-2.0 */
/* Views into mmu.c that its own interface does not give. */
#ifndef SHIM_MMU_UNIT_H
#define SHIM_MMU_UNIT_H

struct kvm;
struct kvm_memory_slot;

/* What a change of the memory slots does first: every shadow page becomes obsolete. */
void mmu_zap_all_fast(struct kvm *kvm);
bool mmu_gfn_mapped_writable(struct kvm_memory_slot *slot, u64 gfn);

#endif
