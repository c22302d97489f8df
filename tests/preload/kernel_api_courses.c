// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * What modules for learners are written with: functions by the names init_module and
 * cleanup_module, the kernel's version, headers of asm/, get_user() from what is const,
 * signals looked for by hand, a structure of functions turned into another
 * (kernel_api_courses.sh).
 */
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/uaccess.h>
#include <linux/utsname.h>
#include <linux/version.h>

#include <asm/atomic.h>
#include <asm/bitops.h>
#include <asm/cacheflush.h>
#include <asm/cmpxchg.h>
#include <asm/current.h>
#include <asm/delay.h>
#include <asm/hardirq.h>
#include <asm/irqflags.h>
#include <asm/percpu.h>
#include <asm/pgtable.h>
#include <asm/preempt.h>
#include <asm/smp.h>
#include <asm/spinlock.h>
#include <asm/string.h>
#include <asm/uaccess.h>

#include "check.h"

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0) || LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
#error "another kernel's"
#endif
#ifndef __KERNEL__
#error "a header that programs have, too, is another one then"
#endif
#if KERNEL_VERSION(6, 12, 300) != KERNEL_VERSION(6, 12, 255) || LINUX_VERSION_PATCHLEVEL != 12
#error "numbers"
#endif

static int fail;
module_param(fail, int, 0);
static int pair[2], pairs;
module_param_array(pair, int, &pairs, 0);

static void values(const char __user *text, const u64 __user *wide, void *const __user *ptr)
{
	void *p;
	char c;
	int n;

	CHECK(!get_user(c, text) && c == 'k');
	CHECK(!get_user(n, wide) && n == 7);
	CHECK(!get_user(p, ptr) && p == &fail);
	CHECK(get_user(c, (const char __user *)-4096L) == -EFAULT && !c);
}

static int any_signal(void)
{
	int i, is_sig = 0;

	for (i = 0; i < _NSIG_WORDS && !is_sig; i++)
		is_sig = (current->pending.signal.sig[i] & ~current->blocked.sig[i]) != 0;
	return is_sig;
}

static unsigned long where(struct file *file, unsigned long addr, unsigned long len,
			   unsigned long pgoff, unsigned long flags)
{
	(void)file;
	return addr + len + pgoff + flags;
}

static const struct file_operations fops = { .get_unmapped_area = where };

static void turned(void)
{
	static struct proc_ops ops;
	struct file file;

	ops.proc_get_unmapped_area = fops.get_unmapped_area;
	CHECK(proc_create("courses", 0, NULL, &ops));
	CHECK(!kmemu_proc_open("courses", O_RDONLY, &file));
	CHECK(file.f_op->get_unmapped_area(&file, 1, 2, 3, 4) == 10);
	kmemu_proc_close(&file);
	remove_proc_entry("courses", NULL);
}

int init_module(void)
{
	static const u64 wide = 7;
	static void *const ptr = &fail;

	values("k", &wide, &ptr);
	CHECK(!any_signal());
	turned();
	CHECK(!strcmp(utsname()->sysname, "Linux") && utsname() == &init_uts_ns.name);
	CHECK(!strncmp(init_utsname()->release, "6.12", 4));
	CHECK(pairs == (pair[0] ? 2 : 0) && pair[1] == 2 * pair[0]);
	pr_info("courses: init\n");
	return fail ? -ENODEV : 0;
}

void cleanup_module(void)
{
	pr_info("courses: exit\n");
}

MODULE_LICENSE("Dual MIT/GPL");
