/*
 * regs.h - the registers that an unwinder follows, by their DWARF numbers, and
 * what only the processor or its kernel port knows of frames (kernel:
 * arch/x86/include/asm/{perf_event,sigframe}.h).
 *
 * x86-64 alone is built out, also with ARCH=generic: a processor without its
 * part here says so by os_regs_capture() == false, and stack traces are the
 * caller alone. No state, no locks.
 */
#pragma once

#include "core/os/compiler.h"

/* DWARF numbers of the System V ABI for x86-64. */
enum {
	REG_AX,
	REG_DX,
	REG_CX,
	REG_BX,
	REG_SI,
	REG_DI,
	REG_BP,
	REG_SP,
	REG_R8,
	REG_R12 = 12,
	REG_R15 = 15,
	REG_PC,
	NR_UNWIND_REGS
};

struct os_regs {
	unsigned long r[NR_UNWIND_REGS];
	u32 valid; /* bit for each r[] that is known */
};

/* What a function must leave as it found it, and the frame itself. */
#define REGS_KEPT \
	(1u << REG_BX | 1u << REG_BP | 1u << REG_SP | 0xfu << REG_R12 | 1u << REG_PC)
#define REGS_ALL ((1u << NR_UNWIND_REGS) - 1)

/*
 * What the kernel lays at the stack pointer of the code that a handler returns
 * to: struct ucontext, its registers from this byte on, in this order.
 */
#define SIGFRAME_REGS_AT 40
static const u8 sigframe_order[] = { REG_R8, 9, 10, 11, REG_R12, 13, 14, REG_R15, REG_DI, REG_SI,
				     REG_BP, REG_BX, REG_DX, REG_AX, REG_CX, REG_SP, REG_PC };

#if defined(__x86_64__)

/* The caller's registers, here: pc lies in the function that this is in. */
static __always_inline bool os_regs_capture(struct os_regs *regs)
{
	unsigned long *r = regs->r; /* cppcheck-suppress ctuuninitvar; filled in below */
	unsigned long pc;

	__asm__ volatile("1:	leaq 1b(%%rip), %[pc]\n\t"
			 "movq %%rbx, %[bx]\n\tmovq %%rbp, %[bp]\n\tmovq %%rsp, %[sp]\n\t"
			 "movq %%r12, %[r12]\n\tmovq %%r13, %[r13]\n\t"
			 "movq %%r14, %[r14]\n\tmovq %%r15, %[r15]"
			 : [pc] "=&r"(pc), [bx] "=m"(r[REG_BX]), [bp] "=m"(r[REG_BP]),
			   [sp] "=m"(r[REG_SP]), [r12] "=m"(r[REG_R12]), [r13] "=m"(r[13]),
			   [r14] "=m"(r[14]), [r15] "=m"(r[REG_R15]));
	r[REG_PC] = pc;
	regs->valid = REGS_KEPT;
	return true;
}

/* A pointer of the thread that lies above all of its stack (threads of libc). */
static inline unsigned long os_thread_pointer(void)
{
	unsigned long tp;

	__asm__("movq %%fs:0, %0"
		: "=r"(tp));
	return tp;
}

/* The stack pointer that longjmp goes to, which libc keeps disguised in a jmp_buf. */
static inline unsigned long os_jmpbuf_sp(const void *env)
{
	unsigned long sp = ((const unsigned long *)env)[6];

	__asm__("rorq $0x11, %0\n\txorq %%fs:0x30, %0"
		: "+r"(sp));
	return sp;
}

/* The bytes that os_is_after_call() looks at, before pc. */
#define CALL_BYTES 7

/* Can the instruction that ends these bytes be a call? e8 rel32, ff /2. */
static inline bool os_is_after_call(const u8 *b)
{
	if (b[2] == 0xe8)
		return true;
	for (int i = 0; i <= 5; i++)
		if (b[i] == 0xff && (b[i + 1] & 0x38) == 0x10)
			return true;
	return false;
}

/* mov $15, %rax or %eax; syscall: what a signal handler returns to. */
#define SIGRETURN_BYTES 9
static inline bool os_is_sigreturn(const u8 *b)
{
	return !__builtin_memcmp(b, "\x48\xc7\xc0\x0f\0\0\0\x0f\x05", 9) ||
	       !__builtin_memcmp(b, "\xb8\x0f\0\0\0\x0f\x05", 7);
}

#else

#define CALL_BYTES	1
#define SIGRETURN_BYTES 1

static __always_inline bool os_regs_capture(struct os_regs *regs)
{
	regs->valid = 0;
	return false;
}

static inline unsigned long os_thread_pointer(void)
{
	return 0;
}

static inline unsigned long os_jmpbuf_sp(const void *env)
{
	(void)env;
	return 0; /* nothing is below */
}

static inline bool os_is_after_call(const u8 *b)
{
	(void)b;
	return false;
}

static inline bool os_is_sigreturn(const u8 *b)
{
	(void)b;
	return false;
}

#endif
