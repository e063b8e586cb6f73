/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_X86_UNIT_H
#define SHIM_X86_UNIT_H

/* What a handler injected; the driver clears it before each event. */
struct exception_record { bool gp, pf; };
extern struct exception_record x86_exceptions;

/* The descriptor that INVPCID reads from guest memory. */
struct invpcid_operand { u64 pcid, address; };
extern struct invpcid_operand x86_invpcid_operand;

/* Services requests and loads the root, until nothing is pending. */
void x86_enter(struct kvm_vcpu *vcpu);

/* KVM_REQ_MMU_RELOAD went away with v5.18; variants that bring old text back use this number instead. */
#define SHIM_REQ_MMU_RELOAD 60

#endif
