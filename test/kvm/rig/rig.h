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

#ifndef __ASSEMBLER__
#include <stdint.h>
#include <stdio.h>

/* The guest's memory. Below CODE it is as the streams say: page tables, and frames. */
enum {
	MEMORY = 0x400000,
	CODE = 0x200000,
	IDT = 0x210000,
	GDT = 0x211000,
	STACKS = 0x220000,	/* a page for each vCPU */
	STEAL_TIME = 0x240000,	/* 64 bytes for each vCPU */
	EVENTS = 0x280000,
	RESULTS = 0x300000,
	MAX_EVENTS = 0x4000,
	MAX_VCPUS = 4,
};

/* Where CODE and what follows it lie in every address space. */
#define PROGRAM 0x8000000000ULL
/* CR3 at the start. */
#define FIRST_TOP 0x10000

struct event { uint64_t operation, a, b, vcpu; };

extern FILE *report;

/* Each of these says on `report` what came of it. */
void run_streams(const char *file);
void boot_multiboot(const char *file);
/* Says what failed, and why. */
void failed(const char *what);
#endif
#endif
