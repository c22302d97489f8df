/* SPDX-License-Identifier: MIT */
/*
 * <linux/device.h> of Linux 6.12, as far as memory for devices needs it: a struct
 * device that may be all zero, its name, its managed memory, and the lines that it
 * prints.
 */
#ifndef _DEVICE_H_
#define _DEVICE_H_

#include <kmemu/device.h>
#include <linux/compiler.h>
#include <linux/dev_printk.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/types.h>

/* --- a device */

__kmemu_c void device_initialize(struct device *dev) __kmemu_is(kmemu_device_initialize);
__kmemu_c int dev_set_name(struct device *dev, const char *fmt, ...)
	__kmemu_is(kmemu_dev_set_name) __attribute__((__format__(__printf__, 2, 3)));
__kmemu_c int device_add(struct device *dev) __kmemu_is(kmemu_device_add);
__kmemu_c int device_register(struct device *dev) __kmemu_is(kmemu_device_register);
__kmemu_c void device_del(struct device *dev) __kmemu_is(kmemu_device_del);
__kmemu_c void device_unregister(struct device *dev) __kmemu_is(kmemu_device_unregister);
__kmemu_c struct device *get_device(struct device *dev) __kmemu_is(kmemu_get_device);
__kmemu_c void put_device(struct device *dev) __kmemu_is(kmemu_put_device);
__kmemu_c void device_release_driver(struct device *dev) __kmemu_is(kmemu_device_release_driver);

static __always_inline const char *dev_name(const struct device *dev)
{
	return kmemu_dev_name(dev);
}

static __always_inline const char *dev_driver_string(const struct device *dev)
{
	return kmemu_dev_driver_string(dev);
}

static __always_inline void *dev_get_drvdata(const struct device *dev)
{
	return dev->driver_data;
}

static __always_inline void dev_set_drvdata(struct device *dev, void *data)
{
	dev->driver_data = data;
}

static __always_inline void *dev_get_platdata(const struct device *dev)
{
	return dev->platform_data;
}

static __always_inline int dev_to_node(struct device *dev)
{
	return dev->numa_node;
}

static __always_inline void set_dev_node(struct device *dev, int node)
{
	dev->numa_node = node;
}

/* --- managed resources */

typedef void (*dr_release_t)(struct device *dev, void *res);
typedef int (*dr_match_t)(struct device *dev, void *res, void *match_data);

__kmemu_c void *devres_alloc(dr_release_t release, size_t size, gfp_t gfp)
	__kmemu_is(kmemu_devres_alloc);

static __always_inline void *devres_alloc_node(dr_release_t release, size_t size, gfp_t gfp,
					       int nid)
{
	(void)nid;
	return devres_alloc(release, size, gfp);
}

__kmemu_c void devres_free(void *res) __kmemu_is(kmemu_devres_free);
__kmemu_c void devres_add(struct device *dev, void *res) __kmemu_is(kmemu_devres_add);
__kmemu_c void *devres_find(struct device *dev, dr_release_t release, dr_match_t match,
			    void *match_data) __kmemu_is(kmemu_devres_find);
__kmemu_c void *devres_remove(struct device *dev, dr_release_t release, dr_match_t match,
			      void *match_data) __kmemu_is(kmemu_devres_remove);
__kmemu_c int devres_destroy(struct device *dev, dr_release_t release, dr_match_t match,
			     void *match_data) __kmemu_is(kmemu_devres_destroy);
__kmemu_c int devres_release(struct device *dev, dr_release_t release, dr_match_t match,
			     void *match_data) __kmemu_is(kmemu_devres_release);
__kmemu_c int devres_release_all(struct device *dev) __kmemu_is(kmemu_devres_release_all);

/* --- managed memory */

__kmemu_c void *devm_kmalloc(struct device *dev, size_t size, gfp_t gfp)
	__kmemu_is(kmemu_devm_kmalloc);
__kmemu_c void *devm_krealloc(struct device *dev, void *p, size_t new_size, gfp_t gfp)
	__kmemu_is(kmemu_devm_krealloc);
__kmemu_c void devm_kfree(struct device *dev, const void *p) __kmemu_is(kmemu_devm_kfree);

static __always_inline void *devm_kzalloc(struct device *dev, size_t size, gfp_t gfp)
{
	return devm_kmalloc(dev, size, gfp | __GFP_ZERO);
}

static __always_inline void *devm_kmalloc_array(struct device *dev, size_t n, size_t size,
						gfp_t flags)
{
	size_t bytes;

	return __builtin_mul_overflow(n, size, &bytes) ? NULL : devm_kmalloc(dev, bytes, flags);
}

static __always_inline void *devm_kcalloc(struct device *dev, size_t n, size_t size, gfp_t flags)
{
	return devm_kmalloc_array(dev, n, size, flags | __GFP_ZERO);
}

static __always_inline void *devm_krealloc_array(struct device *dev, void *p, size_t new_n,
						 size_t new_size, gfp_t flags)
{
	size_t bytes;

	return __builtin_mul_overflow(new_n, new_size, &bytes) ?
		       NULL : devm_krealloc(dev, p, bytes, flags);
}

__kmemu_c char *devm_kstrdup(struct device *dev, const char *s, gfp_t gfp)
	__kmemu_is(kmemu_devm_kstrdup);
__kmemu_c void *devm_kmemdup(struct device *dev, const void *src, size_t len, gfp_t gfp)
	__kmemu_is(kmemu_devm_kmemdup);
__kmemu_c char *devm_kvasprintf(struct device *dev, gfp_t gfp, const char *fmt, va_list ap)
	__kmemu_is(kmemu_devm_kvasprintf) __attribute__((__format__(__printf__, 3, 0)));
__kmemu_c char *devm_kasprintf(struct device *dev, gfp_t gfp, const char *fmt, ...)
	__kmemu_is(kmemu_devm_kasprintf) __attribute__((__format__(__printf__, 3, 4)));
__kmemu_c unsigned long devm_get_free_pages(struct device *dev, gfp_t gfp_mask,
					    unsigned int order)
	__kmemu_is(kmemu_devm_get_free_pages);
__kmemu_c void devm_free_pages(struct device *dev, unsigned long addr)
	__kmemu_is(kmemu_devm_free_pages);

__kmemu_c int devm_add_action(struct device *dev, void (*action)(void *), void *data)
	__kmemu_is(kmemu_devm_add_action);
__kmemu_c int devm_add_action_or_reset(struct device *dev, void (*action)(void *), void *data)
	__kmemu_is(kmemu_devm_add_action_or_reset);
__kmemu_c void devm_remove_action(struct device *dev, void (*action)(void *), void *data)
	__kmemu_is(kmemu_devm_remove_action);
__kmemu_c void devm_release_action(struct device *dev, void (*action)(void *), void *data)
	__kmemu_is(kmemu_devm_release_action);

#endif /* _DEVICE_H_ */
