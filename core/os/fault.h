/*
 * fault.h - what the processor says of an instruction that this process may not do.
 * fault.c has the theory. As in os.h: errno untouched, no lock, no allocation.
 */
#pragma once

#include "core/os/compiler.h"

/* Numbers of x86 exceptions (kernel: asm/trapnr.h), by which a fault is named. */
enum {
	TRAP_DE = 0,
	TRAP_UD = 6,
	TRAP_SS = 12,
	TRAP_GP = 13,
	TRAP_PF = 14,
	TRAP_MF = 16,
	TRAP_AC = 17,
	TRAP_XF = 19
};

/* Kernel: enum x86_pf_error_code. */
#define PF_PROT	 0x1u
#define PF_WRITE 0x2u
#define PF_USER	 0x4u
#define PF_INSTR 0x10u

/* Kernel: struct pt_regs, in the order in which __show_regs() prints them. */
enum {
	FAULT_AX,
	FAULT_BX,
	FAULT_CX,
	FAULT_DX,
	FAULT_SI,
	FAULT_DI,
	FAULT_BP,
	FAULT_R8,
	FAULT_R15 = FAULT_R8 + 7,
	FAULT_SP,
	FAULT_PC,
	FAULT_FLAGS,
	NR_FAULT_REGS
};

struct os_fault {
	int signo;
	bool sent; /* by kill() and its like: no instruction did it */
	unsigned int trap, error; /* error: of TRAP_PF */
	unsigned long address; /* TRAP_PF: what was accessed */
	unsigned long r[NR_FAULT_REGS]; /* all 0 where the processor is not known */
};

/*
 * From now on fn is called, on the alternate stack of a thread that has one, for
 * SIGSEGV, SIGBUS, SIGFPE and SIGILL, each of which the program has left as it is by
 * default. When it returns, the process ends by the signal, as it would have. Once is
 * enough; not in a handler.
 */
void os_fault_catch(void (*fn)(const struct os_fault *fault));

/*
 * fn is asked first: 0, and the instruction is done again, or the signal that the fault
 * is. It runs as os_fault_catch()'s does, and in front of a handler that is there already.
 */
void os_fault_mend(int (*fn)(const struct os_fault *fault));

/*
 * An alternate stack for the calling thread, OS_FAULT_STACK_BYTES at `stack`, NULL: none
 * any more.
 */
#define OS_FAULT_STACK_BYTES (64UL << 10)
void os_fault_stack(void *stack);
