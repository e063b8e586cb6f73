// SPDX-License-Identifier: GPL-2.0
// The guest's events, each up to the point where its handler returns, and the host's one.
#include "vm.h"
#include "mmu.h"
#include "mmu/mmu_internal.h"
#if __has_include("mmu/page_track.h")
#include "mmu/page_track.h"
#else
#include <asm/kvm_page_track.h>
#endif
#include "x86.h"
#include "x86_unit.h"
#include "mmu_unit.h"
#include "host.h"
#include "guest.h"

enum event_code { EV_ACCESS = 1, EV_WRITE_PTE, EV_WRITE_DIR, EV_MOV_CR3, EV_MOV_CR4, EV_MOV_CR0, EV_INVLPG, EV_INVPCID, EV_ZAP_ALL };

#define SPTE_PRESENT 1ULL
#define SPTE_WRITE 2ULL
#define SPTE_ACCESSED 0x20ULL
#define SPTE_DIRTY 0x40ULL
#define SPTE_ADDRESS 0x000ffffffffff000ULL
#define MAX_FAULTS 8

/* ---- the processor's walk of the shadow tables ---- */
struct walk { bool ok; u32 error_code; u64 address; };

static struct walk shadow_walk(u64 cr3, u64 va, bool write)
{
	u64 table = cr3 & SPTE_ADDRESS;
	u32 error_code = write ? PFERR_WRITE_MASK : 0;

	for (int level = 4; level >= 1; level--) {
		u64 *spte = &((u64 *)shim_va(table))[va >> (12 + 9 * (level - 1)) & 511];

		if (!(*spte & SPTE_PRESENT))
			return (struct walk){ false, error_code, 0 };
		if (write && !(*spte & SPTE_WRITE))
			return (struct walk){ false, error_code | PFERR_PRESENT_MASK, 0 };
		*spte |= SPTE_ACCESSED | (write && level == 1 ? SPTE_DIRTY : 0);
		table = *spte & SPTE_ADDRESS;
	}
	return (struct walk){ true, 0, table | (va & 4095) };
}

static void note_requests(void)
{
	for (s32 id = 0; id < guest.nr_vcpus; id++)
		result.handler_requests[id] |= pending_requests(&vcpus[id]);
}

/* One #PF exit and, unless the access is over, the entry that leads back to it. */
static bool fault_ends_access(struct kvm_vcpu *vcpu, u64 va, u32 error_code, const bool *done)
{
	BUG_ON(kvm_mmu_page_fault(vcpu, va, error_code, NULL, 0) < 1);
	note_requests();
	if (x86_exceptions.pf || *done)
		return true;
	vm_enter(vcpu);
	return false;
}

/* A frame, or a page table that the layout maps. */
static s32 read_code(u64 gfn)
{
	s32 page = gfn_page(gfn), frame = gfn_frame(gfn);

	BUG_ON(page < 0 && !frame);
	return page >= 0 ? READ_PAGE + page : frame;
}

static void access(struct kvm_vcpu *vcpu, u64 va)
{
	const bool never = false;

	for (int i = 0; i < MAX_FAULTS; i++) {
		struct walk walk = shadow_walk(hw_cr3[vcpu->vcpu_id], va, false);

		if (walk.ok) {
			result.read = read_code((walk.address >> 12) - GUEST_BASE);
			return;
		}
		if (fault_ends_access(vcpu, va, walk.error_code, &never)) {
			result.read = READ_FAULT;
			return;
		}
	}
	BUG();
}

/* ---- stores ---- */
static struct { u64 gpa, value; bool done; } pending_store;

/* What the emulator does for a store to a page table: write guest memory, then tell the MMU. */
static void emulate_store(struct kvm_vcpu *vcpu)
{
	*(u64 *)((u8 *)guest_page(0) + pending_store.gpa) = pending_store.value;
	kvm_page_track_write(vcpu, pending_store.gpa, (const u8 *)&pending_store.value, sizeof(pending_store.value));
	pending_store.done = true;
}

int x86_emulate_instruction(struct kvm_vcpu *vcpu, gpa_t cr2_or_gpa, int emulation_type, void *insn, int insn_len)
{
	emulate_store(vcpu);
	return 1;
}

/* A store to an entry through an address; where that leads elsewhere by now, the guest writes there. */
static void store_through(struct kvm_vcpu *vcpu, u64 va, u64 gfn, u32 index, u64 value, bool emulated)
{
	pending_store.gpa = gfn << 12 | 8 * index;
	pending_store.value = value;
	pending_store.done = false;
	if (emulated) {
		emulate_store(vcpu);
		return;
	}
	for (int i = 0; i < MAX_FAULTS; i++) {
		struct walk walk = shadow_walk(hw_cr3[vcpu->vcpu_id], va, true);

		if (walk.ok) {
			if (walk.address == pending_store.gpa + ((u64)GUEST_BASE << 12))
				*(u64 *)shim_va(walk.address) = value;
			else
				BUG_ON(!gfn_frame((walk.address >> 12) - GUEST_BASE));
			return;
		}
		if (fault_ends_access(vcpu, va, walk.error_code, &pending_store.done))
			return;
	}
	BUG();
}

