/*
 * ucontext_x86_64.S - swapcontext with contexts armed (ucontext.c has the theory).
 *
 * libc's saves its caller's registers, also those of arguments, and the address it
 * returns to. It is jumped to with ucontext_resumed in place of that, the caller's own
 * in %r8 and what is raised on this stack in %r9. So nothing of ours is left on the
 * stack that is left, and whoever goes on there, however often, comes by.
 */
	.text
	.globl	swapcontext_armed
	.hidden	swapcontext_armed
	.type	swapcontext_armed, @function
	.balign	16
swapcontext_armed:
	.cfi_startproc
	pushq	%rdi
	.cfi_adjust_cfa_offset 8
	pushq	%rsi
	.cfi_adjust_cfa_offset 8
	subq	$8, %rsp
	.cfi_adjust_cfa_offset 8
	leaq	32(%rsp), %rdx		/* the caller's %rsp once this has returned */
	call	ucontext_leave
	movq	%rax, %r9
	addq	$8, %rsp
	.cfi_adjust_cfa_offset -8
	popq	%rsi
	.cfi_adjust_cfa_offset -8
	popq	%rdi
	.cfi_adjust_cfa_offset -8
	popq	%r8
	.cfi_adjust_cfa_offset -8
	.cfi_register %rip, %r8
	leaq	ucontext_resumed(%rip), %rax
	pushq	%rax
	.cfi_adjust_cfa_offset 8
	jmp	*real_swapcontext(%rip)
	.cfi_endproc
	.size	swapcontext_armed, . - swapcontext_armed

	.globl	ucontext_resumed
	.hidden	ucontext_resumed
	.type	ucontext_resumed, @function
	.cfi_startproc
	/* Who unwinds from inside of libc's swapcontext looks here, one byte before the label. */
	.cfi_def_cfa %rsp, 0
	.cfi_undefined %rip
	nop
ucontext_resumed:
	.cfi_register %rip, %r8
	pushq	%r8
	.cfi_adjust_cfa_offset 8
	.cfi_offset %rip, -8
	pushq	%rax			/* -1 if nothing came of it */
	.cfi_adjust_cfa_offset 8
	movq	%r9, %rdi
	call	ucontext_back
	popq	%rax
	.cfi_adjust_cfa_offset -8
	ret
	.cfi_endproc
	.size	ucontext_resumed, . - ucontext_resumed

	.section .note.GNU-stack, "", @progbits
