/*
 * oops.c - a fault of kernel code (kernel: page_fault_oops(), die(),
 * make_task_dead()).
 *
 * In the kernel the processor's exception ends in an oops: a report, and the end of the
 * task that did it. The rest goes on, with the locks that this one held. Here it
 * is a signal, and its default is the end of the process without a word. So programs
 * that are kernel code (module_init, suites of tests) have a handler for it: a
 * report of kind kernel-oops, then the end of the case, when KUnit runs one on this
 * thread, else of the process by that signal, as without us.
 *
 * The trace begins with the instruction. Where that is none (a call of NULL) it begins
 * with who called.
 *
 * Different from the kernel: an oops in another thread than a case's ends the program,
 * as with panic_on_oops; one in an interrupt that a case raised ends the case, where
 * the kernel would panic. What a stack overflow needs is an alternate stack; threads
 * that the code starts itself have none, and end without a report.
 *
 * Locks: none. Cost: eight system calls, once.
 */
#include "core/kernel/oops.h"

#include <signal.h>

#include "core/init/init.h"
#include "core/kunit/kunit.h"
#include "core/os/fault.h"
#include "core/report/report.h"
#include "core/report/unwind.h"
#include "include/kmemu/printk.h"

/* Kernel: the words that each exception gives to die(). */
static const char *name_of(const struct os_fault *f)
{
	switch (f->trap) {
	case TRAP_DE:
		return f->signo == SIGFPE ? "divide error" : "Oops";
	case TRAP_UD:
		return "invalid opcode";
	case TRAP_SS:
		return "stack segment";
	case TRAP_GP:
		return "general protection fault";
	case TRAP_MF:
		return "fpu exception";
	case TRAP_AC:
		return "alignment check";
	case TRAP_XF:
		return "simd exception";
	default:
		return "Oops";
	}
}

static bool is_interrupted(void *arg, const struct stack_frame *frame)
{
	if (!frame->interrupted)
		return true;
	*(unsigned long *)arg = frame->pc;
	return false;
}

static void oops(const struct os_fault *fault)
{
	struct report r = { .kind = REPORT_KERNEL_OOPS,
			    .func = "oops",
			    .addr = (const void *)fault->address,
			    .rule = name_of(fault),
			    .fault = fault };
	unsigned long caller = 0;

	stack_walk(is_interrupted, &caller);
	r.caller = (const void *)caller;
	kmemu_add_taint(7); /* TAINT_DIE */
	report_submit(&r);
	kunit_fault();
}

void oops_init(void)
{
	kmemu_init();
	os_fault_catch(oops);
}
