/* flags: -Wl,--build-id=none */
/*
 * unwind_reload.c: calls back with 0x108 bytes of stack. plugin_unwind_b.c has the
 * same code at the same place, with more of it.
 */
__asm__(".globl call_back\n"
	".type call_back, @function\n"
	"call_back:\n"
	".cfi_startproc\n"
	"sub $0x108, %rsp\n"
	".cfi_adjust_cfa_offset 0x108\n"
	"call *%rdi\n"
	"add $0x108, %rsp\n"
	".cfi_adjust_cfa_offset -0x108\n"
	"ret\n"
	".cfi_endproc\n"
	".size call_back, . - call_back\n");
