/* A stand-in for the header of kvm-unit-tests. */
#ifndef STUB_VMALLOC_H
#define STUB_VMALLOC_H

void setup_vm(void);

#endif
