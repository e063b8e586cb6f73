// SPDX-License-Identifier: GPL-2.0
#include "vm.h"
#include "mmu.h"
#include "mmu/mmu_internal.h"
#if __has_include("mmu/page_track.h")
#include "mmu/page_track.h"
#else
#include <asm/kvm_page_track.h>
#endif
#include "x86.h"
#include "cpuid.h"
#include "x86_unit.h"
#include "host.h"
#include "guest.h"

#define MAX_SHADOW_PAGES 900
#define PHYSICAL_BITS 46

struct kvm vm;
struct kvm_vcpu vcpus[MAX_VCPUS];
struct kvm_memory_slot vm_slot;
struct event_result result;

static struct kvm_memslots slots, no_slots;
static struct kvm_vcpu *vcpu_pointers[MAX_VCPUS];

static int request_bit(u32 number)
{
	if (number == (KVM_REQ_MMU_FREE_OBSOLETE_ROOTS & KVM_REQUEST_MASK))
		return REQ_FREE_OBSOLETE;
	if (number == (KVM_REQ_MMU_SYNC & KVM_REQUEST_MASK))
		return REQ_MMU_SYNC;
	if (number == (KVM_REQ_LOAD_MMU_PGD & KVM_REQUEST_MASK))
		return REQ_LOAD_PGD;
	if (number == (KVM_REQ_TLB_FLUSH & KVM_REQUEST_MASK))
		return REQ_TLB_FLUSH;
	if (number == (KVM_REQ_TLB_FLUSH_CURRENT & KVM_REQUEST_MASK))
		return REQ_FLUSH_CURRENT;
	if (number == (KVM_REQ_TLB_FLUSH_GUEST & KVM_REQUEST_MASK))
		return REQ_FLUSH_GUEST;
	if (number == SHIM_REQ_MMU_RELOAD)
		return REQ_MMU_RELOAD;
	return REQ_OTHER;
}

u32 pending_requests(struct kvm_vcpu *vcpu)
{
	u32 bits = 0;

	for (u64 left = vcpu->requests; left; left &= left - 1)
		bits |= 1u << request_bit(__ffs(left));
	return bits;
}

static void create_slot(void)
{
	vm_slot.npages = GUEST_PAGES;
	vm_slot.userspace_addr = (uintptr_t)guest_page(0);
	for (int level = 0; level < KVM_NR_PAGE_SIZES; level++)
		vm_slot.arch.rmap[level] = kcalloc(GUEST_PAGES, sizeof(*vm_slot.arch.rmap[level]), 0);
	// Huge pages are held off: the host maps guest memory with 4 KiB pages.
	for (int level = 0; level < KVM_NR_PAGE_SIZES - 1; level++) {
		vm_slot.arch.lpage_info[level] = kcalloc(GUEST_PAGES, sizeof(*vm_slot.arch.lpage_info[level]), 0);
		for (int i = 0; i < GUEST_PAGES; i++)
			vm_slot.arch.lpage_info[level][i].disallow_lpage = 1;
	}
	BUG_ON(kvm_page_track_create_memslot(&vm, &vm_slot, GUEST_PAGES));
	slots.gfn_tree.rb_node = &vm_slot.gfn_node[0];
	vm.memslots[0] = &slots;
	for (int i = 1; i < ARRAY_SIZE(vm.memslots); i++)
		vm.memslots[i] = &no_slots;
}

static void create_vcpu(s32 id)
{
	struct kvm_vcpu *vcpu = &vcpus[id];
	const u64 cr4_allowed = X86_CR4_PSE | X86_CR4_PAE | X86_CR4_PGE | X86_CR4_OSFXSR | X86_CR4_PCIDE | X86_CR4_SMEP;

	vcpu->kvm = &vm;
	vcpu->vcpu_id = id;
	BUG_ON(kvm_mmu_create(vcpu));
#ifdef HAVE_REGS_AVAIL_BITMAP
	vcpu->arch.regs_avail[0] = ~0ULL;
#else
	vcpu->arch.regs_avail = ~0;
#endif
	kvm_rip_write(vcpu, 0x1000);
	vcpu->arch.cr0 = X86_CR0_PE | X86_CR0_PG | X86_CR0_WP | X86_CR0_NE | X86_CR0_ET;
	vcpu->arch.cr3 = page_gfn(guest.top[0]) << 12;
	vcpu->arch.cr4 = X86_CR4_PAE;
	vcpu->arch.efer = EFER_LME | EFER_LMA | EFER_NX;
	vcpu->arch.cr4_guest_rsvd_bits = ~cr4_allowed;
	vcpu->arch.maxphyaddr = PHYSICAL_BITS;
	vcpu->arch.reserved_gpa_bits = rsvd_bits(PHYSICAL_BITS, 63);
	kvm_init_mmu(vcpu);
}

void vm_create(void)
{
	vendor_setup();
	kvm_mmu_x86_module_init();
	BUG_ON(kvm_mmu_vendor_module_init());
	kvm_configure_mmu(false, 0, 0, PG_LEVEL_4K);

#ifdef HAVE_INIT_VM_RESULT
	BUG_ON(kvm_mmu_init_vm(&vm));
#else
	BUG_ON(kvm_page_track_init(&vm));
	kvm_mmu_init_vm(&vm);
#endif
	kvm_mmu_change_mmu_pages(&vm, MAX_SHADOW_PAGES);
	create_slot();

	vm.vcpu_array.slot = vcpu_pointers;
	for (s32 id = 0; id < guest.nr_vcpus; id++) {
		vcpu_pointers[id] = &vcpus[id];
		create_vcpu(id);
	}
	atomic_set(&vm.online_vcpus, guest.nr_vcpus);

	result = (struct event_result){ .read = READ_NOTHING };
	vm_enter_all(0);
}

void vm_enter(struct kvm_vcpu *vcpu)
{
	hw_during_entry = true;
	x86_enter(vcpu);
	hw_during_entry = false;
}

static bool wants_entry(struct kvm_vcpu *vcpu)
{
	return vcpu->requests || !VALID_PAGE(vcpu->arch.mmu->root.hpa);
}

void vm_enter_all(s32 acting)
{
	bool again;

	vm_enter(&vcpus[acting]);
	do {
		again = false;
		for (s32 n = 0; n < guest.nr_vcpus; n++) {
			// The acting vCPU goes first, then the others in their order.
			struct kvm_vcpu *vcpu = &vcpus[n == 0 ? acting : n <= acting ? n - 1 : n];

			if (!wants_entry(vcpu))
				continue;
			vm_enter(vcpu);
			again = true;
		}
	} while (again);
}
