/*
 * signal_x86_64.S - what the kernel calls in place of a program's handler
 * (signal.c has the theory): SIGNAL_STUBS places to be entered, each of which
 * knows only its number, and one body.
 *
 * The kernel enters as by a call from its return code, the stack pointer 8 below
 * a multiple of 16, with signo, siginfo and ucontext in registers; that holds
 * without SA_SIGINFO too. The stack pointer inside of the body is the
 * activation's name: signal_enter() gets it, the unwinder finds the same at
 * signal_handler_return, and signal_leave() gets it again.
 *
 * An exception, a cancellation or pthread_exit may go through the body's frame:
 * signal_personality() is told then. There is no landing pad and no table.
 */
#include "interpose/signal.h"

	.section signal_text, "ax", @progbits
	.balign	64
	.type	signal_body, @function
signal_body:
	.cfi_startproc
	.cfi_personality 0x1b, signal_personality
	subq	$40, %rsp
	.cfi_adjust_cfa_offset 40
	movq	%rdi, (%rsp)
	movq	%rsi, 8(%rsp)
	movq	%rdx, 16(%rsp)
	movl	%eax, %ecx
	movq	%rsp, %r8
	call	signal_enter
	movq	(%rsp), %rdi
	movq	8(%rsp), %rsi
	movq	16(%rsp), %rdx
	call	*%rax
	.globl	signal_handler_return
	.hidden	signal_handler_return
signal_handler_return:
	movq	%rsp, %rdi
	call	signal_leave
	addq	$40, %rsp
	.cfi_adjust_cfa_offset -40
	ret
	.cfi_endproc
	.size	signal_body, . - signal_body

	.balign	64
	.globl	signal_stubs
	.hidden	signal_stubs
	.type	signal_stubs, @function
signal_stubs:
	.cfi_startproc
	.set	i, 0
	.rept	SIGNAL_STUBS
	movl	$i, %eax
	jmp	signal_body
	.balign	SIGNAL_STUB_BYTES
	.set	i, i + 1
	.endr
	.cfi_endproc
	.size	signal_stubs, . - signal_stubs

	.section .note.GNU-stack, "", @progbits
