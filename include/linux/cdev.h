/* SPDX-License-Identifier: MIT */
/*
 * <linux/cdev.h> of Linux 6.12: character devices. kmemu_chrdev_open() of <kmemu/chrdev.h>
 * opens one.
 */
#ifndef _LINUX_CDEV_H
#define _LINUX_CDEV_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <kmemu/chrdev.h>
#include <linux/compiler.h>
#include <linux/device.h>
#include <linux/kdev_t.h>
#include <linux/kobject.h>
#include <linux/list.h>

__kmemu_c void cdev_init(struct cdev *cdev, const struct file_operations *fops)
	__kmemu_is(kmemu_cdev_init);
__kmemu_c struct cdev *cdev_alloc(void) __kmemu_is(kmemu_cdev_alloc);
__kmemu_c int cdev_add(struct cdev *p, dev_t dev, unsigned int count)
	__kmemu_is(kmemu_cdev_add);
__kmemu_c void cdev_del(struct cdev *p) __kmemu_is(kmemu_cdev_del);
__kmemu_c int cdev_device_add(struct cdev *cdev, struct device *dev)
	__kmemu_is(kmemu_cdev_device_add);
__kmemu_c void cdev_device_del(struct cdev *cdev, struct device *dev)
	__kmemu_is(kmemu_cdev_device_del);

/* Before cdev_add(), which takes a reference. */
static __always_inline void cdev_set_parent(struct cdev *p, struct kobject *kobj)
{
	WARN_ON(!kobj->refs);
	p->kobj.parent = kobj;
}

static __always_inline void cdev_put(struct cdev *p)
{
	if (p)
		kobject_put(&p->kobj);
}

#endif /* __cplusplus */

#endif /* _LINUX_CDEV_H */
