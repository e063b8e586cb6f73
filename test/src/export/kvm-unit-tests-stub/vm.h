/* A stand-in for the header of kvm-unit-tests: physical addresses are the program's own. */
#ifndef STUB_VM_H
#define STUB_VM_H

#include "libcflat.h"

#define PAGE_SIZE 4096ul
#define PT_PRESENT_MASK 1ul
#define PT_WRITABLE_MASK 2ul
#define PT_USER_MASK 4ul
#define PT_ACCESSED_MASK 32ul
#define PT_GLOBAL_MASK 256ul

typedef unsigned long pteval_t;

void *current_page_table(void);

static inline phys_addr_t virt_to_phys(const void *address)
{
	return (phys_addr_t)address;
}

#endif
