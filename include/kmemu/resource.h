/* SPDX-License-Identifier: MIT */
/*
 * resource.h - who has which addresses (kernel: include/linux/ioport.h,
 * kernel/resource.c), for include/linux/ioport.h.
 */
#ifndef KMEMU_RESOURCE_H
#define KMEMU_RESOURCE_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct device;

#define KMEMU_IORESOURCE_BUSY 0x80000000ul

struct resource {
	unsigned long long start, end; /* both belong to it */
	const char *name;
	unsigned long flags, desc;
	struct resource *parent, *sibling, *child;
};

extern struct resource kmemu_ioport_resource; /* 64 KiB */
extern struct resource kmemu_iomem_resource;

/*
 * request_resource: 0 or -EBUSY. request_region: a busy one of its own, kmalloc memory
 * (GFP_KERNEL); NULL: somebody has a part of it, or no memory. Within a resource that
 * is not busy, it is the child of that. release_region of what nobody has says so.
 */
int kmemu_request_resource(struct resource *root, struct resource *res);
/* The one that is in the way; NULL: it is in the tree. */
struct resource *kmemu_request_resource_conflict(struct resource *root, struct resource *res);
int kmemu_release_resource(struct resource *old);
/*
 * insert: as deep as it fits; resources that lie wholly within it become its children.
 * NULL, or who is in the way. remove: the children take its place; 0 or -EINVAL.
 * allocate: the first gap among root's children, from min to max; align: a power of two
 * or 0; alignf, which may be NULL, answers where in the gap it begins. 0, -EBUSY, or
 * -EINVAL: size 0, or it is in a tree (the kernel would move it). lookup: the child of
 * root that begins there.
 */
typedef unsigned long long (*kmemu_resource_alignf)(void *data, const struct resource *avail,
						    unsigned long long size,
						    unsigned long long align);
struct resource *kmemu_insert_resource(struct resource *parent, struct resource *res);
int kmemu_remove_resource(struct resource *old);
int kmemu_allocate_resource(struct resource *root, struct resource *res, unsigned long long size,
			    unsigned long long min, unsigned long long max,
			    unsigned long long align, kmemu_resource_alignf alignf, void *data);
struct resource *kmemu_lookup_resource(struct resource *root, unsigned long long start);
/*
 * intersects: whether a range has what is of these flags (all of them) and desc (0: any)
 * among parent's, or inside of what is not: KMEMU_REGION_*. alloc_free: a range that
 * nobody has, from the top down, as a child of root's, kmalloc memory; an error pointer:
 * -ENOMEM, -ERANGE. adjust: 0, or -EBUSY: it reaches into others, or out of its parent.
 * walk: func for each part in the range that has these flags and this desc, until it
 * does not answer 0; -EINVAL: there is none. busy and exclusive: of iomem.
 */
#define KMEMU_REGION_INTERSECTS 0
#define KMEMU_REGION_DISJOINT 1
#define KMEMU_REGION_MIXED 2
int kmemu_region_intersects(struct resource *parent, unsigned long long start, size_t size,
			    unsigned long flags, unsigned long desc);
struct resource *kmemu_alloc_free_mem_region(struct resource *root, unsigned long size,
					     unsigned long align, const char *name);
int kmemu_adjust_resource(struct resource *res, unsigned long long start,
			  unsigned long long size);
int kmemu_walk_iomem_res_desc(unsigned long desc, unsigned long flags, unsigned long long start,
			      unsigned long long end, void *arg,
			      int (*func)(struct resource *res, void *arg));
/* Managed: 0, -EBUSY or -ENOMEM. */
int kmemu_devm_request_resource(struct device *dev, struct resource *root, struct resource *res);
void kmemu_devm_release_resource(struct device *dev, struct resource *res);
struct resource *kmemu_request_region(struct resource *root, unsigned long long start,
				      unsigned long long n, const char *name, int flags);
void kmemu_release_region(struct resource *root, unsigned long long start, unsigned long long n);
struct resource *kmemu_devm_request_region(struct device *dev, struct resource *root,
					   unsigned long long start, unsigned long long n,
					   const char *name);
void kmemu_devm_release_region(struct device *dev, struct resource *root,
			       unsigned long long start, unsigned long long n);

/* request_mem_region() and ioremap() of all of it, managed; an error pointer. */
void *kmemu_devm_ioremap_resource(struct device *dev, const struct resource *res);

#ifdef __cplusplus
}
#endif

#endif /* KMEMU_RESOURCE_H */
