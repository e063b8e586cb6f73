// SPDX-License-Identifier: GPL-2.0
// What virt/kvm provides to the MMU: one memory slot over all guest memory, requests to vCPUs, object caches.
#include <linux/kvm_host.h>
#include "host.h"

#ifdef HAVE_HVA_INTERRUPTIBLE
#define WRITABLE_ARGS gfn_t gfn, bool atomic, bool interruptible, bool *async, bool write_fault, bool *writable, hva_t *hva
#else
#define WRITABLE_ARGS gfn_t gfn, bool atomic, bool *async, bool write_fault, bool *writable, hva_t *hva
#endif

void *xa_load(struct xarray *xa, u64 index)
{
	return ((void **)xa->slot)[index];
}

/* ---- requests ---- */
bool kvm_make_all_cpus_request(struct kvm *kvm, unsigned int req)
{
	struct kvm_vcpu *vcpu;
	unsigned long long i;

	kvm_for_each_vcpu(i, vcpu, kvm)
		kvm_make_request(req, vcpu);
	return true;
}

void kvm_flush_remote_tlbs(struct kvm *kvm)
{
	kvm_make_all_cpus_request(kvm, KVM_REQ_TLB_FLUSH);
}

#ifdef HAVE_FLUSH_REMOTE_RANGE
void kvm_flush_remote_tlbs_range(struct kvm *kvm, gfn_t gfn, u64 nr_pages)
{
	kvm_flush_remote_tlbs(kvm);
}
#endif

/* ---- guest memory: always there, always writable ---- */
struct kvm_memory_slot *kvm_vcpu_gfn_to_memslot(struct kvm_vcpu *vcpu, gfn_t gfn)
{
	return __gfn_to_memslot(kvm_vcpu_memslots(vcpu), gfn);
}

struct kvm_memory_slot *gfn_to_memslot(struct kvm *kvm, gfn_t gfn)
{
	return __gfn_to_memslot(kvm_memslots(kvm), gfn);
}

bool kvm_vcpu_is_visible_gfn(struct kvm_vcpu *vcpu, gfn_t gfn)
{
	return kvm_is_visible_memslot(kvm_vcpu_gfn_to_memslot(vcpu, gfn));
}

bool kvm_is_visible_gfn(struct kvm *kvm, gfn_t gfn)
{
	return kvm_is_visible_memslot(gfn_to_memslot(kvm, gfn));
}

unsigned long long gfn_to_hva_memslot(struct kvm_memory_slot *slot, gfn_t gfn)
{
	return slot ? __gfn_to_hva_memslot(slot, gfn) : KVM_HVA_ERR_BAD;
}

unsigned long long gfn_to_hva_memslot_prot(struct kvm_memory_slot *slot, gfn_t gfn, bool *writable)
{
	if (writable)
		*writable = true;
	return gfn_to_hva_memslot(slot, gfn);
}

unsigned long long kvm_vcpu_gfn_to_hva_prot(struct kvm_vcpu *vcpu, gfn_t gfn, bool *writable)
{
	return gfn_to_hva_memslot_prot(kvm_vcpu_gfn_to_memslot(vcpu, gfn), gfn, writable);
}

static kvm_pfn_t slot_pfn(const struct kvm_memory_slot *slot, gfn_t gfn)
{
	return slot ? GUEST_BASE + gfn : KVM_PFN_NOSLOT;
}

#ifdef HAVE_FAULTIN_PFN
kvm_pfn_t __kvm_faultin_pfn(const struct kvm_memory_slot *slot, gfn_t gfn, unsigned int foll, bool *writable, struct page **refcounted_page)
{
	if (writable)
		*writable = true;
	*refcounted_page = NULL;
	return slot_pfn(slot, gfn);
}

int kvm_prefetch_pages(struct kvm_memory_slot *slot, gfn_t gfn, struct page **pages, int nr_pages)
{
	for (int i = 0; i < nr_pages; i++)
		pages[i] = pfn_to_page(slot_pfn(slot, gfn + i));
	return nr_pages;
}

void kvm_release_page_clean(struct page *page)
{
}

