// SPDX-License-Identifier: GPL-2.0
#include <linux/kvm_host.h>
#include "mmu.h"
#include "x86.h"
#include "vendor.h"

struct hw_log hw_log;
bool hw_during_entry;
u64 hw_cr3[MAX_VCPUS];
struct kvm_x86_ops kvm_x86_ops;

/* One pointer for each hook; those that stay NULL are optional or never reached. */
#define KVM_X86_OP(func) typeof(*((struct kvm_x86_ops *)0)->func) *SHIM_CALL_kvm_x86_##func;
#define KVM_X86_OP_OPTIONAL KVM_X86_OP
#define KVM_X86_OP_OPTIONAL_RET0 KVM_X86_OP
#include <asm/kvm-x86-ops.h>
#ifdef HAVE_NESTED_OPS
#define KVM_X86_NESTED_OP(func) typeof(*((struct kvm_x86_nested_ops *)0)->func) *SHIM_CALL_kvm_x86_nested_##func;
#define KVM_X86_NESTED_OP_OPTIONAL KVM_X86_NESTED_OP
#define KVM_X86_NESTED_OP_OPTIONAL_RET0 KVM_X86_NESTED_OP
#include <asm/kvm-x86-nested-ops.h>
#endif

static void log_call(struct kvm_vcpu *vcpu, enum hw_call call, u64 address)
{
	BUG_ON(hw_log.used == HW_LOG_SIZE);
	hw_log.entries[hw_log.used++] = (struct hw_entry){ call, vcpu->vcpu_id, hw_during_entry, address };
}

static void flush_all(struct kvm_vcpu *vcpu)
{
	log_call(vcpu, HW_FLUSH_ALL, 0);
}

static void flush_current(struct kvm_vcpu *vcpu)
{
	/* VMX without EPT leaves the flush to the load that must follow. */
	if (VALID_PAGE(vcpu->arch.mmu->root.hpa))
		log_call(vcpu, HW_FLUSH_CURRENT, 0);
}

static void flush_guest(struct kvm_vcpu *vcpu)
{
	log_call(vcpu, HW_FLUSH_GUEST, 0);
}

#ifdef HAVE_FLUSH_GVA_FULL
static void flush_gva(struct kvm_vcpu *vcpu, gva_t addr, bool *full)
#else
static void flush_gva(struct kvm_vcpu *vcpu, gva_t addr)
#endif
{
	log_call(vcpu, HW_FLUSH_GVA, addr);
}

static void load_mmu_pgd(struct kvm_vcpu *vcpu, hpa_t root_hpa, int root_level)
{
	hw_cr3[vcpu->vcpu_id] = root_hpa | kvm_get_active_pcid(vcpu);
	log_call(vcpu, HW_LOAD_PGD, hw_cr3[vcpu->vcpu_id]);
}

static void set_cr0(struct kvm_vcpu *vcpu, unsigned long long cr0)
{
	vcpu->arch.cr0 = cr0;
}

static void set_cr4(struct kvm_vcpu *vcpu, unsigned long long cr4)
{
	vcpu->arch.cr4 = cr4;
}

static bool is_valid_cr(struct kvm_vcpu *vcpu, unsigned long long value)
{
	return true;
}

static void get_cs_db_l_bits(struct kvm_vcpu *vcpu, int *db, int *l)
{
	*db = 0;
	*l = 1;
}

static int get_cpl(struct kvm_vcpu *vcpu)
{
	return 0;
}

static unsigned long long get_rflags(struct kvm_vcpu *vcpu)
{
	return 2;
}

void vendor_setup(void)
{
	SHIM_CALL_kvm_x86_flush_tlb_all = flush_all;
	SHIM_CALL_kvm_x86_flush_tlb_current = flush_current;
	SHIM_CALL_kvm_x86_flush_tlb_guest = flush_guest;
	SHIM_CALL_kvm_x86_flush_tlb_gva = flush_gva;
	SHIM_CALL_kvm_x86_load_mmu_pgd = load_mmu_pgd;
	SHIM_CALL_kvm_x86_set_cr0 = set_cr0;
	SHIM_CALL_kvm_x86_set_cr4 = set_cr4;
	SHIM_CALL_kvm_x86_is_valid_cr0 = is_valid_cr;
	SHIM_CALL_kvm_x86_is_valid_cr4 = is_valid_cr;
	SHIM_CALL_kvm_x86_get_cs_db_l_bits = get_cs_db_l_bits;
	SHIM_CALL_kvm_x86_get_cpl = get_cpl;
	SHIM_CALL_kvm_x86_get_rflags = get_rflags;
}
