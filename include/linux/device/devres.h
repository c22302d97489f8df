/* SPDX-License-Identifier: MIT */
/*
 * <linux/device/devres.h> of Linux 6.12: what goes when a device's driver goes: resources
 * with a release, groups of them, memory, actions.
 */
#ifndef _DEVICE_DEVRES_H_
#define _DEVICE_DEVRES_H_

#include <kmemu/device.h>
#include <linux/compiler.h>
#include <linux/gfp_types.h>
#include <linux/types.h>

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
__kmemu_c void *devres_get(struct device *dev, void *new_res, dr_match_t match, void *match_data)
	__kmemu_is(kmemu_devres_get);
__kmemu_c void *devres_remove(struct device *dev, dr_release_t release, dr_match_t match,
			      void *match_data) __kmemu_is(kmemu_devres_remove);
__kmemu_c int devres_destroy(struct device *dev, dr_release_t release, dr_match_t match,
			     void *match_data) __kmemu_is(kmemu_devres_destroy);
__kmemu_c int devres_release(struct device *dev, dr_release_t release, dr_match_t match,
			     void *match_data) __kmemu_is(kmemu_devres_release);
__kmemu_c int devres_release_all(struct device *dev) __kmemu_is(kmemu_devres_release_all);

__kmemu_c void *__must_check devres_open_group(struct device *dev, void *id, gfp_t gfp)
	__kmemu_is(kmemu_devres_open_group);
__kmemu_c void devres_close_group(struct device *dev, void *id)
	__kmemu_is(kmemu_devres_close_group);
__kmemu_c void devres_remove_group(struct device *dev, void *id)
	__kmemu_is(kmemu_devres_remove_group);
__kmemu_c int devres_release_group(struct device *dev, void *id)
	__kmemu_is(kmemu_devres_release_group);

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

#ifndef __cplusplus
#include <linux/percpu.h>

/* --- managed memory of each CPU, of arrays and of constants */

static __maybe_unused void __kmemu_devm_percpu(void *pdata)
{
	free_percpu((void __percpu *)pdata);
}

static __always_inline void __percpu *__devm_alloc_percpu(struct device *dev, size_t size,
							  size_t align)
{
	void __percpu *p = __alloc_percpu(size, align);

	if (p && kmemu_devm_add_action(dev, __kmemu_devm_percpu, (void *)p)) {
		free_percpu(p);
		return NULL;
	}
	return p;
}

static __always_inline void devm_free_percpu(struct device *dev, void __percpu *pdata)
{
	kmemu_devm_release_action(dev, __kmemu_devm_percpu, (void *)pdata);
}

#define devm_alloc_percpu(dev, type)                                              \
	((__typeof__(type) __percpu *)__devm_alloc_percpu((dev), sizeof(type),    \
							  __alignof__(type)))

/* No string is in the kernel's own image, so it is a copy. */
static inline const char *devm_kstrdup_const(struct device *dev, const char *s, gfp_t gfp)
{
	return devm_kstrdup(dev, s, gfp);
}

static inline void *devm_kmemdup_array(struct device *dev, const void *src, size_t n,
				       size_t size, gfp_t flags)
{
	size_t bytes;

	return __builtin_mul_overflow(n, size, &bytes) ? NULL :
							 devm_kmemdup(dev, src, bytes, flags);
}

#endif /* __cplusplus */

#endif /* _DEVICE_DEVRES_H_ */
