/*
 * misc.c - devices with a minor of major 10 (kernel: drivers/char/misc.c).
 *
 * A minor that is asked for as 255 is the first free one from 256 on. Each is in the
 * class "misc", with the structure as its driver's data, which its file gets, too.
 *
 * Locks: misc_lock, over the list and while a device is made.
 */
#include <errno.h>
#include <string.h>

#include "core/kernel/alloc.h"
#include "core/kernel/bus.h"
#include "core/kernel/char_dev.h"
#include "core/lib/list.h"
#include "include/kmemu/locks.h"
#include "include/kmemu/printk.h"

#define ANY_MINOR 255

static struct kmemu_mutex misc_lock __own_mutex;
static struct list_head all = { &all, &all };
static const struct class misc_class = { .name = "misc" };

static bool is_taken(int minor)
{
	struct list_head *at;

	for (at = all.next; at != &all; at = at->next)
		if (container_of(at, struct miscdevice, list)->minor == minor)
			return true;
	return false;
}

/* Under the lock. */
static int minor_for(const struct miscdevice *misc)
{
	int minor = misc->minor;

	if (minor == ANY_MINOR)
		for (minor = ANY_MINOR + 1; is_taken(minor);)
			minor++;
	return minor < 0 || minor >= (int)MINORS || is_taken(minor) ? -EBUSY : minor;
}

static int add(struct miscdevice *misc, int minor, struct chrdev_map *m, const void *caller)
{
	unsigned int dev = MISC_MAJOR << MINORBITS | (unsigned int)minor;
	int asked = misc->minor;

	misc->minor = minor;
	misc->this_device = device_create_for(&misc_class, misc->parent, dev, misc, misc->groups,
					      misc->name, "misc_register", caller);
	if (is_err(misc->this_device)) {
		misc->minor = asked;
		return (int)(intptr_t)misc->this_device;
	}
	m->start = dev;
	m->n = 1;
	m->fops = misc->fops;
	m->private_data = misc;
	chrdev_map_add(m);
	list_add(&misc->list, &all);
	return 0;
}

unsigned int misc_number(const char *name)
{
	unsigned int dev = 0;
	struct list_head *at;

	kmemu_mutex_lock(&misc_lock);
	for (at = all.next; at != &all && !dev; at = at->next) {
		const struct miscdevice *misc = container_of(at, struct miscdevice, list);

		if (!strcmp(misc->name, name))
			dev = MISC_MAJOR << MINORBITS | (unsigned int)misc->minor;
	}
	kmemu_mutex_unlock(&misc_lock);
	return dev;
}

KMEMU_EXPORT int kmemu_misc_register(struct miscdevice *misc)
{
	struct chrdev_map *m = kmalloc_for(sizeof(*m), GFP_KERNEL | __GFP_ZERO, "misc_register",
					   CALLER);
	int err;

	INIT_LIST_HEAD(&misc->list);
	if (!m)
		return -ENOMEM;
	kmemu_mutex_lock(&misc_lock);
	err = minor_for(misc);
	if (err >= 0)
		err = add(misc, err, m, CALLER);
	kmemu_mutex_unlock(&misc_lock);
	if (err)
		kfree_for(m, CALLER);
	return err;
}

KMEMU_EXPORT void kmemu_misc_deregister(struct miscdevice *misc)
{
	unsigned int dev = MISC_MAJOR << MINORBITS | (unsigned int)misc->minor;

	if (!misc->list.next || list_empty(&misc->list)) {
		kmemu_warn("drivers/char/misc.c", 0, 0, "misc_deregister: it is not registered");
		return;
	}
	kmemu_mutex_lock(&misc_lock);
	list_del(&misc->list);
	INIT_LIST_HEAD(&misc->list);
	kfree_for(chrdev_map_remove(dev, 1, NULL), CALLER);
	kmemu_device_destroy(&misc_class, dev);
	if (misc->minor > ANY_MINOR)
		misc->minor = ANY_MINOR;
	kmemu_mutex_unlock(&misc_lock);
}