void kvm_release_page_dirty(struct page *page)
{
}
#else
kvm_pfn_t __gfn_to_pfn_memslot(const struct kvm_memory_slot *slot, WRITABLE_ARGS)
{
	if (writable)
		*writable = true;
	if (hva)
		*hva = gfn_to_hva_memslot((struct kvm_memory_slot *)slot, gfn);
	return slot_pfn(slot, gfn);
}

kvm_pfn_t gfn_to_pfn_memslot_atomic(const struct kvm_memory_slot *slot, gfn_t gfn)
{
	return slot_pfn(slot, gfn);
}

int gfn_to_page_many_atomic(struct kvm_memory_slot *slot, gfn_t gfn, struct page **pages, int nr_pages)
{
	for (int i = 0; i < nr_pages; i++)
		pages[i] = pfn_to_page(slot_pfn(slot, gfn + i));
	return nr_pages;
}

struct page *kvm_pfn_to_refcounted_page(kvm_pfn_t pfn)
{
	return pfn_to_page(pfn);
}

#endif

int kvm_vcpu_read_guest_page(struct kvm_vcpu *vcpu, gfn_t gfn, void *data, int offset, int len)
{
	if (!kvm_vcpu_gfn_to_memslot(vcpu, gfn))
		return -EFAULT;
	memcpy(data, (u8 *)guest_page(gfn) + offset, len);
	return 0;
}

int kvm_vcpu_read_guest_atomic(struct kvm_vcpu *vcpu, gpa_t gpa, void *data, unsigned long long len)
{
	return kvm_vcpu_read_guest_page(vcpu, gpa >> PAGE_SHIFT, data, offset_in_page(gpa), len);
}

void kvm_release_pfn_clean(kvm_pfn_t pfn)
{
}

void kvm_set_pfn_accessed(kvm_pfn_t pfn)
{
}

void kvm_set_pfn_dirty(kvm_pfn_t pfn)
{
}

void kvm_vcpu_mark_page_dirty(struct kvm_vcpu *vcpu, gfn_t gfn)
{
}

void mark_page_dirty_in_slot(struct kvm *kvm, const struct kvm_memory_slot *slot, gfn_t gfn)
{
}

/* ---- object caches: filled to the minimum asked for, which is all that a fault may use ---- */
static void *cache_object(struct kvm_mmu_memory_cache *mc)
{
	u64 *page;

	if (mc->kmem_cache)
		return kmem_cache_alloc(mc->kmem_cache, mc->gfp_zero);
	page = (u64 *)(uintptr_t)__get_free_page(mc->gfp_zero);
#ifdef HAVE_CACHE_INIT_VALUE
	if (mc->init_value)
		memset64(page, mc->init_value, 512);
#endif
	return page;
}

int __kvm_mmu_topup_memory_cache(struct kvm_mmu_memory_cache *mc, int capacity, int min)
{
	if (!mc->capacity) {
		mc->objects = kcalloc(capacity, sizeof(void *), 0);
		mc->capacity = capacity;
	}
	while (mc->nobjs < min)
		mc->objects[mc->nobjs++] = cache_object(mc);
	return 0;
}

int kvm_mmu_topup_memory_cache(struct kvm_mmu_memory_cache *mc, int min)
{
	return __kvm_mmu_topup_memory_cache(mc, KVM_ARCH_NR_OBJS_PER_MEMORY_CACHE, min);
}

int kvm_mmu_memory_cache_nr_free_objects(struct kvm_mmu_memory_cache *mc)
{
	return mc->nobjs;
}

void *kvm_mmu_memory_cache_alloc(struct kvm_mmu_memory_cache *mc)
{
	BUG_ON(!mc->nobjs);
	return mc->objects[--mc->nobjs];
}

void kvm_mmu_free_memory_cache(struct kvm_mmu_memory_cache *mc)
{
	BUG();
}

/* Linux 6.1 calls it for every VM; without TDP it does nothing. */
void kvm_mmu_init_tdp_mmu(void *kvm)
{
}

/* Walked by reclaim only, which has nothing to reclaim. */
struct list_head vm_list = { &vm_list, &vm_list };
