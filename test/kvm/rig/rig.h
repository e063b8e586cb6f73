/* What the programs of the rig have in common with each other, and with src/kvm/, which writes what they read. */
#ifndef RIG_H
#define RIG_H

/* The ports by which the guest asks for something. */
#define PORT_END 0x10
#define PORT_VCPU 0x11		/* the next event is another vCPU's */
#define PORT_HOST 0x12		/* the host has something to do: HOST_* */

#define HOST_ZAP_ALL 1
#define HOST_FLUSH_GUEST 2

/* What an event came to, where it is no number of a frame; a page fault has its error code in the low bits. */
#define RESULT_PF 0x80000000
#define RESULT_GP 0xc0000000
#define RESULT_UD 0xd0000000
/* Of an event of a nested hypervisor: the exit reason, where its guest left by another way than it was told to; or */
#define RESULT_EXIT 0xe0000000
/* that there was no VM entry, with the VM-instruction error. */
#define RESULT_NO_ENTRY 0xf0000000

#define NESTED_MARK 0x2468

/* Where a guest that is a hypervisor has its regions, and the list of what goes into its VMCS: physical addresses. */
#define VMXON_REGION 0x230000
#define VMCS 0x231000
#define VMCS_FIELDS 0x232000

/* Where the program lies in the guest's memory, and where that and what follows it lies in every address space. */
#define CODE 0x200000
#define PROGRAM 0x8000000000

#ifndef __ASSEMBLER__
#include <stdint.h>
#include <stdio.h>

/* The guest's memory. Below CODE it is as the streams say: page tables, and frames. */
enum {
	MEMORY = 0x400000,
	IDT = 0x210000,
	GDT = 0x211000,
	STACKS = 0x220000,	/* a page for each vCPU */
	STEAL_TIME = 0x240000,	/* 64 bytes for each vCPU */
	EVENTS = 0x280000,
	RESULTS = 0x300000,
	MAX_EVENTS = 0x4000,
	MAX_VCPUS = 4,
};

/* CR3 at the start. */
#define FIRST_TOP 0x10000

struct event { uint64_t operation, a, b, vcpu; };

extern FILE *report;

/* Each of these says on `report` what came of it. */
void run_streams(const char *file);
void boot_multiboot(const char *file);
/* Makes a vCPU one that can run a guest of its own, and that goes on at `exited` once the guest has left. */
void place_vmx(int vcpu, uint8_t *memory, uint64_t exited, uint64_t rsp);
/* Says what failed, and why. */
void failed(const char *what);
#endif
#endif
