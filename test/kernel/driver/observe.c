// SPDX-License-Identifier: GPL-2.0
// The state as words. Addresses never leave here: pages and roots are named by the layout's numbers.
#include "vm.h"
#include "mmu.h"
#include "mmu/mmu_internal.h"
#include "mmu/spte.h"
#include "mmu_unit.h"
#include "host.h"
#include "guest.h"

#define SPTE_ADDRESS 0x000ffffffffff000ULL

static struct kvm_mmu_page *table_page(u64 pa)
{
	return (struct kvm_mmu_page *)(uintptr_t)page_private(pfn_to_page((pa & SPTE_ADDRESS) >> 12));
}

static struct kvm_mmu_page *child_page(struct kvm_mmu_page *sp, u32 index)
{
	u64 spte = sp->spt[index];

	return is_shadow_present_pte(spte) ? table_page(spte) : NULL;
}

static bool unsync_child(struct kvm_mmu_page *sp, u32 index)
{
	return test_bit(index, sp->unsync_child_bitmap);
}

static s32 gfn_code(u64 gfn)
{
	s32 page = gfn_page(gfn), frame = gfn_frame(gfn);

	BUG_ON(page < 0 && !frame);
	return page >= 0 ? page : FRAME_CODE + frame;
}

/*
 * An entry of the top page stands for the chain of private tables below it. `marks` has one unsync bit for each
 * level of the chain, the PML4's lowest.
 */
struct top_entry { s32 code; u32 marks, floods; };

static struct top_entry top_entry(struct kvm_mmu_page *sp, s32 half)
{
	struct top_entry entry = { ENTRY_NONE, 0, 0 };
	u32 index = half_slot(half);
	int private_levels = guest.levels == 2 ? 2 : 1;

	for (int depth = 0; depth <= private_levels; depth++) {
		entry.marks |= unsync_child(sp, index) << depth;
		if (depth == private_levels)
			entry.floods = atomic_read(&sp->write_flooding_count);
		sp = child_page(sp, index);
		index = 0;
		if (!sp)
			return entry;
	}
	entry.code = gfn_code(sp->gfn);
	return entry;
}

static bool is_obsolete(struct kvm_mmu_page *sp)
{
	return sp->role.invalid || sp->mmu_valid_gen != vm.arch.mmu_valid_gen;
}

/* In the order of the words: wp, nowp, nowp-smep, wp-smep. */
static s32 role_code(union kvm_mmu_page_role role)
{
#ifdef HAVE_ROLE_SMEP_ANDNOT_WP
	if (role.smep_andnot_wp)
		return 2;
#else
	if (role.cr4_smep)
		return role.cr0_wp ? 3 : 2;
#endif
	return role.cr0_wp ? 0 : 1;
}

static s32 *put_shadow_page(s32 *out, struct kvm_mmu_page *sp)
{
	s32 number = gfn_page(sp->gfn);
	const struct modelled_page *page = &guest.pages[number];
	bool top = page->level == guest.levels;

	BUG_ON(sp->role.level != (top ? 4 : page->level));
	*out++ = number;
	*out++ = role_code(sp->role);
	*out++ = sp->unsync;
	*out++ = is_obsolete(sp);
	*out++ = sp->root_count;
	*out++ = page->count;
	for (s32 i = 0; i < page->count; i++) {
		u32 index = entry_index(page, i);
		struct top_entry entry = { ENTRY_NONE, unsync_child(sp, index), atomic_read(&sp->write_flooding_count) };

		if (top)
			entry = top_entry(sp, i);
		else if (is_shadow_present_pte(sp->spt[index]))
			entry.code = page->level == 1 ? gfn_code(((sp->spt[index] & SPTE_ADDRESS) >> 12) - GUEST_BASE) :
							gfn_code(child_page(sp, index)->gfn);
		*out++ = entry.code;
		*out++ = entry.marks;
		*out++ = entry.floods;
	}
	return out;
}

/* A root that was zapped while in use is on no list: only the vCPU knows it. */
static bool listed(struct kvm_mmu_page *wanted)
{
	struct kvm_mmu_page *sp;

	list_for_each_entry(sp, &vm.arch.active_mmu_pages, link)
		if (sp == wanted)
			return true;
	return false;
}

static s32 space_of(u64 cr3)
{
	for (s32 space = 0; space < guest.nr_spaces; space++)
		if (page_gfn(guest.top[space]) == cr3 >> 12)
			return space;
	BUG();
}

/* The CR3 value, then the top page, its role and whether it is obsolete. */
static s32 *put_root(s32 *out, const struct kvm_mmu_root_info *root)
{
	struct kvm_mmu_page *sp = VALID_PAGE(root->hpa) ? table_page(root->hpa) : NULL;

	BUG_ON(VALID_PAGE(root->hpa) && !sp);
	*out++ = sp ? space_of(root->pgd) : -1;
	*out++ = root->pgd & 4095;
	*out++ = sp ? gfn_page(sp->gfn) : -1;
	*out++ = sp ? role_code(sp->role) : 0;
	*out++ = sp ? is_obsolete(sp) : 0;
	return out;
}

static bool is_root_of(struct kvm_mmu *mmu, struct kvm_mmu_page *sp)
{
	for (int i = -1; i < KVM_MMU_NUM_PREV_ROOTS; i++) {
		u64 hpa = i < 0 ? mmu->root.hpa : mmu->prev_roots[i].hpa;

		if (VALID_PAGE(hpa) && table_page(hpa) == sp)
			return true;
	}
	return false;
}

