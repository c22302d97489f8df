/*
 * stack_x86_64.S - os_call_on_stack(): a call on another stack (kernel: arch/x86
 * asm/irq_stack.h call_on_stack). The frame pointer leads back, for debuggers; our
 * unwinder, which wants stacks to grow in one direction, ends here.
 */
	.text
	.globl	os_call_on_stack
	.hidden	os_call_on_stack
	.type	os_call_on_stack, @function
	.balign	16
os_call_on_stack:
	.cfi_startproc
	pushq	%rbp
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset %rbp, 0
	movq	%rsp, %rbp
	.cfi_def_cfa_register %rbp
	leaq	(%rdi,%rsi), %rsp
	movq	%rcx, %rdi
	call	*%rdx
	movq	%rbp, %rsp
	popq	%rbp
	.cfi_def_cfa %rsp, 8
	ret
	.cfi_endproc
	.size	os_call_on_stack, .-os_call_on_stack

	.section .note.GNU-stack, "", @progbits
