// SPDX-License-Identifier: GPL-2.0
// What the outside calls: words in, words out.
#include "vm.h"
#include "host.h"
#include "guest.h"

#define EXPORT __attribute__((visibility("default"), used))

static s32 words_in[4096], words_out[16384];
static struct { const char *what, *file; int line; } failure;

EXPORT s32 *harness_in(void) { return words_in; }
EXPORT s32 *harness_out(void) { return words_out; }
EXPORT const char *harness_failure(void) { return failure.what; }
EXPORT const char *harness_failure_file(void) { return failure.file; }
EXPORT int harness_failure_line(void) { return failure.line; }

/* What a snapshot may leave out, as pairs of addresses (the second is the end): what was never used, never changes, or passes words. */
EXPORT const u32 *harness_unused(void)
{
	static u32 pairs[10];
	u32 *p = pairs;

	*p++ = (uintptr_t)words_in;
	*p++ = (uintptr_t)words_in + sizeof(words_in);
	*p++ = (uintptr_t)words_out;
	*p++ = (uintptr_t)words_out + sizeof(words_out);
	*p++ = (uintptr_t)guest_page(guest.first_constant);
	*p++ = (uintptr_t)guest_page(GUEST_PAGES);
	*p++ = host_high_water();
	*p++ = (uintptr_t)host_memory[HOST_PAGES];
	*p++ = host_heap_top();
	*p++ = host_heap_end();
	return pairs;
}

/* Both return the number of words of the observation, or -1 if the words in made no sense. */
EXPORT int harness_create(void)
{
	if (!guest_build(words_in) || guest.nr_vcpus > MAX_VCPUS)
		return -1;
	vm_create();
	return observe(words_out);
}

EXPORT int harness_apply(void)
{
	return event_run(words_in) ? observe(words_out) : -1;
}

void shim_panic(const char *what, const char *file, int line)
{
	failure.what = what;
	failure.file = file;
	failure.line = line;
	__builtin_trap();
}
