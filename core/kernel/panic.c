/*
 * panic.c - WARN, BUG, panic and taint of kernel code (kernel: kernel/panic.c,
 * lib/bug.c, lib/dump_stack.c).
 *
 * A WARN is a report of kind kernel-warning, so what holds for all reports holds for
 * it: a policy, once for each place, suppressions, events. BUG is kernel-bug, and then
 * the end: of the case, when KUnit runs one on this thread, else of the program by
 * abort(), which is what panic() does.
 *
 * Different from the kernel: WARN_ON() in a loop is told once; an oops in any thread
 * ends the program, as with panic_on_oops.
 *
 * Locks: none. Cost: only when it happens.
 */
#include <stdlib.h>

#include "core/init/init.h"
#include "core/kernel/task.h"
#include "core/kunit/kunit.h"
#include "core/lib/printk.h"
#include "core/os/os.h"
#include "core/report/finding.h"
#include "include/kmemu/printk.h"
#include "include/kmemu/lib.h"

#define MESSAGE_BYTES	 1024
#define STACK_TEXT_BYTES 8192

static unsigned long tainted;

KMEMU_EXPORT void kmemu_add_taint(unsigned int flag)
{
	__atomic_fetch_or(&tainted, 1UL << flag, __ATOMIC_RELAXED);
}

KMEMU_EXPORT unsigned long kmemu_get_taint(void)
{
	return READ_ONCE(tainted);
}

KMEMU_EXPORT void kmemu_warn(const char *file, int line, unsigned int taint, const char *fmt, ...)
{
	char message[MESSAGE_BYTES];
	struct report r = { .kind = REPORT_KERNEL_WARNING,
			    .func = "WARN",
			    .caller = __builtin_return_address(0),
			    .file = file,
			    .line = line,
			    .rule = fmt ? message : NULL };
	va_list ap;
	int n = 0;

	kmemu_init();
	va_start(ap, fmt);
	if (fmt)
		n = kmemu_vscnprintf_k(message, sizeof(message), fmt, ap);
	va_end(ap);
	if (n && message[n - 1] == '\n')
		message[n - 1] = '\0';
	kmemu_add_taint(taint);
	report_submit(&r);
}

void kernel_warn(const void *caller, const char *file, int line, const char *text)
{
	kmemu_init();
	kmemu_add_taint(9); /* TAINT_WARN */
	report_submit(&(struct report){ .kind = REPORT_KERNEL_WARNING,
					.func = "WARN",
					.caller = caller,
					.file = file,
					.line = line,
					.rule = text });
}

void kernel_warn_text(const void *caller, const char *file, int line, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	kmemu_vscnprintf_k(text, sizeof(text), fmt, ap);
	va_end(ap);
	kernel_warn(caller, file, line, text);
}

void kernel_sleeps_in_state(const char *func, const void *caller)
{
	kernel_warn_text(caller, "kernel/sched/core.c", 8654,
			 "do not call blocking ops when !TASK_RUNNING; state=%x, in %s()",
			 task_mine->t.__state, func);
}

KMEMU_EXPORT void kmemu_copy_overflow(unsigned long size, unsigned long n)
{
	kernel_warn_text(CALLER, "mm/maccess.c", 228, "Buffer overflow detected (%lu < %lu)!", size,
			 n);
}

KMEMU_EXPORT void kmemu_bug(const char *file, int line)
{
	struct report r = { .kind = REPORT_KERNEL_BUG,
			    .func = "BUG",
			    .caller = __builtin_return_address(0),
			    .file = file,
			    .line = line };

	kmemu_init();
	kmemu_add_taint(7); /* TAINT_DIE */
	report_submit(&r);
	kunit_oops();
	report_last_words();
	abort();
}

static __noinline void dump_stack(const void *caller)
{
	struct report r = { .kind = REPORT_KERNEL_WARNING, .caller = caller, .file = "" };
	char buf[STACK_TEXT_BYTES];
	struct finding f;
	struct text_buf t;

	finding_begin(&f, &r, POLICY_WARN);
	finding_complete(&f);
	text_init(&t, buf, sizeof(buf), os_monotonic_ns() / 1000);
	put_dump_stack(&t, &f);
	printk_text(buf, t.n);
}

KMEMU_EXPORT void kmemu_dump_stack(void)
{
	kmemu_init();
	dump_stack(__builtin_return_address(0));
}

KMEMU_EXPORT void kmemu_panic(const char *fmt, ...)
{
	char message[MESSAGE_BYTES];
	va_list ap;

	kmemu_init();
	va_start(ap, fmt);
	kmemu_vscnprintf_k(message, sizeof(message), fmt, ap);
	va_end(ap);
	kmemu_printk("\0010Kernel panic - not syncing: %s\n", message);
	dump_stack(__builtin_return_address(0));
	kmemu_printk("\0010---[ end Kernel panic - not syncing: %s ]---\n", message);
	report_last_words();
	abort();
}
