/*
 * panic.c - WARN, BUG, panic and taint of kernel code (kernel: kernel/panic.c).
 *
 * Locks: none.
 */
#include "core/init/init.h"
#include "core/kunit/kunit.h"
#include "core/lib/printk.h"
#include "core/os/os.h"
#include "include/kmemu/printk.h"

#include <stdlib.h>

KMEMU_EXPORT void kmemu_warn(const char *file, int line, unsigned int taint, const char *fmt, ...)
{
	va_list ap;

	kmemu_options_init();
	kmemu_printk("\0014------------[ cut here ]------------\n");
	va_start(ap, fmt);
	if (fmt)
		kmemu_vprintk(fmt, ap);
	va_end(ap);
	kmemu_printk("\0014WARNING: CPU: 0 PID: %d at %s:%d %pS\n", (int)os_tid(), file, line,
		     __builtin_return_address(0));
	kmemu_add_taint(taint);
}

KMEMU_EXPORT void kmemu_bug(const char *file, int line)
{
	kmemu_printk("\0010kernel BUG at %s:%d!\n", file, line);
	kunit_oops();
	abort();
}

KMEMU_EXPORT void kmemu_panic(const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	kmemu_vscnprintf_k(text, sizeof(text), fmt, ap);
	va_end(ap);
	kmemu_printk("\0010Kernel panic - not syncing: %s\n", text);
	abort();
}

KMEMU_EXPORT void kmemu_dump_stack(void)
{
}

static unsigned long tainted;

KMEMU_EXPORT void kmemu_add_taint(unsigned int flag)
{
	__atomic_fetch_or(&tainted, 1UL << flag, __ATOMIC_RELAXED);
}

KMEMU_EXPORT unsigned long kmemu_get_taint(void)
{
	return READ_ONCE(tainted);
}
