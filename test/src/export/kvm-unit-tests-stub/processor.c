/*
 * A processor for exported tests, and the test itself, which TEST names. It walks the tables that the test
 * built and has no TLB, so that every read finds what the tables say; with -DNEVER_FLUSHES it has one that
 * nothing empties, as the worst of hypervisors would give. Each instruction of the test is logged, a line each.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define main test_main
#include TEST
#undef main

/* Entries of the top page that no other part of the program uses. */
#define FIRST_HALF 128
#define SECOND_HALF 384
#define ADDRESS_MASK 0x000ffffffffff000ul

static ulong cr0, cr3, cr4;
static jmp_buf fault;
static int failures;

static pteval_t boot[512] __attribute__((aligned(4096)));

static bool is_virtual(ulong address)
{
	ulong top = (address >> 39) & 511;

	return top == FIRST_HALF || top == SECOND_HALF;
}

/* The last entry on the way to an address, or 0. */
static pteval_t walk(ulong address)
{
	pteval_t entry = cr3 & ADDRESS_MASK;

	for (int shift = 39; shift >= 12; shift -= 9) {
		entry = ((pteval_t *)(entry & ADDRESS_MASK))[(address >> shift) & 511];
		if (!(entry & PT_PRESENT_MASK))
			return 0;
	}
	return entry;
}

#ifdef NEVER_FLUSHES
static struct { ulong root, address; pteval_t entry; } tlb[64];
static int filled;

static pteval_t translate(ulong address)
{
	for (int i = 0; i < filled; i++)
		if (tlb[i].root == (cr3 & ADDRESS_MASK) && tlb[i].address == address)
			return tlb[i].entry;
	tlb[filled].root = cr3 & ADDRESS_MASK;
	tlb[filled].address = address;
	tlb[filled].entry = walk(address);
	return tlb[filled].entry == 0 ? 0 : tlb[filled++].entry;
}
#else
static pteval_t translate(ulong address)
{
	return walk(address);
}
#endif

unsigned long stub_load(volatile unsigned long *address)
{
	pteval_t entry = translate((ulong)address);

	printf("load %lx\n", (ulong)address);
	if (!entry)
		longjmp(fault, 1);
	return *(unsigned long *)(entry & ADDRESS_MASK);
}

void stub_store(volatile unsigned long *address, unsigned long value)
{
	printf("store %lx %lx\n", (ulong)address, value);
	if (!is_virtual((ulong)address)) {
		*address = value;
		return;
	}
	if (!(translate((ulong)address) & PT_WRITABLE_MASK) && (cr0 & X86_CR0_WP))
		longjmp(fault, 1);
}

bool test_for_exception(unsigned int vector, void (*trigger)(void *data), void *data)
{
	if (vector != PF_VECTOR)
		abort();
	if (setjmp(fault))
		return true;
	trigger(data);
	return false;
}

bool this_cpu_has(int feature)
{
	(void)feature;
	return true;
}

ulong read_cr0(void)
{
	return cr0;
}

ulong read_cr3(void)
{
	return cr3;
}

ulong read_cr4(void)
{
	return cr4;
}

void write_cr0(ulong value)
{
	printf("cr0 %lx\n", value);
	cr0 = value;
}

int write_cr3_safe(ulong value)
{
	int vector = (value >> 63) && !(cr4 & X86_CR4_PCIDE) ? GP_VECTOR : 0;

	printf("cr3 %lx %d\n", value, vector);
	if (!vector)
		cr3 = value & ~(1ul << 63);
	return vector;
}

int write_cr4_safe(ulong value)
{
	bool sets_pcide = (value & ~cr4) & X86_CR4_PCIDE;
	int vector = sets_pcide && (cr3 & 0xfff) ? GP_VECTOR : 0;

	printf("cr4 %lx %d\n", value, vector);
	if (!vector)
		cr4 = value;
	return vector;
}

void write_cr3(ulong value)
{
	if (write_cr3_safe(value))
		abort();
}

void write_cr4(ulong value)
{
	if (write_cr4_safe(value))
		abort();
}

void invlpg(volatile void *address)
{
	printf("invlpg %lx\n", (ulong)address);
}

int invpcid_safe(unsigned long type, struct invpcid_desc *desc)
{
	int vector = type <= 1 && desc->pcid && !(cr4 & X86_CR4_PCIDE) ? GP_VECTOR : 0;

	printf("invpcid %lu %d %lx %d\n", type, (int)desc->pcid, (ulong)desc->addr, vector);
	return desc->rsv ? GP_VECTOR : vector;
}

void *alloc_page(void)
{
	return aligned_alloc(PAGE_SIZE, PAGE_SIZE);
}

void setup_vm(void)
{
	boot[0] = PT_PRESENT_MASK | PT_USER_MASK;
	write_cr0(X86_CR0_WP);
	write_cr3((ulong)boot);
}

void *current_page_table(void)
{
	return (void *)cr3;
}

void report(bool pass, const char *format, ...)
{
	va_list arguments;

	printf("report %s ", pass ? "PASS" : "FAIL");
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	putchar('\n');
	failures += !pass;
}

void report_skip(const char *format, ...)
{
	(void)format;
	abort();
}

int report_summary(void)
{
	return failures > 0;
}

int main(int ac, char **av)
{
	int failed = test_main(ac, av);

	for (int i = 0; i < TABLES; i++)
		printf("table %d %lx\n", i, (ulong)table[i]);
	for (int i = 0; i < LINKS; i++)
		printf("link %d %lx\n", i, link[i]);
	for (int i = 1; i <= FRAMES; i++)
		printf("frame %d %lx\n", i, frame[i]);
	return failed;
}