/* What KVM takes the guest's registers to be; then the top page that the hardware's CR3 points to, its role and the PCID. */
static s32 *put_registers(s32 *out, struct kvm_vcpu *vcpu)
{
	u64 hardware = hw_cr3[vcpu->vcpu_id];
	struct kvm_mmu_page *sp = table_page(hardware);

	*out++ = !!(vcpu->arch.cr0 & X86_CR0_WP);
	*out++ = !!(vcpu->arch.cr4 & X86_CR4_PCIDE);
	*out++ = !!(vcpu->arch.cr4 & X86_CR4_PGE);
	*out++ = !!(vcpu->arch.cr4 & X86_CR4_SMEP);
	*out++ = space_of(vcpu->arch.cr3);
	*out++ = vcpu->arch.cr3 & 4095;
	if (!sp || (!listed(sp) && !is_root_of(vcpu->arch.mmu, sp)))
		sp = NULL;
	*out++ = sp ? gfn_page(sp->gfn) : -1;
	*out++ = sp ? role_code(sp->role) : 0;
	*out++ = hardware & 4095;
	return out;
}

/* The code of an entry of the guest's tables; that of a top page stands for a chain of private ones. */
static s32 guest_entry(s32 number, s32 i)
{
	const struct modelled_page *page = &guest.pages[number];
	u64 table = page_gfn(number), value;
	u32 index = entry_index(page, i);

	if (page->level == guest.levels) {
		table = (guest_page(table)[index] & SPTE_ADDRESS) >> 12;
		index = 0;
		if (guest.levels == 2)
			table = (guest_page(table)[0] & SPTE_ADDRESS) >> 12;
	}
	value = guest_page(table)[index];
	return value & 1 ? gfn_code((value & SPTE_ADDRESS) >> 12) : ENTRY_NONE;
}

static s32 *put_memory(s32 *out)
{
	for (s32 page = 0; page < guest.nr_pages; page++)
		for (s32 i = 0; i < guest.pages[page].count; i++)
			*out++ = guest_entry(page, i);
	return out;
}

static s32 *put_all_shadow_pages(s32 *out)
{
	struct kvm_mmu_page *sp;
	s32 *unmodelled = out++, *count = out++;

	*unmodelled = *count = 0;
	list_for_each_entry(sp, &vm.arch.active_mmu_pages, link) {
		if (gfn_page(sp->gfn) < 0) {
			++*unmodelled;
			continue;
		}
		out = put_shadow_page(out, sp);
		++*count;
	}
	for (s32 id = 0; id < guest.nr_vcpus; id++) {
		struct kvm_mmu *mmu = vcpus[id].arch.mmu;

		for (int i = -1; i < KVM_MMU_NUM_PREV_ROOTS; i++) {
			u64 hpa = i < 0 ? mmu->root.hpa : mmu->prev_roots[i].hpa;

			if (!VALID_PAGE(hpa) || listed(table_page(hpa)))
				continue;
			out = put_shadow_page(out, table_page(hpa));
			++*count;
		}
	}
	return out;
}

static s32 *put_writable(s32 *out)
{
	s32 *count = out++;

	*count = 0;
	for (s32 page = 0; page < guest.nr_pages; page++)
		if (mmu_gfn_mapped_writable(&vm_slot, page_gfn(page))) {
			*out++ = page;
			++*count;
		}
	return out;
}

/* The private tables that hold a top page's entries: they are what a store to such an entry writes. */
static s32 *put_private_writable(s32 *out)
{
	s32 *count = out++;

	*count = 0;
	for (s32 space = 0; space < guest.nr_spaces; space++)
		for (s32 half = 0; half < HALVES; half++) {
			u64 gfn = guest.levels == 2 ? guest.pd[space][half] : guest.pdpt[space][half];

			if (!gfn || !mmu_gfn_mapped_writable(&vm_slot, gfn))
				continue;
			*out++ = space;
			*out++ = half;
			++*count;
		}
	return out;
}

static s32 *put_hw_log(s32 *out)
{
	*out++ = hw_log.used;
	for (u32 i = 0; i < hw_log.used; i++) {
		const struct hw_entry *e = &hw_log.entries[i];

		*out++ = e->call;
		*out++ = e->vcpu;
		*out++ = e->during_entry;
		*out++ = e->address >> 63;
		*out++ = e->address >> 15 & 0x7fff;
	}
	return out;
}

u32 observe(s32 *first)
{
	s32 *out = first;

	*out++ = result.gp;
	*out++ = result.acting;
	*out++ = result.read;
	*out++ = guest.nr_vcpus;
	for (s32 id = 0; id < guest.nr_vcpus; id++) {
		struct kvm_mmu *mmu = vcpus[id].arch.mmu;

		BUG_ON(vcpus[id].requests);
		*out++ = result.handler_requests[id];
		out = put_registers(out, &vcpus[id]);
		out = put_root(out, &mmu->root);
		for (int i = 0; i < KVM_MMU_NUM_PREV_ROOTS; i++)
			out = put_root(out, &mmu->prev_roots[i]);
	}
	out = put_all_shadow_pages(out);
	out = put_writable(out);
	out = put_private_writable(out);
	out = put_hw_log(out);
	out = put_memory(out);
	return out - first;
}
