/*
 * calls_x86_64.S - the entries of calls that may sleep (calls.c has the
 * theory): one for each name of core/check/calls.def.
 *
 * An entry loads the address of its word of calls_real and goes on to a part
 * that all share, so that an entry is 12 bytes. %r10 and %r11 are what a call may
 * always destroy and no argument is in; %al is one (the vector registers that a
 * variadic call uses).
 *
 * The long way keeps all that arguments may be in, 8 vector registers of 16
 * bytes among them: no function of libc's takes wider ones. It is a leaf to the
 * unwinder at every instruction.
 */
#define CALL(name, where, fail, reason)
#define SPELT(name, base)
#include "core/check/calls.def"	/* the bits */

	.text
	.balign	64
	.type	calls_short, @function
calls_waiting:				/* those with CALL_TRIMS */
	.cfi_startproc
	cmpq	$0, trim_deadline_ms(%rip)
	jne	calls_long
calls_short:
	movq	context_hint@gottpoff(%rip), %r10
	movl	%fs:(%r10), %r10d
	orl	context_always(%rip), %r10d
	jnz	calls_long
	movq	(%r11), %r10
	testq	%r10, %r10
	jz	calls_long
	jmp	*%r10

calls_long:
	pushq	%rax
	.cfi_adjust_cfa_offset 8
	pushq	%r9
	.cfi_adjust_cfa_offset 8
	pushq	%r8
	.cfi_adjust_cfa_offset 8
	pushq	%rcx
	.cfi_adjust_cfa_offset 8
	pushq	%rdx
	.cfi_adjust_cfa_offset 8
	pushq	%rsi
	.cfi_adjust_cfa_offset 8
	pushq	%rdi
	.cfi_adjust_cfa_offset 8
	subq	$128, %rsp
	.cfi_adjust_cfa_offset 128
	movaps	%xmm0, (%rsp)
	movaps	%xmm1, 16(%rsp)
	movaps	%xmm2, 32(%rsp)
	movaps	%xmm3, 48(%rsp)
	movaps	%xmm4, 64(%rsp)
	movaps	%xmm5, 80(%rsp)
	movaps	%xmm6, 96(%rsp)
	movaps	%xmm7, 112(%rsp)
	leaq	calls_real(%rip), %rdi
	subq	%rdi, %r11
	shrq	$3, %r11
	movl	%r11d, %edi
	movq	%rsi, %rdx
	movq	184(%rsp), %rsi		/* the return address */
	call	call_enter
	movq	%rax, %r11
	movaps	(%rsp), %xmm0
	movaps	16(%rsp), %xmm1
	movaps	32(%rsp), %xmm2
	movaps	48(%rsp), %xmm3
	movaps	64(%rsp), %xmm4
	movaps	80(%rsp), %xmm5
	movaps	96(%rsp), %xmm6
	movaps	112(%rsp), %xmm7
	addq	$128, %rsp
	.cfi_adjust_cfa_offset -128
	popq	%rdi
	.cfi_adjust_cfa_offset -8
	popq	%rsi
	.cfi_adjust_cfa_offset -8
	popq	%rdx
	.cfi_adjust_cfa_offset -8
	popq	%rcx
	.cfi_adjust_cfa_offset -8
	popq	%r8
	.cfi_adjust_cfa_offset -8
	popq	%r9
	.cfi_adjust_cfa_offset -8
	popq	%rax
	.cfi_adjust_cfa_offset -8
	jmp	*%r11

	.set	nr, 0			/* enum call_id */
	.macro	call_entry name, where
	.set	where_\name, \where
	.if	!((\where) & CALL_WRAPPED)
	.globl	\name
	.type	\name, @function
\name:
	leaq	calls_real + 8 * nr(%rip), %r11
	.if	(\where) & CALL_TRIMS
	jmp	calls_waiting
	.else
	jmp	calls_short
	.endif
	.size	\name, . - \name
	.endif
	.set	nr, nr + 1
	.endm

	.macro	spelt_entry name, base
	call_entry \name, where_\base
	.endm

#define CALL(name, where, fail, reason) call_entry name, (where)
#define SPELT(name, base) spelt_entry name, base
#include "core/check/calls.def"
	.cfi_endproc

	.section .note.GNU-stack, "", @progbits
