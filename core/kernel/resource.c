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
#include "core/kernel/devres.h"
#include "core/lib/word_lock.h"
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
static u32 resource_lock __own_word; /* of word_lock(): who only links may not sleep, as there */

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

KMEMU_EXPORT struct resource *kmemu_request_resource_conflict(struct resource *root,
							      struct resource *res)
{
	struct resource *conflict;

	word_lock(&resource_lock, os_tid());
	conflict = insert(root, res);
	word_unlock(&resource_lock);
	return conflict;
}

KMEMU_EXPORT int kmemu_request_resource(struct resource *root, struct resource *res)
{
	return kmemu_request_resource_conflict(root, res) ? -EBUSY : 0;
}

/* --- from above: what is there already becomes the new one's ------------------ */

static bool covers(const struct resource *a, const struct resource *b)
{
	return a->start <= b->start && a->end >= b->end;
}

/* The last of the siblings from `first` on that reach into res; NULL: one not wholly. */
static struct resource *last_within(struct resource *first, const struct resource *res)
{
	struct resource *last = first;

	for (; first && first->start <= res->end; first = first->sibling) {
		if (!covers(res, first))
			return NULL;
		last = first;
	}
	return last;
}

/* res takes the place of siblings, from `first` to `last`, which become its children. */
static void adopt(struct resource *root, struct resource *res, struct resource *first,
		  struct resource *last)
{
	struct resource **at = &root->child;

	while (*at != first)
		at = &(*at)->sibling;
	*at = res;
	res->parent = root;
	res->sibling = last->sibling;
	res->child = first;
	last->sibling = NULL;
	for (; first; first = first->sibling)
		first->parent = res;
}

/* NULL: it is in, as deep as it fits; else who is in the way. */
static struct resource *insert_from_above(struct resource *root, struct resource *res)
{
	struct resource *first, *last;

	while ((first = insert(root, res)) && first != root && first != res &&
	       covers(first, res) && !covers(res, first))
		root = first;
	if (!first || first == root || first == res)
		return first;
	last = last_within(first, res);
	if (!last)
		return first;
	adopt(root, res, first, last);
	return NULL;
}

KMEMU_EXPORT struct resource *kmemu_insert_resource(struct resource *parent,
						    struct resource *res)
{
	struct resource *conflict;

	word_lock(&resource_lock, os_tid());
	conflict = insert_from_above(parent, res);
	word_unlock(&resource_lock);
	return conflict;
}

/* Its children take its place, where they lie between the same neighbours. */
KMEMU_EXPORT int kmemu_remove_resource(struct resource *old)
{
	struct resource **at, *child, *last = NULL;

	word_lock(&resource_lock, os_tid());
	at = old->parent ? &old->parent->child : NULL;
	while (at && *at && *at != old)
		at = &(*at)->sibling;
	if (!at || !*at) {
		word_unlock(&resource_lock);
		return -EINVAL;
	}
	for (child = old->child; child; child = child->sibling) {
		child->parent = old->parent;
		last = child;
	}
	*at = last ? old->child : old->sibling;
	if (last)
		last->sibling = old->sibling;
	old->parent = old->sibling = old->child = NULL;
	word_unlock(&resource_lock);
	return 0;
}

/* --- where there is room ------------------------------------------------------- */

struct wanted {
	u64 size, min, max, align;
	kmemu_resource_alignf alignf;
	void *data;
};

/* In a gap, both ends belong to it. */
static bool fits(struct resource *res, u64 start, u64 end, const struct wanted *w)
{
	u64 align = w->align ? w->align : 1;

	if (start > end)
		return false;
	start = max(start, w->min);
	end = min(end, w->max);
	/* alignf() is asked of a gap beyond min and max, too. */
	if (start > ~0UL - (align - 1))
		return false;
	res->start = (start + align - 1) & ~(align - 1);
	res->end = end;
	if (w->alignf)
		res->start = w->alignf(w->data, res, w->size, align);
	if (start > end || res->start < start || res->start > end || end - res->start < w->size - 1)
		return false;
	res->end = res->start + w->size - 1;
	return true;
}

/* Kernel: __find_resource_space(). */
static bool find_space(struct resource *root, struct resource *res, const struct wanted *w)
{
	struct resource avail = *res;
	u64 start = root->start;

	for (struct resource *child = root->child; child; child = child->sibling) {
		if (child->start > start && fits(&avail, start, child->start - 1, w))
			goto found;
		start = child->end + 1;
		if (!start)
			return false;
	}
	if (start > root->end || !fits(&avail, start, root->end, w))
		return false;
found:
	res->start = avail.start;
	res->end = avail.end;
	return true;
}

