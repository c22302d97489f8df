/*
 * devres.c - resources that go when a device goes (kernel:
 * drivers/base/devres.c).
 *
 * A resource is a header and its data, in a list of the device's, newest first.
 * Releasing all takes the list away and calls the releases in reverse order of
 * adding, as there; what they add meanwhile is released too.
 *
 * Different from the kernel: data is aligned to 16 bytes,
 * so devm_kmalloc(64) is a kmalloc of 64 and the header, as in the kernel.
 *
 * Locks: devres_lock of the kernel is a word of the device's there; here one for
 * all devices. Under it only what compares is called.
 * A fork's child of another thread's making may find it taken: as any lock of the
 * program's.
 */
#include <errno.h>
#include <string.h>

#include "core/kernel/alloc.h"
#include "core/kernel/devres.h"
#include "core/lib/word_lock.h"
#include "core/os/files.h"
#include "core/os/os.h"
#include "core/report/report.h"
#include "include/kmemu/device.h"
#include "include/kmemu/printk.h"

static u32 lock_word __own_word;

u64 devres_lock(void)
{
	u64 mask = os_signals_block();

	word_lock(&lock_word, os_tid());
	return mask;
}

void devres_unlock(u64 mask)
{
	word_unlock(&lock_word);
	os_signals_restore(mask);
}

void *devres_new(kmemu_dr_release_t release, size_t size, gfp_t flags, const char *func,
		 const void *caller)
{
	struct devres *dr;
	size_t bytes;

	if (__builtin_add_overflow(size, sizeof(*dr), &bytes))
		return NULL;
	dr = kmalloc_for(bytes, flags, func, caller);
	if (!dr)
		return NULL;
	memset(dr, 0, sizeof(*dr));
	dr->release = release;
	dr->size = size;
	return dr->data;
}

KMEMU_EXPORT void *kmemu_devres_alloc(kmemu_dr_release_t release, size_t size, kmemu_gfp_t flags)
{
	return devres_new(release, size, flags | __GFP_ZERO, "devres_alloc", CALLER);
}

KMEMU_EXPORT void kmemu_devres_free(void *res)
{
	if (res)
		kfree_for(devres_of(res), CALLER);
}

KMEMU_EXPORT void kmemu_devres_add(struct device *dev, void *res)
{
	struct devres *dr = devres_of(res);
	u64 mask = devres_lock();

	dr->next = dev->kmemu_devres;
	dev->kmemu_devres = dr;
	devres_unlock(mask);
}

static struct devres **find(struct device *dev, kmemu_dr_release_t release,
			    kmemu_dr_match_t match, void *match_data)
{
	struct devres **at = (struct devres **)&dev->kmemu_devres;

	for (; *at; at = &(*at)->next)
		if ((*at)->release == release && (!match || match(dev, (*at)->data, match_data)))
			return at;
	return NULL;
}

KMEMU_EXPORT void *kmemu_devres_find(struct device *dev, kmemu_dr_release_t release,
				     kmemu_dr_match_t match, void *match_data)
{
	u64 mask = devres_lock();
	struct devres **at = find(dev, release, match, match_data);
	void *data = at ? (*at)->data : NULL;

	devres_unlock(mask);
	return data;
}

KMEMU_EXPORT void *kmemu_devres_get(struct device *dev, void *new_res, kmemu_dr_match_t match,
				    void *match_data)
{
	struct devres *dr = devres_of(new_res), *unused = NULL;
	u64 mask = devres_lock();
	struct devres **at = find(dev, dr->release, match, match_data);

	if (at) {
		unused = dr;
		dr = *at;
	} else {
		dr->next = dev->kmemu_devres;
		dev->kmemu_devres = dr;
	}
	devres_unlock(mask);
	if (unused)
		kfree_for(unused, CALLER);
	return dr->data;
}

KMEMU_EXPORT void *kmemu_devres_remove(struct device *dev, kmemu_dr_release_t release,
				       kmemu_dr_match_t match, void *match_data)
{
	struct devres *dr = NULL;
	u64 mask = devres_lock();
	struct devres **at = find(dev, release, match, match_data);

	if (at) {
		dr = *at;
		*at = dr->next;
	}
	devres_unlock(mask);
	return dr ? dr->data : NULL;
}

