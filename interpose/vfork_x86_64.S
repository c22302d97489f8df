/*
 * vfork_x86_64.S - what the entries vfork and __vfork (calls_x86_64.S) go on
 * to: core/os/vfork_x86_64.S, which has the theory. A jump and not a call:
 * os_vfork returns to our caller, twice. Only interpose/ defines names of libc: a
 * program linked with libkmemu.a keeps its vfork.
 *
 * ARCH=generic does not wrap vfork: without sequences the heap is always used
 * in the guarded way, and that is what a vfork child needs.
 */
	.text
	.globl	our_vfork
	.hidden	our_vfork
	.type	our_vfork, @function
	.balign	16
our_vfork:
	.cfi_startproc
	jmp	os_vfork
	.cfi_endproc
	.size	our_vfork, . - our_vfork

	.section .note.GNU-stack, "", @progbits