KMEMU_EXPORT int kmemu_allocate_resource(struct resource *root, struct resource *res,
					 unsigned long long size, unsigned long long min,
					 unsigned long long max, unsigned long long align,
					 kmemu_resource_alignf alignf, void *data)
{
	struct wanted w = { size, min, max, align, alignf, data };
	int err = -EBUSY;

	if (!size || res->parent)
		return -EINVAL;
	word_lock(&resource_lock, os_tid());
	if (find_space(root, res, &w) && !insert(root, res))
		err = 0;
	word_unlock(&resource_lock);
	return err;
}

KMEMU_EXPORT struct resource *kmemu_lookup_resource(struct resource *root,
						    unsigned long long start)
{
	struct resource *res;

	word_lock(&resource_lock, os_tid());
	for (res = root->child; res && res->start != start; res = res->sibling)
		;
	word_unlock(&resource_lock);
	return res;
}

/* --- what is in a range ---------------------------------------------------------- */

static bool is_of(const struct resource *res, unsigned long flags, unsigned long desc)
{
	return (res->flags & flags) == flags && (!desc || res->desc == desc);
}

/* The one behind res in the order of a walk through all below top; NULL: none. */
static struct resource *next_below(struct resource *res, const struct resource *top)
{
	if (res->child)
		return res->child;
	while (res != top && !res->sibling)
		res = res->parent;
	return res == top ? NULL : res->sibling;
}

/* What is of that sort inside of res covers the range from start to end. */
static bool is_covered(struct resource *top, u64 start, u64 end, unsigned long flags,
		       unsigned long desc, int *matches)
{
	for (struct resource *res = top->child; res; res = next_below(res, top)) {
		if (res->end < start || res->start > end || !is_of(res, flags, desc))
			continue;
		(*matches)++;
		if (res->start > start)
			return false;
		if (res->end >= end)
			return true;
		start = max(start, (u64)res->end + 1);
	}
	return false;
}

/* Under the lock. Kernel: __region_intersects(). */
static int intersects(struct resource *parent, u64 start, u64 end, unsigned long flags,
		      unsigned long desc)
{
	int matches = 0, others = 0;

	for (struct resource *res = parent->child; res; res = res->sibling) {
		if (res->end < start || res->start > end)
			continue;
		if (is_of(res, flags, desc))
			matches++;
		else if (!is_covered(res, max(start, (u64)res->start), min(end, (u64)res->end),
				     flags, desc, &matches))
			others++;
	}
	if (!matches)
		return KMEMU_REGION_DISJOINT;
	return others ? KMEMU_REGION_MIXED : KMEMU_REGION_INTERSECTS;
}

KMEMU_EXPORT int kmemu_region_intersects(struct resource *parent, unsigned long long start,
					 size_t size, unsigned long flags, unsigned long desc)
{
	int ret;

	word_lock(&resource_lock, os_tid());
	ret = intersects(parent, start, start + size - 1, flags, desc);
	word_unlock(&resource_lock);
	return ret;
}

/* The highest that nobody has a part of, at or below *at; under the lock. */
static bool find_free(struct resource *root, u64 size, u64 align, u64 *at)
{
	for (;; *at -= align) {
		if (intersects(root, *at, *at + size - 1, 0, 0) == KMEMU_REGION_DISJOINT)
			return true;
		if (*at < root->start + align)
			return false;
	}
}

#define PHYS_END ((1ULL << 46) - 1) /* MAX_PHYSMEM_BITS of x86-64 */

KMEMU_EXPORT struct resource *kmemu_alloc_free_mem_region(struct resource *root,
							  unsigned long size,
							  unsigned long align, const char *name)
{
	struct resource *res = kmalloc_for(sizeof(*res), GFP_KERNEL | __GFP_ZERO,
					   "alloc_free_mem_region", CALLER);
	u64 top = min((u64)root->end, (u64)PHYS_END), at;
	bool found = false;

	if (!res)
		return (void *)-ENOMEM;
	align = align ? align : PAGE_SIZE;
	word_lock(&resource_lock, os_tid());
	if (size && top - root->start >= size - 1) {
		at = (top - size + 1) & ~((u64)align - 1);
		found = at >= root->start && find_free(root, size, align, &at);
	}
	if (found) {
		*res = (struct resource){ .start = at, .end = at + size - 1, .name = name,
					  .flags = MEM_FLAG };
		found = !insert(root, res);
	}
	word_unlock(&resource_lock);
	if (found)
		return res;
	kfree_for(res, CALLER);
	return (void *)-ERANGE;
}