KMEMU_EXPORT int kmemu_devres_destroy(struct device *dev, kmemu_dr_release_t release,
				      kmemu_dr_match_t match, void *match_data)
{
	void *res = kmemu_devres_remove(dev, release, match, match_data);

	if (!res)
		return -ENOENT;
	kfree_for(devres_of(res), CALLER);
	return 0;
}

KMEMU_EXPORT int kmemu_devres_release(struct device *dev, kmemu_dr_release_t release,
				      kmemu_dr_match_t match, void *match_data)
{
	void *res = kmemu_devres_remove(dev, release, match, match_data);

	if (!res)
		return -ENOENT;
	release(dev, res);
	kfree_for(devres_of(res), CALLER);
	return 0;
}

KMEMU_EXPORT int kmemu_devres_release_all(struct device *dev)
{
	struct devres *dr;
	int n = 0;

	for (;;) {
		u64 mask = devres_lock();

		dr = dev->kmemu_devres;
		if (dr)
			dev->kmemu_devres = dr->next;
		devres_unlock(mask);
		if (!dr)
			return n;
		if (devres_is_marker(dr)) {
			devres_free_marker(dr, CALLER);
			continue;
		}
		if (dr->release)
			dr->release(dev, dr->data);
		kfree_for(dr, CALLER);
		n++;
	}
}

/* --- memory ------------------------------------------------------------------ */

static void devm_kmalloc_release(struct device *dev, void *res)
{
	(void)dev;
	(void)res;
}

static int is_this(struct device *dev, void *res, void *p)
{
	(void)dev;
	return res == p;
}

static void *devm_kmalloc(struct device *dev, size_t size, gfp_t flags, const char *func,
			  const void *caller)
{
	void *p;

	if (!size)
		return KMEMU_ZERO_SIZE_PTR;
	p = devres_new(devm_kmalloc_release, size, flags, func, caller);
	if (p)
		kmemu_devres_add(dev, p);
	return p;
}

KMEMU_EXPORT void *kmemu_devm_kmalloc(struct device *dev, size_t size, kmemu_gfp_t flags)
{
	return devm_kmalloc(dev, size, flags, "devm_kmalloc", CALLER);
}

void devres_not_managed(const void *p, const char *func, const void *caller)
{
	struct report r = { .kind = REPORT_NOT_MANAGED, .func = func, .addr = p, .caller = caller };

	report_submit(&r);
}

static void devm_kfree(struct device *dev, const void *p, const char *func, const void *caller)
{
	void *res;

	if ((unsigned long)p <= 16)
		return;
	res = kmemu_devres_remove(dev, devm_kmalloc_release, is_this, (void *)p);
	if (res)
		kfree_for(devres_of(res), caller);
	else
		devres_not_managed(p, func, caller);
}

KMEMU_EXPORT void kmemu_devm_kfree(struct device *dev, const void *p)
{
	devm_kfree(dev, p, "devm_kfree", CALLER);
}

KMEMU_EXPORT void *kmemu_devm_krealloc(struct device *dev, void *p, size_t new_size,
				       kmemu_gfp_t flags)
{
	const void *old;
	void *q;

	if (!new_size) {
		devm_kfree(dev, p, "devm_krealloc", CALLER);
		return KMEMU_ZERO_SIZE_PTR;
	}
	if ((unsigned long)p <= 16)
		return devm_kmalloc(dev, new_size, flags, "devm_krealloc", CALLER);
	old = kmemu_devres_find(dev, devm_kmalloc_release, is_this, p);
	if (!old) {
		devres_not_managed(p, "devm_krealloc", CALLER);
		return NULL;
	}
	if (new_size <= devres_of(old)->size)
		return p;
	q = devm_kmalloc(dev, new_size, flags, "devm_krealloc", CALLER);
	if (!q)
		return NULL;
	memcpy(q, old, devres_of(old)->size);
	devm_kfree(dev, p, "devm_krealloc", CALLER);
	return q;
}

KMEMU_EXPORT void *kmemu_devm_kmemdup(struct device *dev, const void *src, size_t size,
				      kmemu_gfp_t flags)
{
	void *p = devm_kmalloc(dev, size, flags, "devm_kmemdup", CALLER);

	return p && size ? memcpy(p, src, size) : p;
}

