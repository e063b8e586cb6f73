// SPDX-License-Identifier: GPL-2.0
// Page and object allocation. All of it is deterministic, and all of its state lies in this image, so that
// copying the image back resets it.
#include "host.h"

u8 host_memory[HOST_PAGES][4096] __aligned(4096);
static struct page host_pages[HOST_PAGES];
struct cpuinfo_x86 boot_cpu_data = { .x86_phys_bits = 46, .x86_virt_bits = 48 };

u64 shim_pa(const void *p)
{
	return (uintptr_t)p - (uintptr_t)host_memory;
}

void *shim_va(u64 pa)
{
	BUG_ON(pa >= sizeof(host_memory));
	return (u8 *)host_memory + pa;
}

struct page *pfn_to_page(u64 pfn)
{
	BUG_ON(pfn >= HOST_PAGES);
	return &host_pages[pfn];
}

u64 page_to_pfn(struct page *page)
{
	return page - host_pages;
}

/* ---- pages: a bump pointer and a list of the free ones, linked through their first word ---- */
static u32 next_page = GUEST_BASE + GUEST_PAGES;
static u32 free_pages;

u64 host_high_water(void)
{
	return (uintptr_t)host_memory[next_page];
}

u64 __get_free_page(gfp_t flags)
{
	u32 pfn = free_pages;

	if (pfn)
		free_pages = *(u32 *)host_memory[pfn];
	else
		pfn = next_page++;
	BUG_ON(pfn >= HOST_PAGES);
	if (flags & __GFP_ZERO)
		memset(host_memory[pfn], 0, 4096);
	host_pages[pfn].private_value = 0;
	return (uintptr_t)host_memory[pfn];
}

void free_page(u64 addr)
{
	u32 pfn = shim_pa((void *)(uintptr_t)addr) >> PAGE_SHIFT;

	if (!addr)
		return;
	BUG_ON(pfn < GUEST_BASE + GUEST_PAGES || pfn >= next_page);
	*(u32 *)host_memory[pfn] = free_pages;
	free_pages = pfn;
}

struct page *alloc_page(gfp_t flags)
{
	return pfn_to_page(shim_pa((void *)(uintptr_t)__get_free_page(flags)) >> PAGE_SHIFT);
}

void __free_page(struct page *page)
{
	free_page((uintptr_t)page_to_virt(page));
}

/* ---- objects: powers of two, one free list each ---- */
struct chunk { u32 class; u32 pad; struct chunk *next; };
#define CHUNK_HEADER 16

static u8 heap[512 * 1024] __aligned(16);
static u64 heap_used;
static struct chunk *free_chunks[24];

u64 host_heap_top(void)
{
	return (uintptr_t)heap + heap_used;
}

u64 host_heap_end(void)
{
	return (uintptr_t)heap + sizeof(heap);
}

void *kmalloc(u64 size, gfp_t flags)
{
	u32 class = fls64(size - 1 + CHUNK_HEADER);
	struct chunk *c;

	BUG_ON(!size || class >= ARRAY_SIZE(free_chunks));
	c = free_chunks[class];
	if (c) {
		free_chunks[class] = c->next;
	} else {
		// Large objects live as long as the VM: give them what they need and no more.
		u64 bytes = class > 12 ? ALIGN(size + CHUNK_HEADER, 16) : max(1ULL << class, 32ULL);

		c = (struct chunk *)(heap + heap_used);
		heap_used += bytes;
		BUG_ON(heap_used > sizeof(heap));
	}
	c->class = class;
	if (flags & __GFP_ZERO)
		memset((u8 *)c + CHUNK_HEADER, 0, size);
	return (u8 *)c + CHUNK_HEADER;
}

void kfree(const void *p)
{
	struct chunk *c = (struct chunk *)((u8 *)p - CHUNK_HEADER);

	if (!p)
		return;
	BUG_ON(c->class > 12);
	c->next = free_chunks[c->class];
	free_chunks[c->class] = c;
}

static struct kmem_cache caches[8];
static u32 nr_caches;

struct kmem_cache *kmem_cache_create(const char *name, unsigned int size, unsigned int align, unsigned int flags, void *ctor)
{
	BUG_ON(nr_caches == ARRAY_SIZE(caches));
	caches[nr_caches].size = size;
	return &caches[nr_caches++];
}

void kmem_cache_destroy(struct kmem_cache *cache)
{
}

void *kmem_cache_alloc(struct kmem_cache *cache, gfp_t flags)
{
	return kmalloc(cache->size, flags);
}

void kmem_cache_free(struct kmem_cache *cache, void *p)
{
	kfree(p);
}