/* Under the lock: there is room for it where it is, and its children stay inside. */
static bool may_be(const struct resource *res, u64 start, u64 end)
{
	for (const struct resource *c = res->child; c; c = c->sibling)
		if (c->start < start || c->end > end)
			return false;
	if (!res->parent)
		return true;
	if (start < res->parent->start || end > res->parent->end)
		return false;
	for (const struct resource *s = res->parent->child; s; s = s->sibling)
		if (s != res && s->start <= end && s->end >= start)
			return false;
	return true;
}

KMEMU_EXPORT int kmemu_adjust_resource(struct resource *res, unsigned long long start,
				       unsigned long long size)
{
	int err = -EBUSY;

	word_lock(&resource_lock, os_tid());
	if (may_be(res, start, start + size - 1)) {
		res->start = start;
		res->end = start + size - 1;
		err = 0;
	}
	word_unlock(&resource_lock);
	return err;
}

/* The first of that sort from *start on; a copy, so that func may look for others. */
static bool find_in_iomem(u64 start, u64 end, unsigned long flags, unsigned long desc,
			  struct resource *part)
{
	struct resource *top = &kmemu_iomem_resource, *res;

	word_lock(&resource_lock, os_tid());
	for (res = top->child; res; res = next_below(res, top))
		if (res->end >= start && res->start <= end && is_of(res, flags, desc))
			break;
	if (res)
		*part = (struct resource){ .start = max(start, (u64)res->start),
					   .end = min(end, (u64)res->end), .name = res->name,
					   .flags = res->flags, .desc = res->desc,
					   .parent = res->parent };
	word_unlock(&resource_lock);
	return res != NULL;
}

KMEMU_EXPORT int kmemu_walk_iomem_res_desc(unsigned long desc, unsigned long flags,
					   unsigned long long start, unsigned long long end,
					   void *arg,
					   int (*func)(struct resource *res, void *arg))
{
	struct resource part;
	int ret = -EINVAL;

	while (start <= end && find_in_iomem(start, end, flags, desc, &part)) {
		ret = func(&part, arg);
		if (ret || part.end == ~0ULL)
			break;
		start = part.end + 1;
	}
	return ret;
}

/* --- out of the tree ------------------------------------------------------------ */

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

	word_lock(&resource_lock, os_tid());
	there = take_out(old);
	word_unlock(&resource_lock);
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
	word_lock(&resource_lock, os_tid());
	while ((conflict = insert(root, res))) {
		if (conflict == root || conflict->flags & KMEMU_IORESOURCE_BUSY)
			break;
		root = conflict;
	}
	word_unlock(&resource_lock);
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

	word_lock(&resource_lock, os_tid());
	res = find_region(root, start, start + n - 1);
	if (res)
		take_out(res);
	word_unlock(&resource_lock);
	if (res)
		kfree_for(res, caller);
	else
		kmemu_printk("\0014resource: Trying to free nonexistent resource "
			     "<0x%016llx-0x%016llx>\n",
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

	if (kmemu_devres_release(dev, devm_region_release, devm_region_match, &r))
		devres_not_managed((void *)start, "devm_release_region", CALLER);
}

static void devm_resource_release(struct device *dev, void *res)
{
	(void)dev;
	kmemu_release_resource(*(struct resource **)res);
}

static int devm_resource_match(struct device *dev, void *res, void *match_data)
{
	(void)dev;
	return *(void **)res == match_data;
}

KMEMU_EXPORT int kmemu_devm_request_resource(struct device *dev, struct resource *root,
					     struct resource *res)
{
	struct resource **r = kmemu_devres_alloc(devm_resource_release, sizeof(*r), GFP_KERNEL);
	int err = -ENOMEM;

	if (r)
		err = kmemu_request_resource(root, res);
	if (err) {
		kmemu_devres_free(r);
		return err;
	}
	*r = res;
	kmemu_devres_add(dev, r);
	return 0;
}

KMEMU_EXPORT void kmemu_devm_release_resource(struct device *dev, struct resource *res)
{
	if (kmemu_devres_release(dev, devm_resource_release, devm_resource_match, res))
		devres_not_managed(res, "devm_release_resource", CALLER);
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
