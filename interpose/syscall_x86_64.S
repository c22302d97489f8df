/*
 * syscall_x86_64.S - libc's syscall(), looked at for four numbers (seccomp.c has
 * the theory). All else jumps to libc's as if it had been called: a child on
 * a stack of its own, one that shares its parent's memory, a handler and a
 * call with any number of arguments find what they would without us.
 *
 * syscall_look gets the first six words as they came and answers with libc's
 * function, which then is jumped to with every argument back in its place; the
 * seventh lies behind the return address and is not touched. The name `syscall`
 * is an entry of calls_x86_64.S, which goes on to here.
 */
#include <asm/unistd.h>

	.text
	.globl	our_syscall
	.hidden	our_syscall
	.type	our_syscall, @function
	.balign	16
our_syscall:
	.cfi_startproc
	cmpl	$__NR_execve, %edi
	je	1f
	cmpl	$__NR_prctl, %edi
	je	1f
	cmpl	$__NR_seccomp, %edi
	je	1f
	cmpl	$__NR_execveat, %edi
	je	1f
	movq	real_syscall(%rip), %rax
	testq	%rax, %rax
	jz	1f
	jmp	*%rax

1:	pushq	%rdi
	.cfi_adjust_cfa_offset 8
	pushq	%rsi
	.cfi_adjust_cfa_offset 8
	pushq	%rdx
	.cfi_adjust_cfa_offset 8
	pushq	%rcx
	.cfi_adjust_cfa_offset 8
	pushq	%r8
	.cfi_adjust_cfa_offset 8
	pushq	%r9
	.cfi_adjust_cfa_offset 8
	subq	$8, %rsp
	.cfi_adjust_cfa_offset 8
	call	syscall_look
	addq	$8, %rsp
	.cfi_adjust_cfa_offset -8
	popq	%r9
	.cfi_adjust_cfa_offset -8
	popq	%r8
	.cfi_adjust_cfa_offset -8
	popq	%rcx
	.cfi_adjust_cfa_offset -8
	popq	%rdx
	.cfi_adjust_cfa_offset -8
	popq	%rsi
	.cfi_adjust_cfa_offset -8
	popq	%rdi
	.cfi_adjust_cfa_offset -8
	jmp	*%rax
	.cfi_endproc
	.size	our_syscall, . - our_syscall

	.section .note.GNU-stack, "", @progbits
