/* SPDX-License-Identifier: GPL-2.0 */
/* The host's memory: one array of pages, of which the first part is the guest's. */
#ifndef SHIM_HOST_H
#define SHIM_HOST_H

/* Page 0 stays unused, page 1 is the zero page, guest page g is host page GUEST_BASE + g. */
#define GUEST_BASE 2
#define GUEST_PAGES 126
#define HOST_PAGES 2048

extern u8 host_memory[HOST_PAGES][4096];

static inline u64 *guest_page(u64 gfn)
{
	return (u64 *)host_memory[GUEST_BASE + gfn];
}

/* The end of the part of host_memory that was ever used. */
u64 host_high_water(void);
/* The end of the part of the object heap that was ever used, and of the heap. */
u64 host_heap_top(void);
u64 host_heap_end(void);

#endif
