// SPDX-License-Identifier: GPL-2.0
#include "host.h"
#include "guest.h"

/* Everything is present, user, accessed and dirty, so no walk of KVM ever has to change an entry; tables are writable. */
#define ENTRY_BITS 0x67ULL
#define WRITE_BIT 2ULL
#define GLOBAL_BIT 0x100ULL
#define ADDRESS_BITS 0x000ffffffffff000ULL

#define WINDOW_SLOT 128
#define TABLES_PER_WINDOW 64

struct guest guest;
static u64 next_gfn;

static u64 new_table(void)
{
	return next_gfn++;
}

static void link_table(u64 table, u32 index, u64 child)
{
	guest_page(table)[index] = child << 12 | ENTRY_BITS;
}

u32 half_slot(s32 half)
{
	return half ? 256 : 0;
}

static u64 canonical(u64 address)
{
	return (u64)((s64)(address << 16) >> 16);
}

u64 guest_address(s32 half, s32 index)
{
	return canonical((u64)half_slot(half) << 39 | (u64)(8 * index) << 12);
}

u64 window_address(u64 gfn, u32 index)
{
	u64 table = gfn / TABLES_PER_WINDOW, page = 8 * (gfn % TABLES_PER_WINDOW);

	return canonical((u64)WINDOW_SLOT << 39 | table << 21 | page << 12 | 8 * index);
}

s32 gfn_page(u64 gfn)
{
	return gfn >= 1 && gfn <= guest.nr_pages ? gfn - 1 : -1;
}

s32 gfn_frame(u64 gfn)
{
	u64 frame = gfn - guest.nr_pages;

	return gfn > guest.nr_pages && frame <= guest.nr_frames ? frame : 0;
}

u32 entry_index(const struct modelled_page *page, s32 index)
{
	return page->level == 1 ? 8 * index : page->level == guest.levels ? half_slot(index) : index;
}

u64 table_entry(s32 code)
{
	return code == ENTRY_NONE ? 0 : page_gfn(code) << 12 | ENTRY_BITS;
}

u64 entry_value(const struct modelled_page *page, s32 code)
{
	u64 global = page->level == 1 && page->global ? GLOBAL_BIT : 0;

	if (code < FRAME_CODE)
		return table_entry(code) | (code == ENTRY_NONE ? 0 : global);
	return frame_gfn(code - FRAME_CODE) << 12 | (ENTRY_BITS & ~(guest.effects & EFFECT_DIRTY || page->stored ? 0 : WRITE_BIT)) | global;
}

u64 upper_table(s32 space, s32 half, s32 level)
{
	if (level == 2 || !guest.pdpt[space][half])
		return guest.pdpt[space][half];
	if (guest.levels == 2)
		return guest.pd[space][half];
	// Three levels: the directory that is linked now.
	return (guest_page(guest.pdpt[space][half])[0] & ADDRESS_BITS) >> 12;
}

/*
 * The mapping through which a space's kernel stores to its tables. It is private to the space: a shared one would be
 * linked into each root by a fault of its own, and such a fault on an entry that is there already is not free of effects.
 */
static void build_window(u64 pml4)
{
	u64 pdpt = new_table(), pd = new_table(), pt = 0;

	link_table(pml4, WINDOW_SLOT, pdpt);
	link_table(pdpt, 0, pd);
	for (u64 gfn = 0; gfn < GUEST_PAGES; gfn++) {
		if (gfn % TABLES_PER_WINDOW == 0) {
			pt = new_table();
			link_table(pd, gfn / TABLES_PER_WINDOW, pt);
		}
		link_table(pt, 8 * (gfn % TABLES_PER_WINDOW), gfn);
	}
}

static void build_space(s32 space)
{
	const struct modelled_page *top = &guest.pages[guest.top[space]];
	u64 pml4 = page_gfn(guest.top[space]);

	for (s32 half = 0; half < top->count; half++) {
		u64 above = guest.pdpt[space][half] = new_table();

		link_table(pml4, half_slot(half), above);
		if (guest.levels == 2) {
			above = guest.pd[space][half] = new_table();
			link_table(guest.pdpt[space][half], 0, above);
		}
		guest_page(above)[0] = table_entry(top->entries[half]);
	}
}

bool guest_build(const s32 *w)
{
	guest.levels = *w++;
	guest.nr_spaces = *w++;
	guest.nr_pages = *w++;
	guest.nr_frames = *w++;
	guest.nr_vcpus = *w++;
	guest.effects = *w++;
	if (guest.levels < 2 || guest.levels > 3 || guest.nr_spaces > MAX_SPACES || guest.nr_pages > MAX_PAGES || guest.nr_frames > 64)
		return false;
	for (s32 space = 0; space < guest.nr_spaces; space++)
		guest.top[space] = *w++;
	for (s32 p = 0; p < guest.nr_pages; p++) {
		struct modelled_page *page = &guest.pages[p];

		page->level = *w++;
		page->global = *w++;
		page->stored = *w++;
		page->count = *w++;
		if (page->count > (page->level == guest.levels ? HALVES : MAX_ENTRIES))
			return false;
		for (s32 i = 0; i < page->count; i++)
			page->entries[i] = *w++;
		if (page->level < guest.levels)
			for (s32 i = 0; i < page->count; i++)
				guest_page(page_gfn(p))[entry_index(page, i)] = entry_value(page, page->entries[i]);
	}
	next_gfn = 1 + guest.nr_pages + guest.nr_frames;
	for (s32 space = 0; space < guest.nr_spaces; space++)
		build_space(space);
	guest.first_constant = next_gfn;
	for (s32 space = 0; space < guest.nr_spaces; space++)
		build_window(page_gfn(guest.top[space]));
	return next_gfn <= GUEST_PAGES;
}
