/* SPDX-License-Identifier: GPL-2.0 */
/* The vendor module in the small: VMX with ept=0. It keeps the hardware's CR3 and logs what it is told to flush. */
#ifndef SHIM_VENDOR_H
#define SHIM_VENDOR_H

enum hw_call { HW_FLUSH_ALL = 1, HW_FLUSH_CURRENT, HW_FLUSH_GUEST, HW_FLUSH_GVA, HW_LOAD_PGD };

#define MAX_VCPUS 4
#define HW_LOG_SIZE 256

struct hw_entry { u32 call, vcpu, during_entry; u64 address; };
struct hw_log { u32 used; struct hw_entry entries[HW_LOG_SIZE]; };

extern struct hw_log hw_log;
extern bool hw_during_entry;
extern u64 hw_cr3[MAX_VCPUS];

void vendor_setup(void);

#endif