KMEMU_EXPORT char *kmemu_devm_kstrdup(struct device *dev, const char *s, kmemu_gfp_t flags)
{
	size_t size = s ? strlen(s) + 1 : 0;
	void *p = s ? devm_kmalloc(dev, size, flags, "devm_kstrdup", CALLER) : NULL;

	return p ? memcpy(p, s, size) : NULL;
}

static char *kvasprintf_for(struct device *dev, gfp_t flags, const char *fmt, va_list ap,
			    const void *caller)
{
	va_list again;
	size_t size;
	char *p;

	va_copy(again, ap);
	size = (size_t)kmemu_vsnprintf_k(NULL, 0, fmt, again) + 1;
	va_end(again);
	p = devm_kmalloc(dev, size, flags, "devm_kasprintf", caller);
	if (p)
		kmemu_vsnprintf_k(p, size, fmt, ap);
	return p;
}

KMEMU_EXPORT char *kmemu_devm_kvasprintf(struct device *dev, kmemu_gfp_t flags, const char *fmt,
					 va_list ap)
{
	return kvasprintf_for(dev, flags, fmt, ap, CALLER);
}

KMEMU_EXPORT char *kmemu_devm_kasprintf(struct device *dev, kmemu_gfp_t flags, const char *fmt,
					...)
{
	va_list ap;
	char *p;

	va_start(ap, fmt);
	p = kvasprintf_for(dev, flags, fmt, ap, CALLER);
	va_end(ap);
	return p;
}

/* --- pages ------------------------------------------------------------------- */

static void devm_pages_release(struct device *dev, void *res)
{
	(void)dev;
	free_pages_of(*(void **)res);
}

static int holds(struct device *dev, void *res, void *p)
{
	(void)dev;
	return *(void **)res == p;
}

KMEMU_EXPORT unsigned long kmemu_devm_get_free_pages(struct device *dev, kmemu_gfp_t flags,
						     unsigned int order)
{
	struct page *page = alloc_pages_by(flags, order, "devm_get_free_pages", CALLER);
	void **res = page ? devres_new(devm_pages_release, sizeof(*res), flags & ~__GFP_DMA,
				       "devm_get_free_pages", CALLER) :
			    NULL;

	if (page && !res)
		free_pages_of(page_address(page));
	if (!res)
		return 0;
	*res = page_address(page);
	kmemu_devres_add(dev, res);
	return (unsigned long)*res;
}

KMEMU_EXPORT void kmemu_devm_free_pages(struct device *dev, unsigned long addr)
{
	if (kmemu_devres_release(dev, devm_pages_release, holds, (void *)addr))
		devres_not_managed((void *)addr, "devm_free_pages", CALLER);
}

/* --- actions ----------------------------------------------------------------- */

struct action {
	void (*action)(void *);
	void *data;
};

static void devm_action_release(struct device *dev, void *res)
{
	struct action *a = res;

	(void)dev;
	a->action(a->data);
}

static int is_action(struct device *dev, void *res, void *match)
{
	const struct action *a = res, *b = match;

	(void)dev;
	return a->action == b->action && a->data == b->data;
}

static int add_action(struct device *dev, void (*action)(void *), void *data, const void *caller)
{
	struct action *a = devres_new(devm_action_release, sizeof(*a), GFP_KERNEL,
				      "devm_add_action", caller);

	if (!a)
		return -ENOMEM;
	*a = (struct action){ action, data };
	kmemu_devres_add(dev, a);
	return 0;
}

KMEMU_EXPORT int kmemu_devm_add_action(struct device *dev, void (*action)(void *), void *data)
{
	return add_action(dev, action, data, CALLER);
}

KMEMU_EXPORT int kmemu_devm_add_action_or_reset(struct device *dev, void (*action)(void *),
						void *data)
{
	int error = add_action(dev, action, data, CALLER);

	if (error)
		action(data);
	return error;
}

KMEMU_EXPORT void kmemu_devm_remove_action(struct device *dev, void (*action)(void *), void *data)
{
	struct action a = { action, data };

	if (kmemu_devres_destroy(dev, devm_action_release, is_action, &a))
		devres_not_managed(data, "devm_remove_action", CALLER);
}

KMEMU_EXPORT void kmemu_devm_release_action(struct device *dev, void (*action)(void *), void *data)
{
	struct action a = { action, data };

	if (kmemu_devres_release(dev, devm_action_release, is_action, &a))
		devres_not_managed(data, "devm_release_action", CALLER);
}
