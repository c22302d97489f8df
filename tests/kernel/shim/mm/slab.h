/* SPDX-License-Identifier: MIT */
/* What the kernel's tests of slabs want of mm/slab.h. */
#ifndef MM_SLAB_H
#define MM_SLAB_H

#include <kmemu/slab.h>
#include <linux/slab.h>

/* It has more; nobody may make one. */
struct kmem_cache {
	KMEMU_CACHE_FIELDS
};

__kmemu_c int validate_slab_cache(struct kmem_cache *s) __kmemu_is(kmemu_validate_slab_cache);

#endif /* MM_SLAB_H */
