/*
 * What a guest that is a hypervisor needs to run a guest of its own: a list of VMCS fields and their values, which
 * guest.S writes. Its guest goes on with the same program, in the same registers; only CR3 and the VPID are given anew at each
 * entry. Host and guest have the same segments and tables, and nothing of what the guest does leaves it but VMCALL.
 */
#include <linux/kvm.h>
#include <string.h>
#include <sys/ioctl.h>
#include "rig.h"

enum {
	FEATURE_CONTROL = 0x3a, BASIC = 0x480, SECONDARY = 0x48b,
	TRUE_PIN = 0x48d, TRUE_PROCESSOR = 0x48e, TRUE_EXIT = 0x48f, TRUE_ENTRY = 0x490,
};

/* Bits of the controls that are wanted; those that have to be set are added. */
enum { ACTIVATE_SECONDARY = 1u << 31, HOST_64_BIT = 1 << 9, GUEST_64_BIT = 1 << 9 };

struct field { uint64_t encoding, value; };

static struct field *next_field;

static void set(uint64_t encoding, uint64_t value)
{
	*next_field++ = (struct field){ encoding, value };
}

static uint64_t read_msr(int vcpu, uint32_t index)
{
	struct { struct kvm_msrs head; struct kvm_msr_entry entry; } msr = { { .nmsrs = 1 }, { .index = index } };

	if (ioctl(vcpu, KVM_GET_MSRS, &msr) != 1)
		failed("an MSR of VMX");
	return msr.entry.data;
}

static uint64_t controls(int vcpu, uint32_t msr, uint32_t wanted)
{
	uint64_t allowed = read_msr(vcpu, msr);

	return (wanted | (uint32_t)allowed) & (uint32_t)(allowed >> 32);
}

static void set_controls(int vcpu)
{
	set(0x4000, controls(vcpu, TRUE_PIN, 0));
	set(0x4002, controls(vcpu, TRUE_PROCESSOR, ACTIVATE_SECONDARY));
	set(0x400c, controls(vcpu, TRUE_EXIT, HOST_64_BIT));
	set(0x4012, controls(vcpu, TRUE_ENTRY, GUEST_64_BIT));
	set(0x401e, controls(vcpu, SECONDARY, 0));
	set(0x4004, 0);			/* no exception leaves the guest */
	set(0x2800, ~0ULL);		/* no linked VMCS */
}

/* ES, CS, SS, DS, FS, GS, LDTR, TR, in the order of their fields. */
static void set_guest_segments(void)
{
	static const struct { uint16_t selector; uint32_t limit, rights; } SEGMENTS[] = {
		{ 16, ~0u, 0xc093 }, { 8, ~0u, 0xa09b }, { 16, ~0u, 0xc093 }, { 16, ~0u, 0xc093 },
		{ 16, ~0u, 0xc093 }, { 16, ~0u, 0xc093 }, { 0, 0, 0x10000 }, { 24, 0x67, 0x8b },
	};

	for (int i = 0; i < 8; i++) {
		set(0x0800 + 2 * i, SEGMENTS[i].selector);
		set(0x4800 + 2 * i, SEGMENTS[i].limit);
		set(0x4814 + 2 * i, SEGMENTS[i].rights);
		set(0x6806 + 2 * i, 0);
	}
	set(0x4810, 23);		/* GDT */
	set(0x6816, PROGRAM + GDT - CODE);
	set(0x4812, 0xfff);		/* IDT */
	set(0x6818, PROGRAM + IDT - CODE);
}

static void set_guest_state(uint64_t rsp)
{
	set_guest_segments();
	set(0x4824, 0);			/* interruptibility */
	set(0x4826, 0);			/* activity */
	set(0x482a, 0);			/* SYSENTER_CS, _ESP, _EIP */
	set(0x6824, 0);
	set(0x6826, 0);
	set(0x2802, 0);			/* DEBUGCTL */
	set(0x681a, 0x400);		/* DR7 */
	set(0x681c, rsp);
	set(0x6820, 2);			/* RFLAGS */
	set(0x6822, 0);			/* pending debug exceptions */
}

static void set_host_state(uint64_t rip, uint64_t rsp)
{
	static const uint16_t SELECTORS[] = { 16, 8, 16, 16, 16, 16, 24 };	/* ES, CS, SS, DS, FS, GS, TR */

	for (int i = 0; i < 7; i++)
		set(0x0c00 + 2 * i, SELECTORS[i]);
	set(0x4c00, 0);			/* SYSENTER_CS, _ESP, _EIP */
	set(0x6c10, 0);
	set(0x6c12, 0);
	set(0x6c06, 0);			/* FS, GS, TR */
	set(0x6c08, 0);
	set(0x6c0a, 0);
	set(0x6c0c, PROGRAM + GDT - CODE);
	set(0x6c0e, PROGRAM + IDT - CODE);
	set(0x6c14, rsp);
	set(0x6c16, rip);
}

void place_vmx(int vcpu, uint8_t *memory, uint64_t exited, uint64_t rsp)
{
	struct { struct kvm_msrs head; struct kvm_msr_entry entry; } feature_control = {
		{ .nmsrs = 1 }, { .index = FEATURE_CONTROL, .data = 5 },	/* locked, VMXON allowed */
	};
	uint32_t revision = read_msr(vcpu, BASIC) & 0x7fffffff;

	if (ioctl(vcpu, KVM_SET_MSRS, &feature_control) != 1)
		failed("VMX for the guest");
	memcpy(memory + VMXON_REGION, &revision, sizeof revision);
	memcpy(memory + VMCS, &revision, sizeof revision);
	next_field = (struct field *)(memory + VMCS_FIELDS);
	set_controls(vcpu);
	set_guest_state(rsp);
	set_host_state(exited, rsp);
	set(~0ULL, 0);
}
