/* A stand-in for the header of kvm-unit-tests: each access goes through the processor of the stub. */
#ifndef STUB_COMPILER_H
#define STUB_COMPILER_H

#define READ_ONCE(x) stub_load(&(x))
#define WRITE_ONCE(x, value) stub_store(&(x), value)

unsigned long stub_load(volatile unsigned long *address);
void stub_store(volatile unsigned long *address, unsigned long value);

#endif
