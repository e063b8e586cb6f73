/*
 * The guest: carries out a list of events, one instruction each, and notes what each came to. It runs at any address.
 *
 * An event is struct event of rig.h. What it came to is a doubleword: what a read found, 0 for what came to nothing, or
 * an exception (RESULT_* of rig.h). The registers that it needs are the ones that the VMM sets:
 * r12 top of the stack, r13 number of this vCPU, r14 where the next result goes, r15 the next event.
 */
#include "rig.h"

.section .rodata
.globl guest_start, guest_end, guest_pf, guest_gp, guest_ud, guest_hypervisor, guest_exited
guest_start:
next:	cmp %r13, 24(%r15)
	jne other_vcpu
	mov %r12, %rsp
	mov (%r15), %rax
	mov 8(%r15), %rdi
	mov 16(%r15), %rsi
	add $32, %r15
	lea operations(%rip), %rdx
	movslq (%rdx, %rax, 4), %rax
	add %rdx, %rax
	jmp *%rax

other_vcpu:
	mov 24(%r15), %rax
	out %eax, $PORT_VCPU
	jmp next

operations:
	.long end - operations, read - operations, write - operations, write_emulated - operations
	.long store - operations, set_cr0 - operations, set_cr3 - operations, set_cr4 - operations
	.long invalidate - operations, invalidate_pcid - operations, host - operations
	.long nested_enter - operations, nested_exit - operations, nested_invvpid - operations

end:	out %eax, $PORT_END
read:	mov (%rdi), %eax
	jmp note
write:	mov %rsi, (%rdi)
	jmp nothing
write_emulated:			/* by KVM's forced-emulation prefix */
	ud2
	.ascii "kvm"
	mov %rsi, (%rdi)
	jmp nothing
store:	movl $0, 64(%rdi)	/* beside the number that a frame holds */
	jmp nothing
set_cr0:			/* rdi: the bits that change, rsi: the ones of them that are set */
	mov %cr0, %rax
	call changed
	mov %rax, %cr0
	jmp nothing
set_cr3:
	mov %rdi, %cr3
	jmp nothing
set_cr4:
	mov %cr4, %rax
	call changed
	mov %rax, %cr4
	jmp nothing
invalidate:
	invlpg (%rdi)
	jmp nothing
invalidate_pcid:		/* rdi: the PCID, and the type above it; rsi: the address */
	mov %rdi, %rcx
	shr $16, %rcx
	movzwl %di, %eax
	push %rsi
	push %rax
	invpcid (%rsp), %rcx
	jmp nothing
host:	mov %edi, %eax
	out %eax, $PORT_HOST
	jmp nothing

/*
 * The start of a guest that is a hypervisor: it fills its VMCS from a list, and lets its own guest in and out once under
 * VPID 1, of which KVM knows then that it was used before. INVVPID takes away what that left. r11 is 1 meanwhile.
 */
guest_hypervisor:
	mov %r12, %rsp
	push $VMXON_REGION
	vmxon (%rsp)
	push $VMCS
	vmclear (%rsp)
	vmptrld (%rsp)
	movabs $PROGRAM + VMCS_FIELDS - CODE, %rdx
1:	mov (%rdx), %rax
	mov 8(%rdx), %rcx
	add $16, %rdx
	cmp $-1, %rax
	je 2f
	vmwrite %rcx, %rax
	jmp 1b
2:	mov %cr3, %rdi
	mov %rdi, %rsi
	bts $48, %rdi
	mov $1, %r11d
	jmp nested_enter

/*
 * rdi: CR3 of its guest, and the VPID above it, 0 for none; rsi: its own CR3 once its guest has left. r9 is 1 until the
 * guest runs.
 */
nested_enter:
	mov $1, %r9d
	lea guest_entered(%rip), %rdx	/* it left at the VMCALL */
	mov $0x681e, %eax
	vmwrite %rdx, %rax
	mov %rdi, %rcx
	shr $48, %rcx
	shl $16, %rdi
	shr $16, %rdi
	mov $0x6802, %eax
	vmwrite %rdi, %rax
	mov $0x6c02, %eax
	vmwrite %rsi, %rax
	mov %cr0, %rdx
	mov $0x6800, %eax
	vmwrite %rdx, %rax
	mov $0x6c00, %eax
	vmwrite %rdx, %rax
	mov %cr4, %rdx
	mov $0x6804, %eax
	vmwrite %rdx, %rax
	mov $0x6c04, %eax
	vmwrite %rdx, %rax
	xor %eax, %eax			/* VPID, and the control that gives one */
	vmwrite %rcx, %rax
	mov $0x1000, %edx		/* INVPCID */
	test %rcx, %rcx
	jz 1f
	or $0x20, %edx
1:	mov $0x401e, %eax
	vmwrite %rdx, %rax
	vmresume
	vmlaunch
	mov $0x4400, %eax
	vmread %rax, %rax
	or $RESULT_NO_ENTRY, %eax
	jmp nested_failed
guest_entered:				/* in its guest */
	xor %r9d, %r9d
	test %r11, %r11
	jz nothing
nested_exit:
	mov $NESTED_MARK, %eax
	vmcall
guest_exited:				/* in the hypervisor again; a VMCALL of its own would have changed rax */
	mov %rax, %rdx
	mov $0x4402, %eax
	vmread %rax, %rax
	cmp $18, %eax
	jne 1f
	cmp $NESTED_MARK, %rdx
	jne 1f
	test %r9, %r9
	jnz 1f
	test %r11, %r11
	jz nothing
	xor %r11d, %r11d
	mov $1, %edi
	call invalidate_vpid
	jmp next
1:	or $RESULT_EXIT, %eax
nested_failed:
	test %r11, %r11
	jz note
	hlt

nested_invvpid:
	call invalidate_vpid
nothing:
	xor %eax, %eax
note:	mov %eax, (%r14)
	add $4, %r14
	jmp next

changed:
	not %rdi
	and %rdi, %rax
	or %rsi, %rax
	ret

invalidate_vpid:		/* rdi: the VPID */
	push $0
	push %rdi
	mov $1, %ecx
	invvpid (%rsp), %rcx
	add $16, %rsp
	ret

guest_pf:			/* the host has nothing to do, but has the guest back: under QEMU a store would seem part of the fault */
	xor %eax, %eax
	out %eax, $PORT_HOST
	pop %rax
	or $RESULT_PF, %eax
	jmp note
guest_gp:
	mov $RESULT_GP, %eax
	jmp note
guest_ud:
	mov $RESULT_UD, %eax
	jmp note
guest_end:
.section .note.GNU-stack, "", @progbits
