// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * Kernel code has names of its own that are functions of libc's, which the kernel does not
 * have: they are not declared.
 */
#include <linux/bsearch.h>
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/jiffies.h>
#include <linux/math.h>
#include <linux/module.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/stat.h>
#include <linux/string.h>
#include <linux/time.h>
#include <linux/timer.h>

static int index = 1, time = 2, clock = 3, daylight, system, umask, chmod, mknod;
static int read, write, open, close, signal, kill, raise, link, pause, sync, access, remove;
static int timeout, stats, limit, poll, select[2], getopt, optarg;
module_param(time, int, 0644);

static int random(int x)
{
	return x + 1;
}

static int rand(int from, int to)
{
	return to - from;
}

static int mkdir(void)
{
	return 7;
}

static void *malloc(size_t size)
{
	return kmalloc(size, GFP_KERNEL);
}

static void free(void *p)
{
	kfree(p);
}

static int __init own_names_init(void)
{
	char *p = malloc(100);
	int sum = index + time + clock + random(1) + rand(2, 5) + mkdir() + abs(-3);

	sum += daylight + system + umask + chmod + mknod + read + write + open + close + signal +
	       kill + raise + link + pause + sync + access + remove + timeout + stats + limit +
	       poll + select[0] + getopt + optarg;
	if (!p || sum != 21)
		return -EINVAL;
	free(p);
	return 0;
}

static void __exit own_names_exit(void)
{
}

module_init(own_names_init);
module_exit(own_names_exit);
MODULE_LICENSE("GPL");
