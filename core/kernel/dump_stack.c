/*
 * dump_stack.c - who says it, in front of a stack (kernel: lib/dump_stack.c
 * dump_stack_print_info()).
 *
 * Locks: none. The machine's name is written before others read it, as there.
 */
#include "core/kernel/task.h"
#include "core/lib/vsprintf.h"
#include "core/mm/pcpu.h"
#include "core/os/task.h"
#include "core/report/finding.h"
#include "include/kmemu/printk.h"
#include "include/kmemu/utsname.h"
#include "include/kmemu/workqueue.h"

KMEMU_EXPORT void kmemu_dump_stack_set_arch_desc(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	kmemu_vscnprintf_k(report_hardware, sizeof(report_hardware), fmt, ap);
	va_end(ap);
}

KMEMU_EXPORT void kmemu_dump_stack_print_info(const char *log_lvl)
{
	const struct task_struct *t = kmemu_current();
	char taint[48];

	kmemu_printk("%sCPU: %u UID: %u PID: %d Comm: %.20s %s %s #1\n", log_lvl, pcpu_this_cpu(),
		     os_task_uid(), t->pid, t->comm, print_tainted(taint), KMEMU_RELEASE);
	if (report_hardware[0])
		kmemu_printk("%sHardware name: %s\n", log_lvl, report_hardware);
	kmemu_print_worker_info(log_lvl, t);
}
