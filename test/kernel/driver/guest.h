/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Guest memory that a layout describes. A modelled page is a page-table page that the spec knows; between the
 * PML4 and the next modelled level stand private tables, one chain for each space and half.
 */
#ifndef DRIVER_GUEST_H
#define DRIVER_GUEST_H

#define MAX_SPACES 4
#define MAX_PAGES 48
#define MAX_ENTRIES 8
#define HALVES 2
#define ENTRY_NONE (-1)
#define FRAME_CODE 1000		/* an entry that names frame n is FRAME_CODE + n; otherwise it is a page's number */

/* `stored` if a page whose frames and tables the guest stores to has its entry there. */
struct modelled_page { s32 level, global, stored, count, entries[MAX_ENTRIES]; };

/* Effects of accessed and dirty bits that are held still unless the layout asks for them; see notes.md. */
#define EFFECT_DIRTY 1		/* frames are mapped writable, so their shadow entries carry the dirty bit */
#define EFFECT_ACCESSED 2	/* a walk sets the accessed bit; otherwise the host ages every page after each event */

struct guest {
	s32 levels, nr_spaces, nr_pages, nr_frames, nr_vcpus, effects;
	s32 top[MAX_SPACES];			/* the number of each space's top page */
	struct modelled_page pages[MAX_PAGES];
	u64 pdpt[MAX_SPACES][HALVES];		/* gfns of the private tables, 0 where a half is absent */
	u64 pd[MAX_SPACES][HALVES];		/* only with two levels */
	u64 first_constant;			/* from this gfn on, nothing changes after the start */
};
extern struct guest guest;

/* Builds the tables from `words` (see src/conform/layout-words.ts); false if they exceed the limits. */
bool guest_build(const s32 *words);

static inline u64 page_gfn(s32 page) { return 1 + page; }
static inline u64 frame_gfn(s32 frame) { return guest.nr_pages + frame; }
/* The reverse: a page's number, or -1; a frame's number, or 0. */
s32 gfn_page(u64 gfn);
s32 gfn_frame(u64 gfn);

/* An entry's place in the real table. Level-1 entries stand 8 apart, out of reach of KVM's prefetch. */
u32 entry_index(const struct modelled_page *page, s32 index);
/* The half's slot in the PML4. */
u32 half_slot(s32 half);
/* The index counts the pages of a directory: of its first table, then 64 to each. */
u64 guest_address(s32 half, s32 index);
/* The address through which the guest stores to table `gfn`. */
u64 window_address(u64 gfn, u32 index);
/* An entry of a level-1 page, and one that points to a table. */
u64 entry_value(const struct modelled_page *page, s32 code);
u64 table_entry(s32 code);

/* The table that holds the upper entry of `half` one level above a table of `level`; 0 if the path is absent. */
u64 upper_table(s32 space, s32 half, s32 level);

#endif
