/*
 * char_dev.c - who has which numbers of character devices (kernel: fs/char_dev.c).
 *
 * Ranges are one list, by number. A major that is asked for as 0 is the highest free one
 * of 234 to 254, then of 384 to 511, as in the kernel; misc.c has all of major 10. What is
 * opened by a number, cdev.c knows.
 *
 * Different from the kernel: a range of more than one major is one range here, not one for
 * each.
 *
 * Locks: chrdev_lock, over the list. Memory: a kmalloc for each range.
 */
#include <errno.h>
#include <string.h>

#include "core/kernel/alloc.h"
#include "core/kernel/char_dev.h"
#include "core/lib/list.h"
#include "include/kmemu/locks.h"
#include "include/kmemu/printk.h"

#define MAJOR_MAX 512U

struct range {
	struct list_head entry;
	u64 start, n; /* numbers */
	const struct file_operations *fops;
	char name[64];
};

static struct kmemu_mutex chrdev_lock __own_mutex;
static struct list_head ranges;
static struct range misc = { .entry = { &ranges, &ranges },
			     .start = MISC_MAJOR << MINORBITS,
			     .n = MINORS,
			     .name = "misc" };
static struct list_head ranges = { &misc.entry, &misc.entry };

/* The first range that reaches into the numbers; NULL: they are free. */
static struct range *find(u64 start, u64 n)
{
	struct list_head *at;

	for (at = ranges.next; at != &ranges; at = at->next) {
		struct range *r = container_of(at, struct range, entry);

		if (r->start < start + n && start < r->start + r->n)
			return r;
	}
	return NULL;
}

static int find_dynamic_major(void)
{
	for (int major = 254; major >= 234; major--)
		if (!find((u64)major << MINORBITS, MINORS))
			return major;
	for (int major = 511; major >= 384; major--)
		if (!find((u64)major << MINORBITS, MINORS))
			return major;
	return -EBUSY;
}

static void insert(struct range *r)
{
	struct list_head *at = ranges.next;

	while (at != &ranges && container_of(at, struct range, entry)->start < r->start)
		at = at->next;
	list_add_tail(&r->entry, at);
}

/* Under the lock. major 0: any. The major, or -errno. */
static int place(struct range *r, unsigned int major, u64 minor)
{
	int any = 0;

	if (!major) {
		any = find_dynamic_major();
		if (any < 0)
			return any;
		major = (unsigned int)any;
	}
	r->start = ((u64)major << MINORBITS) + minor;
	if (find(r->start, r->n))
		return -EBUSY;
	insert(r);
	return (int)major;
}

KMEMU_EXPORT int kmemu_register_chrdev(unsigned int major, unsigned int minor,
				       unsigned long long n, const char *name,
				       const struct file_operations *fops)
{
	struct range *r;
	int got;

	if (major >= MAJOR_MAX) {
		kmemu_printk("\0013CHRDEV \"%s\" major requested (%u) is greater than the maximum "
			     "(%u)\n", name, major, MAJOR_MAX - 1);
		return -EINVAL;
	}
	if (!n || minor >= MINORS || n > (u64)(MAJOR_MAX - major) * MINORS - minor ||
	    (fops && n > MINORS - minor))
		return -EINVAL;
	r = kmalloc_for(sizeof(*r), GFP_KERNEL | __GFP_ZERO, "register_chrdev", CALLER);
	if (!r)
		return -ENOMEM;
	strncpy(r->name, name, sizeof(r->name) - 1);
	r->fops = fops;
	r->n = n;
	kmemu_mutex_lock(&chrdev_lock);
	got = place(r, major, minor);
	kmemu_mutex_unlock(&chrdev_lock);
	if (got < 0)
		kfree_for(r, CALLER);
	return got;
}

KMEMU_EXPORT void kmemu_unregister_chrdev(unsigned int major, unsigned int minor,
					  unsigned long long n)
{
	u64 start = ((u64)major << MINORBITS) + minor;
	struct range *r;

	kmemu_mutex_lock(&chrdev_lock);
	r = find(start, n);
	if (r && r->start == start && r->n == n)
		list_del(&r->entry);
	else
		r = NULL;
	kmemu_mutex_unlock(&chrdev_lock);
	if (r)
		kfree_for(r, CALLER);
}

/* Kernel: chrdev_show(), the lines of /proc/devices. */
KMEMU_EXPORT unsigned int kmemu_chrdev_number(const char *name)
{
	unsigned int dev = misc_number(name);
	struct list_head *at;

	kmemu_mutex_lock(&chrdev_lock);
	for (at = ranges.next; at != &ranges && !dev; at = at->next) {
		const struct range *r = container_of(at, struct range, entry);

		if (!strcmp(r->name, name) && r != &misc)
			dev = (unsigned int)r->start;
	}
	kmemu_mutex_unlock(&chrdev_lock);
	return dev;
}

void chrdev_range_name(unsigned int dev, unsigned char *name, size_t size)
{
	const struct range *r;

	kmemu_mutex_lock(&chrdev_lock);
	r = find(dev, 1);
	kmemu_snprintf((char *)name, size, "%s", r ? r->name : "");
	kmemu_mutex_unlock(&chrdev_lock);
}

const struct file_operations *chrdev_range_fops(unsigned int dev)
{
	const struct range *r;

	kmemu_mutex_lock(&chrdev_lock);
	r = find(dev, 1);
	kmemu_mutex_unlock(&chrdev_lock);
	return r ? r->fops : NULL;
}
