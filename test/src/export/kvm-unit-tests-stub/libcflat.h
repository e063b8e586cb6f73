/* A stand-in for the header of kvm-unit-tests: what an exported test may use of it, and no more. */
#ifndef STUB_LIBCFLAT_H
#define STUB_LIBCFLAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef uint64_t u64;
typedef unsigned long ulong;
typedef u64 phys_addr_t;

#define BIT(n) (1ul << (n))

void report(bool pass, const char *format, ...) __attribute__((format(printf, 2, 3)));
void report_skip(const char *format, ...) __attribute__((format(printf, 1, 2)));
int report_summary(void);

#endif
