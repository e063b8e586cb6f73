/* A stand-in for the header of kvm-unit-tests: each instruction goes through the processor of the stub. */
#ifndef STUB_PROCESSOR_H
#define STUB_PROCESSOR_H

#include "libcflat.h"

#define GP_VECTOR 13
#define PF_VECTOR 14

#define X86_CR0_WP BIT(16)
#define X86_CR4_PGE BIT(7)
#define X86_CR4_PCIDE BIT(17)
#define X86_CR4_SMEP BIT(20)

enum { X86_FEATURE_PCID, X86_FEATURE_INVPCID, X86_FEATURE_SMEP };

struct invpcid_desc {
	u64 pcid : 12;
	u64 rsv : 52;
	u64 addr : 64;
};

bool this_cpu_has(int feature);
ulong read_cr0(void);
ulong read_cr3(void);
ulong read_cr4(void);
void write_cr0(ulong value);
void write_cr3(ulong value);
void write_cr4(ulong value);
int write_cr3_safe(ulong value);
int write_cr4_safe(ulong value);
void invlpg(volatile void *address);
int invpcid_safe(unsigned long type, struct invpcid_desc *desc);

#endif