/* A store through the mapping that is always there. */
static void store(struct kvm_vcpu *vcpu, u64 gfn, u32 index, u64 value, bool emulated)
{
	store_through(vcpu, window_address(gfn, index), gfn, index, value, emulated);
}

static bool write_dir(struct kvm_vcpu *vcpu, s32 space, s32 half, s32 page, bool emulated)
{
	// `none` clears the entry of level 2, whatever the layout.
	u64 table = upper_table(space, half, page == ENTRY_NONE ? 1 : guest.pages[page].level);

	if (!table)
		return false;
	store(vcpu, table, 0, table_entry(page), emulated);
	return true;
}

/* ---- registers ---- */
static u64 with_bit(u64 value, u64 bit, s32 to)
{
	return to < 0 ? value : to ? value | bit : value & ~bit;
}

static void invpcid(struct kvm_vcpu *vcpu, s32 type, s32 pcid, u64 va)
{
	x86_invpcid_operand.pcid = pcid;
	x86_invpcid_operand.address = va;
	BUG_ON(kvm_handle_invpcid(vcpu, type, 0) != 1);
}

/*
 * What the host's page aging may do at any time. A sync by 6.1 rebuilds every entry without its accessed bit, and
 * flushes if that loses one: with no bit to lose, whether it flushes depends on the tables alone. So it is with dirty
 * bits, which entries have that map a page table for stores, where such an entry is met through a new link.
 */
static void age_pages(void)
{
	const u64 lost = (guest.effects & EFFECT_ACCESSED ? 0 : SPTE_ACCESSED) | (guest.effects & EFFECT_DIRTY ? 0 : SPTE_DIRTY);
	struct kvm_mmu_page *sp;

	list_for_each_entry(sp, &vm.arch.active_mmu_pages, link) {
		s32 number = gfn_page(sp->gfn);
		const struct modelled_page *page = &guest.pages[number];

		if (number < 0 || page->level != 1)
			continue;
		for (s32 i = 0; i < page->count; i++)
			if (sp->spt[entry_index(page, i)] & SPTE_PRESENT)
				sp->spt[entry_index(page, i)] &= ~lost;
	}
}

bool event_run(const s32 *w)
{
	s32 code = w[0], acting = w[1];
	struct kvm_vcpu *vcpu = &vcpus[acting];
	int refused = 0;

	if (acting < 0 || acting >= guest.nr_vcpus)
		return false;
	hw_log.used = 0;
	x86_exceptions = (struct exception_record){ };
	result = (struct event_result){ .acting = acting, .read = READ_NOTHING };
	w += 2;

	switch (code) {
	case EV_ACCESS:		/* half index */
		access(vcpu, guest_address(w[0], w[1]));
		break;
	case EV_WRITE_PTE: {	/* page index value emulated, then half and index of the page that maps the table, or -1 */
		const struct modelled_page *page = &guest.pages[w[0]];
		u32 index = entry_index(page, w[1]);
		u64 value = entry_value(page, w[2]), gfn = page_gfn(w[0]);

		if (w[4] < 0)
			store(vcpu, gfn, index, value, w[3]);
		else
			store_through(vcpu, guest_address(w[4], w[5]) + 8 * index, gfn, index, value, w[3]);
		break;
	}
	case EV_WRITE_DIR:	/* space half page emulated */
		if (!write_dir(vcpu, w[0], w[1], w[2], w[3]))
			return false;
		break;
	case EV_MOV_CR3:	/* space low noflush */
		refused = kvm_set_cr3(vcpu, page_gfn(guest.top[w[0]]) << 12 | w[1] | (w[2] ? X86_CR3_PCID_NOFLUSH : 0));
		break;
	case EV_MOV_CR4: {	/* pcide pge smep: 0, 1, or -1 for as it is */
		u64 cr4 = vcpu->arch.cr4;

		cr4 = with_bit(cr4, X86_CR4_PCIDE, w[0]);
		cr4 = with_bit(cr4, X86_CR4_PGE, w[1]);
		refused = kvm_set_cr4(vcpu, with_bit(cr4, X86_CR4_SMEP, w[2]));
		break;
	}
	case EV_MOV_CR0:	/* wp */
		refused = kvm_set_cr0(vcpu, with_bit(vcpu->arch.cr0, X86_CR0_WP, w[0]));
		break;
	case EV_INVLPG:		/* half index */
		kvm_mmu_invlpg(vcpu, guest_address(w[0], w[1]));
		break;
	case EV_INVPCID:	/* type pcid half index */
		invpcid(vcpu, w[0], w[1], guest_address(w[2], w[3]));
		break;
	case EV_ZAP_ALL:
		mmu_zap_all_fast(&vm);
		break;
	default:
		return false;
	}
	BUG_ON(refused < 0 || refused > 1);
	result.gp = refused || x86_exceptions.gp;
	note_requests();
	vm_enter_all(acting);
	age_pages();
	return true;
}
