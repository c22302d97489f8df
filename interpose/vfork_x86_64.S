/*
 * vfork_x86_64.S - libc's two names for vfork, onto core/os/vfork_x86_64.S
 * (which has the theory). A jump and not a call: os_vfork returns to our
 * caller, twice. The names are here, and not there, because only interpose/
 * defines names of libc: a program linked with libkmemu.a keeps its vfork.
 *
 * ARCH=generic does not wrap vfork: without sequences the heap is always used
 * in the guarded way, and that is what a vfork child needs.
 */
	.text
	.globl	vfork
	.type	vfork, @function
	.globl	__vfork
	.type	__vfork, @function
	.balign	16
vfork:
__vfork:
	.cfi_startproc
	jmp	os_vfork
	.cfi_endproc
	.size	vfork, . - vfork
	.size	__vfork, . - __vfork

	.section .note.GNU-stack, "", @progbits
