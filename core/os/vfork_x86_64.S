/*
 * vfork_x86_64.S - os_vfork(): vfork(2) with both sides on the guarded way.
 *
 * A vfork child runs in the parent's memory, but the kernel does not register
 * it with rseq: the CPU number in the thread's struct rseq no longer moves with
 * it and its sequences are not restarted. On another CPU it would write to a
 * sheaf that somebody else is writing to. So sequences are switched off before
 * the call (percpu_vfork_enter) and on again when the parent runs again, which
 * is after the child's exec or exit (percpu_vfork_leave, in the parent only).
 * Children of children count up and down in the same memory.
 *
 * system, popen and posix_spawn don't come here: inside libc they use clone
 * with a stack of its own, and their child runs libc's code only, which calls
 * exec or _exit and allocates nothing.
 *
 * It returns twice on one stack. The child returns first and writes over the
 * frame, so nothing of ours may be left there: the return address waits in
 * %rdi, which the system call keeps (it destroys rax, rcx and r11), as in any
 * libc. For the same reason this cannot be written in C. When it is back, the
 * parent's stack below the return address is free for use again.
 *
 * The object carries no shadow-stack note, since a second return from one call
 * would need more care there; a process that has it linked runs without.
 *
 * percpu_vfork_enter and _leave are C: they keep the callee-saved registers,
 * and the stack is aligned to 16 at their call.
 */
#include <asm/unistd.h>

	.text
	.globl	os_vfork
	.hidden	os_vfork
	.type	os_vfork, @function
	.balign	16
os_vfork:
	.cfi_startproc
	subq	$8, %rsp
	.cfi_adjust_cfa_offset 8
	call	percpu_vfork_enter
	addq	$8, %rsp
	.cfi_adjust_cfa_offset -8

	popq	%rdi
	.cfi_adjust_cfa_offset -8
	.cfi_register %rip, %rdi
	movl	$__NR_vfork, %eax
	syscall
	pushq	%rdi
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset %rip, 0

	testq	%rax, %rax
	jz	1f			/* the child */

	pushq	%rax
	.cfi_adjust_cfa_offset 8
	call	percpu_vfork_leave
	popq	%rax
	.cfi_adjust_cfa_offset -8
	cmpq	$-4095, %rax
	jae	2f
1:	ret

2:	negl	%eax
	pushq	%rax
	.cfi_adjust_cfa_offset 8
	call	*__errno_location@GOTPCREL(%rip)
	popq	%rcx
	.cfi_adjust_cfa_offset -8
	movl	%ecx, (%rax)
	movq	$-1, %rax
	ret
	.cfi_endproc
	.size	os_vfork, . - os_vfork

	.section .note.GNU-stack, "", @progbits
