/* A stand-in for the header of kvm-unit-tests. */
#ifndef STUB_DESC_H
#define STUB_DESC_H

#include "libcflat.h"

bool test_for_exception(unsigned int vector, void (*trigger)(void *data), void *data);

#endif
