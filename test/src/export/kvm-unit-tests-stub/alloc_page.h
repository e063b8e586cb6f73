/* A stand-in for the header of kvm-unit-tests. */
#ifndef STUB_ALLOC_PAGE_H
#define STUB_ALLOC_PAGE_H

void *alloc_page(void);

#endif
