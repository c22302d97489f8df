// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * Kernel code has names of its own that are functions of libc's, which the kernel does not
 * have, or of a later kernel's: they are not declared.
 */
#include <kunit/resource.h>
#include <linux/bitops.h>
#include <linux/bsearch.h>
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/idr.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/math.h>
#include <linux/module.h>
#include <linux/range.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/stat.h>
#include <linux/string.h>
#include <linux/string_choices.h>
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

static bool range_overlaps(const struct range *a, u64 at)
{
	return a->start <= at;
}

static bool ida_exists(int id)
{
	return id;
}

static int parity8(int v)
{
	return v;
}

static ktime_t us_to_ktime(int us)
{
	return us;
}

static int str_input_output(int v)
{
	return v;
}

static int kunit_resource_instance_match(void)
{
	return 0;
}

#ifdef BIG_ENDIAN
#error a big-endian machine, or a name of libc
#endif
#define LITTLE_ENDIAN 5

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
	sum = range_overlaps(&(struct range){ 1, 2 }, 1) + ida_exists(1) + parity8(1) +
	      us_to_ktime(1) + str_input_output(1) + kunit_resource_instance_match() +
	      LITTLE_ENDIAN;
	return sum == 10 ? 0 : -EINVAL;
}

static void __exit own_names_exit(void)
{
}

module_init(own_names_init);
module_exit(own_names_exit);
MODULE_LICENSE("GPL");
