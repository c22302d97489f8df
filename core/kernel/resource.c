/*
 * resource.c - who has which addresses (kernel: kernel/resource.c, lib/devres.c).
 *
 * Siblings are in the order of their addresses, within their parent and beside each
 * other. A region is a busy resource; where its range lies within one that is not
 * busy, it becomes that one's child, as there.
 *
 * Locks: resource_lock, over the trees. Memory is allocated and freed without it.
 */
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "core/kernel/alloc.h"
#include "include/kmemu/device.h"
#include "include/kmemu/dma.h"
#include "include/kmemu/locks.h"
#include "include/kmemu/printk.h"
#include "include/kmemu/resource.h"

#define IO_FLAG	 0x100ul
#define MEM_FLAG 0x200ul

KMEMU_EXPORT struct resource kmemu_ioport_resource = { .name = "PCI IO", .end = 0xffff,
						       .flags = IO_FLAG };
KMEMU_EXPORT struct resource kmemu_iomem_resource = { .name = "PCI mem", .end = ~0ULL,
						      .flags = MEM_FLAG };
static struct kmemu_mutex resource_lock;

/* NULL: it is in now; else who is in the way. */
static struct resource *insert(struct resource *root, struct resource *res)
{
	struct resource **at = &root->child, *next;

	if (res->end < res->start || res->start < root->start || res->end > root->end)
		return root;
	while (*at && (*at)->end < res->start)
		at = &(*at)->sibling;
	next = *at;
	if (next && next->start <= res->end)
		return next;
	res->sibling = next;
	res->parent = root;
	*at = res;
	return NULL;
}

KMEMU_EXPORT int kmemu_request_resource(struct resource *root, struct resource *res)
{
	struct resource *conflict;

	kmemu_mutex_lock(&resource_lock);
	conflict = insert(root, res);
	kmemu_mutex_unlock(&resource_lock);
	return conflict ? -EBUSY : 0;
}

static bool take_out(struct resource *res)
{
	struct resource **at = res->parent ? &res->parent->child : NULL;

	while (at && *at && *at != res)
		at = &(*at)->sibling;
	if (!at || !*at)
		return false;
	*at = res->sibling;
	res->parent = NULL;
	return true;
}

KMEMU_EXPORT int kmemu_release_resource(struct resource *old)
{
	bool there;

	kmemu_mutex_lock(&resource_lock);
	there = take_out(old);
	kmemu_mutex_unlock(&resource_lock);
	return there ? 0 : -EINVAL;
}

static struct resource *request_region(struct resource *root, u64 start, u64 n, const char *name,
				       int flags, const char *func, const void *caller)
{
	struct resource *res = kmalloc_for(sizeof(*res), GFP_KERNEL | __GFP_ZERO, func, caller);
	struct resource *conflict;

	if (!res)
		return NULL;
	*res = (struct resource){ .start = start, .end = start + n - 1, .name = name };
	res->flags = (root->flags & (IO_FLAG | MEM_FLAG)) | KMEMU_IORESOURCE_BUSY |
		     (unsigned int)flags;
	kmemu_mutex_lock(&resource_lock);
	while ((conflict = insert(root, res))) {
		if (conflict == root || conflict->flags & KMEMU_IORESOURCE_BUSY)
			break;
		root = conflict;
	}
	kmemu_mutex_unlock(&resource_lock);
	if (!conflict)
		return res;
	kfree_for(res, caller);
	return NULL;
}

KMEMU_EXPORT struct resource *kmemu_request_region(struct resource *root,
						   unsigned long long start,
						   unsigned long long n, const char *name,
						   int flags)
{
	return request_region(root, start, n, name, flags, "request_region", CALLER);
}

/* The busy one of exactly this range. */
static struct resource *find_region(struct resource *root, u64 start, u64 end)
{
	struct resource *res = root->child;

	while (res) {
		if (res->start == start && res->end == end && res->flags & KMEMU_IORESOURCE_BUSY)
			return res;
		res = res->start <= start && res->end >= end ? res->child : res->sibling;
	}
	return NULL;
}

static void release_region(struct resource *root, u64 start, u64 n, const void *caller)
{
	struct resource *res;

	kmemu_mutex_lock(&resource_lock);
	res = find_region(root, start, start + n - 1);
	if (res)
		take_out(res);
	kmemu_mutex_unlock(&resource_lock);
	if (res)
		kfree_for(res, caller);
	else
		kmemu_printk("\0014Trying to free nonexistent resource <%016llx-%016llx>\n",
			     (unsigned long long)start, (unsigned long long)(start + n - 1));
}

KMEMU_EXPORT void kmemu_release_region(struct resource *root, unsigned long long start,
				       unsigned long long n)
{
	release_region(root, start, n, CALLER);
}

/* --- managed --------------------------------------------------------------- */

struct region_devres {
	struct resource *root;
	u64 start, n;
};

static void devm_region_release(struct device *dev, void *res)
{
	struct region_devres *r = res;

	(void)dev;
	release_region(r->root, r->start, r->n, NULL);
}

static int devm_region_match(struct device *dev, void *res, void *match_data)
{
	(void)dev;
	return !memcmp(res, match_data, sizeof(struct region_devres));
}

KMEMU_EXPORT struct resource *kmemu_devm_request_region(struct device *dev, struct resource *root,
							unsigned long long start,
							unsigned long long n, const char *name)
{
	struct region_devres *r = kmemu_devres_alloc(devm_region_release, sizeof(*r), GFP_KERNEL);
	struct resource *res = NULL;

	if (r)
		res = request_region(root, start, n, name, 0, "devm_request_region", CALLER);
	if (!res) {
		kmemu_devres_free(r);
		return NULL;
	}
	*r = (struct region_devres){ root, start, n };
	kmemu_devres_add(dev, r);
	return res;
}

KMEMU_EXPORT void kmemu_devm_release_region(struct device *dev, struct resource *root,
					    unsigned long long start, unsigned long long n)
{
	struct region_devres r = { root, start, n };

	kmemu_devres_release(dev, devm_region_release, devm_region_match, &r);
}

KMEMU_EXPORT void *kmemu_devm_ioremap_resource(struct device *dev, const struct resource *res)
{
	unsigned long long n = res ? res->end - res->start + 1 : 0;
	void *p;

	if (!res || !(res->flags & MEM_FLAG)) {
		kmemu_dev_printk(3, dev, "invalid resource\n");
		return (void *)-EINVAL;
	}
	if (!kmemu_devm_request_region(dev, &kmemu_iomem_resource, res->start, n,
				       kmemu_dev_name(dev))) {
		kmemu_dev_printk(3, dev,
				 "can't request region for resource [mem 0x%08llx-0x%08llx]\n",
				 res->start, res->end);
		return (void *)-EBUSY;
	}
	p = kmemu_devm_ioremap(dev, res->start, n);
	if (p)
		return p;
	kmemu_dev_printk(3, dev,
			 "ioremap failed for resource [mem 0x%08llx-0x%08llx]\n", res->start,
			 res->end);
	kmemu_devm_release_region(dev, &kmemu_iomem_resource, res->start, n);
	return (void *)-ENOMEM;
}
