/* SPDX-License-Identifier: GPL-2.0 */
/* One VM with its vCPUs, and what happened to it during the last event. */
#ifndef DRIVER_VM_H
#define DRIVER_VM_H

#include <linux/kvm_host.h>
#include "vendor.h"

extern struct kvm vm;
extern struct kvm_vcpu vcpus[MAX_VCPUS];
extern struct kvm_memory_slot vm_slot;

/* The requests of interest, in the order of the protocol's bits; bit 7 stands for any other. */
enum request_bit { REQ_MMU_RELOAD, REQ_FREE_OBSOLETE, REQ_MMU_SYNC, REQ_LOAD_PGD, REQ_TLB_FLUSH, REQ_FLUSH_CURRENT, REQ_FLUSH_GUEST, REQ_OTHER };

#define READ_NOTHING (-1)
#define READ_FAULT 0
#define READ_PAGE 1000		/* a page table that is read has this plus its number */

struct event_result {
	bool gp;
	s32 acting, read;
	u32 handler_requests[MAX_VCPUS];	/* pending just after the handler */
};
extern struct event_result result;

/* Creates the VM over guest memory that guest_build() made, and enters every vCPU once. */
void vm_create(void);
u32 pending_requests(struct kvm_vcpu *vcpu);
/* Enters the acting vCPU, then every vCPU that has a request pending or no root, until none has. */
void vm_enter_all(s32 acting);
void vm_enter(struct kvm_vcpu *vcpu);

/* Runs one event (see src/conform/event-words.ts); the words after the code are its operands. False: no such event. */
bool event_run(const s32 *words);

/* Writes the state as words; returns their number. */
u32 observe(s32 *out);

#endif
