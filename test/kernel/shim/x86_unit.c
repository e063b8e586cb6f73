// SPDX-License-Identifier: GPL-2.0
// The functions cut out of x86.c (and regs.c), with what surrounds them there.
#include <linux/kvm_host.h>
#include "mmu.h"
#include "x86.h"
#if __has_include("regs.h")
#include "regs.h"
#else
#include "kvm_cache_regs.h"
#endif
#include "cpuid.h"
#include "trace.h"
#include "x86_unit.h"

u32 kvm_cpu_caps[NR_KVM_CPU_CAPS] __read_mostly;
bool itlb_multihit_kvm_mitigation;
#ifdef HAVE_HOST_VALUES
struct kvm_host_values kvm_host;
#endif
static u64 cr4_reserved_bits = CR4_RESERVED_BITS;

struct exception_record x86_exceptions;
struct invpcid_operand x86_invpcid_operand;

/* The type operand of INVPCID. */
#define INVPCID_TYPE_INDIV_ADDR 0
#define INVPCID_TYPE_SINGLE_CTXT 1
#define INVPCID_TYPE_ALL_INCL_GLOBAL 2
#define INVPCID_TYPE_ALL_NON_GLOBAL 3

#define kvm_pv_async_pf_enabled(v) false
#define kvm_hv_vcpu_purge_flush_tlb(v) ((void)0)

/* ---- what the cut functions call ---- */
void kvm_queue_exception_e(struct kvm_vcpu *vcpu, unsigned nr, u32 error_code)
{
	BUG_ON(nr != GP_VECTOR);
	x86_exceptions.gp = true;
}

#ifdef HAVE_INJECT_FROM_HARDWARE
void kvm_inject_page_fault(struct kvm_vcpu *vcpu, struct x86_exception *fault, bool from_hardware)
#else
void kvm_inject_page_fault(struct kvm_vcpu *vcpu, struct x86_exception *fault)
#endif
{
	x86_exceptions.pf = true;
}

int kvm_skip_emulated_instruction(struct kvm_vcpu *vcpu)
{
	return 1;
}

int kvm_read_guest_virt(struct kvm_vcpu *vcpu, gva_t addr, void *val, unsigned int bytes, struct x86_exception *e)
{
	BUG_ON(bytes != sizeof(x86_invpcid_operand));
	memcpy(val, &x86_invpcid_operand, bytes);
	return X86EMUL_CONTINUE;
}

int kvm_handle_memory_failure(struct kvm_vcpu *vcpu, int r, struct x86_exception *e)
{
	return SHIM_UNREACHED();
}

/* The guest's CPUID: long mode and NX, PCID, INVPCID and SMEP, no huge pages of 1 GiB. */
static struct kvm_cpuid_entry2 cpuid_entries[] = {
	{ .function = 1, .ecx = 1u << 17 },
	{ .function = 7, .ebx = 1u << 7 | 1u << 10 },
	{ .function = 0x80000001, .edx = 1u << 20 | 1u << 29 },
};

#ifdef HAVE_CPUID_INLINE
struct kvm_cpuid_entry2 *kvm_find_cpuid_entry2(struct kvm_cpuid_entry2 *entries, int nent, u32 function, u64 index)
{
	for (u32 i = 0; i < ARRAY_SIZE(cpuid_entries); i++)
		if (cpuid_entries[i].function == function)
			return &cpuid_entries[i];
	return NULL;
}
#else
struct kvm_cpuid_entry2 *kvm_find_cpuid_entry_index(struct kvm_vcpu *vcpu, u32 function, u32 index)
{
	for (u32 i = 0; i < ARRAY_SIZE(cpuid_entries); i++)
		if (cpuid_entries[i].function == function && cpuid_entries[i].index == index)
			return &cpuid_entries[i];
	return NULL;
}

struct kvm_cpuid_entry2 *kvm_find_cpuid_entry(struct kvm_vcpu *vcpu, u32 function)
{
	return kvm_find_cpuid_entry_index(vcpu, function, 0);
}
#endif

bool kvm_can_do_async_pf(struct kvm_vcpu *vcpu)
{
	return false;
}

bool kvm_apicv_activated(struct kvm *kvm)
{
	return false;
}

bool kvm_arch_has_noncoherent_dma(struct kvm *kvm)
{
	return false;
}

#include "cut.inc"

/* ---- the entry ---- */
#define __kvm_migrate_timers(v) SHIM_UNREACHED()
#define kvm_update_masterclock(k) SHIM_UNREACHED()
#define kvm_gen_kvmclock_update(v) SHIM_UNREACHED()
#define kvm_guest_time_update(v) SHIM_UNREACHED()

static int service_requests(struct kvm_vcpu *vcpu)
{
	int r = 1;

	if (kvm_request_pending(vcpu)) {
#include "requests.inc"
	}
out:
	return r;
}

void x86_enter(struct kvm_vcpu *vcpu)
{
	for (int round = 0; round < 64; round++) {
		BUG_ON(service_requests(vcpu) != 1);
		BUG_ON(kvm_mmu_reload(vcpu));
		/* The last check before the guest runs: a new request sends the vCPU round again. */
		if (!kvm_request_pending(vcpu))
			return;
	}
	BUG();
}
