/*
 * The guest: carries out a list of events, one instruction each, and notes what each came to. It runs at any address.
 *
 * An event is struct event of rig.h. What it came to is a doubleword: what a read found, 0 for what came to nothing, or
 * an exception (RESULT_* of rig.h). The registers that it needs are the ones that the VMM sets:
 * r12 top of the stack, r13 number of this vCPU, r14 where the next result goes, r15 the next event.
 */
#include "rig.h"

.section .rodata
.globl guest_start, guest_end, guest_pf, guest_gp, guest_ud
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

guest_pf:
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
