/* SPDX-License-Identifier: MIT */
/*
 * core_slab.c - kmalloc, krealloc and kmem_caches from several threads and from
 * a signal handler, by the API alone (malloc is libc's). Threads make caches of one
 * name, and of bad sizes, which need not be said:
 * env: KMEMU_SLAB_CHECK=off KMEMU_SLAB_NOMERGE=1
 *
 * Beside contents it checks what the kernel promises: a power of two is aligned
 * to itself, ksize covers the size and says what kmalloc_size_roundup says, one
 * difference between physical and virtual address for all, consecutive frames,
 * GFP_DMA below 16 MiB, constructed objects that stay constructed, a cache with
 * objects in it that cannot be destroyed.
 */
#include "tests/stress/core.h"

#define CAP (128u << 10)
#define DMA_LIMIT (16ull << 20)
#define MAGIC 0x6b6d656d75u

static const unsigned int some_flags[] = {
	KMEMU_GFP_KERNEL,
	KMEMU_GFP_ATOMIC,
	KMEMU_GFP_NOWAIT,
	KMEMU_GFP_KERNEL_ACCOUNT,
	KMEMU_GFP_KERNEL | KMEMU___GFP_RECLAIMABLE,
	KMEMU_GFP_NOFS,
};

static size_t kmalloc_size(struct rng *r)
{
	size_t size = random_size(r);

	return size > CAP ? size % CAP + 1 : size;
}

static void check_frames(const void *p, size_t size)
{
	static _Atomic(uint64_t) difference;
	uint64_t d = kmemu_virt_to_phys(p) - (uintptr_t)p, was = 0;
	unsigned long pfn = kmemu_virt_to_pfn(p);
	unsigned long last = kmemu_virt_to_pfn((const char *)p + size - 1);

	if (!atomic_compare_exchange_strong(&difference, &was, d) && was != d)
		die("virt_to_phys(%p) - %p is %#llx, was %#llx", p, p, (unsigned long long)d,
		    (unsigned long long)was);
	if (last - pfn != ((uintptr_t)p + size - 1) / 4096 - (uintptr_t)p / 4096)
		die("kmalloc memory %p, %zu bytes: frames %#lx to %#lx are not consecutive", p,
		    size, pfn, last);
	if (kmemu_phys_to_virt(kmemu_virt_to_phys(p)) != p)
		die("phys_to_virt(virt_to_phys(%p)) is another address", p);
	if (kmemu_is_vmalloc_addr(p))
		die("kmalloc memory %p is said to be vmalloc memory", p);
}

static void check_kmalloc(struct item *it)
{
	size_t size = it->size;

	if (it->flags & KMEMU___GFP_DMA && kmemu_virt_to_phys(it->p) + size > DMA_LIMIT)
		die("GFP_DMA: %p has physical address %#llx", (void *)it->p,
		    (unsigned long long)kmemu_virt_to_phys(it->p));
	check_align(it->p, size && !(size & (size - 1)) && size > 8 ? size : 8, "kmalloc");
	if (kmemu_ksize(it->p) < size || kmemu_ksize(it->p) != kmemu_kmalloc_size_roundup(size))
		die("ksize(%p) is %zu for %zu bytes, kmalloc_size_roundup says %zu",
		    (void *)it->p, kmemu_ksize(it->p), size, kmemu_kmalloc_size_roundup(size));
	check_frames(it->p, size);
}

static bool get_kmalloc(struct item *it, struct rng *r)
{
	bool zero = rng_one_in(r, 3);

	it->size = kmalloc_size(r);
	it->flags = some_flags[rng_below(r, 6)];
	it->p = zero ? kmemu_kzalloc(it->size, it->flags) : kmemu_kmalloc(it->size, it->flags);
	if (!it->p)
		die("kmalloc(%zu, %#x): NULL", it->size, it->flags);
	if (!it->size && it->p != KMEMU_ZERO_SIZE_PTR)
		die("kmalloc(0) is %p, want ZERO_SIZE_PTR", (void *)it->p);
	if (!it->size)
		return true;
	if (zero)
		check_zero(it->p, it->size, "kzalloc");
	check_kmalloc(it);
	if (rng_one_in(r, 4))
		it->size = kmemu_ksize(it->p);
	return true;
}

/* ZONE_DMA is small: it may be full. */
static bool get_dma(struct item *it, struct rng *r)
{
	it->size = rng_range(r, 1, 8192);
	it->flags = KMEMU_GFP_DMA | KMEMU_GFP_KERNEL;
	it->p = kmemu_kmalloc(it->size, it->flags);
	if (!it->p)
		return false;
	check_kmalloc(it);
	return true;
}

static void change_kmalloc(struct item *it, struct rng *r)
{
	size_t size = kmalloc_size(r) + 1;
	void *p;

	size = size > CAP ? CAP : size;
	p = kmemu_krealloc(it->p, size, KMEMU_GFP_KERNEL | (it->flags & KMEMU___GFP_DMA));
	if (!p && it->flags & KMEMU___GFP_DMA)
		return;
	if (!p)
		die("krealloc(%p, %zu): NULL", (void *)it->p, size);
	item_check(it, p, size < it->size ? size : it->size, "after krealloc");
	it->p = p;
	it->size = size;
	check_frames(p, size);
}

static void put_kmalloc(struct item *it, struct rng *r)
{
	if (rng_one_in(r, 20))
		kmemu_kvfree(it->p);
	else
		kmemu_kfree(it->p);
}

/* ------------------------------------------------------------------ caches */

struct header {
	uint64_t magic;
	void *self;
};

static void construct(void *p)
{
	struct header *h = p;

	h->magic = MAGIC;
	h->self = p;
}

static struct {
	const char *name;
	unsigned int size, align, flags;
	void (*ctor)(void *p);
	struct kmem_cache *cache;
} caches[] = {
	{ "stress-8", 8, 0, 0, NULL, NULL },
	{ "stress-40", 40, 0, KMEMU_SLAB_HWCACHE_ALIGN, NULL, NULL },
	{ "stress-100-ctor", 100, 0, 0, construct, NULL },
	{ "stress-16-ctor", 16, 0, 0, construct, NULL },
	{ "stress-rcu", 72, 0, KMEMU_SLAB_TYPESAFE_BY_RCU, NULL, NULL },
	{ "stress-400-align", 400, 256, 0, construct, NULL },
	{ "stress-1000", 1000, 0, KMEMU_SLAB_RECLAIM_ACCOUNT, NULL, NULL },
	{ "stress-5000", 5000, 8, KMEMU_SLAB_ACCOUNT, NULL, NULL },
	{ "stress-30000", 30000, 4096, 0, construct, NULL },
};

#define NR_CACHES (sizeof(caches) / sizeof(caches[0]))

static void check_constructed(const struct item *it, const char *when)
{
	const struct header *h = (const void *)it->p;

	if (!it->from)
		return;
	if (h->magic != MAGIC || h->self != it->p)
		die("%s: object %p of a cache with a constructor has %#llx, %p", when,
		    (void *)it->p, (unsigned long long)h->magic, h->self);
}

static bool get_object(struct item *it, struct rng *r)
{
	unsigned int i = rng_below(r, NR_CACHES);
	bool zero = !caches[i].ctor && rng_one_in(r, 4);

	it->cache = caches[i].cache;
	it->size = caches[i].size;
	it->from = caches[i].ctor ? sizeof(struct header) : 0;
	it->p = kmemu_kmem_cache_alloc(it->cache,
				       KMEMU_GFP_KERNEL | (zero ? KMEMU___GFP_ZERO : 0));
	if (!it->p)
		die("kmem_cache_alloc(%s): NULL", caches[i].name);
	if (zero)
		check_zero(it->p, it->size, caches[i].name);
	check_align(it->p, caches[i].align ? caches[i].align : sizeof(void *), caches[i].name);
	check_constructed(it, "kmem_cache_alloc");
	return true;
}

static void change_object(struct item *it, struct rng *r)
{
	check_constructed(it, "in use");
	if (rng_one_in(r, 200))
		kmemu_kmem_cache_shrink(it->cache);
}

static void put_object(struct item *it, struct rng *r)
{
	check_constructed(it, "kmem_cache_free");
	if (rng_one_in(r, 10))
		kmemu_kfree(it->p);
	else
		kmemu_kmem_cache_free(it->cache, it->p);
}

/* A cache of its own: made, used, refused to go while in use, destroyed. */
static bool get_cache(struct item *it, struct rng *r)
{
	unsigned int size = rng_range(r, 8, 3000);
	struct kmem_cache *s;

	s = kmemu_kmem_cache_create("stress-own", size, 0, 0, NULL);
	if (!s)
		die("kmem_cache_create(%u bytes): NULL", size);
	it->cache = s;
	it->size = size;
	it->p = kmemu_kmem_cache_alloc(s, KMEMU_GFP_KERNEL);
	if (!it->p)
		die("kmem_cache_alloc: NULL in a fresh cache of %u bytes", size);
	if (kmemu_kmem_cache_size(s) < size)
		die("kmem_cache_size is %u for %u", kmemu_kmem_cache_size(s), size);
	return true;
}

static void put_cache(struct item *it, struct rng *r)
{
	void *more[50];
	int error;

	(void)r;
	for (int i = 0; i < 50; i++)
		if (!(more[i] = kmemu_kmem_cache_alloc(it->cache, KMEMU_GFP_KERNEL)))
			die("kmem_cache_alloc: NULL");
	for (int i = 0; i < 50; i++)
		kmemu_kmem_cache_free(it->cache, more[i]);
	kmemu_kmem_cache_free(it->cache, it->p);
	error = kmemu_kmem_cache_destroy(it->cache);
	if (error)
		die("kmem_cache_destroy of an empty cache: %d", error);
}

/* -------------------------------------------------------------- the program */

static void *_Atomic in_handlers[16];

static void on_signal(struct rng *r)
{
	size_t size = rng_range(r, 16, 20000);
	uint64_t *p = kmemu_kmalloc(size, KMEMU_GFP_ATOMIC), *old;

	if (!p)
		die("kmalloc(%zu, GFP_ATOMIC) in a handler: NULL", size);
	p[0] = (uintptr_t)p;
	p[1] = size;
	old = atomic_exchange(&in_handlers[rng_below(r, 16)], p);
	if (old && (old[0] != (uintptr_t)old || kmemu_ksize(old) < old[1]))
		die("a handler's block %p has %#llx", (void *)old, (unsigned long long)old[0]);
	kmemu_kfree(old);
}

static const struct kind kinds[] = {
	{ "kmalloc", 60, get_kmalloc, change_kmalloc, put_kmalloc },
	{ "kmalloc GFP_DMA", 4, get_dma, change_kmalloc, put_kmalloc },
	{ "object", 40, get_object, change_object, put_object },
	{ "cache", 1, get_cache, NULL, put_cache },
};

static void make_caches(void)
{
	for (unsigned int i = 0; i < NR_CACHES; i++) {
		caches[i].cache = kmemu_kmem_cache_create(caches[i].name, caches[i].size,
							  caches[i].align, caches[i].flags,
							  caches[i].ctor);
		if (!caches[i].cache)
			die("kmem_cache_create(%s): NULL", caches[i].name);
	}
}

static void edges(void)
{
	void *p = kmemu_kmalloc(CAP, KMEMU_GFP_KERNEL);

	if (!p || kmemu_kmalloc(CAP + 1, KMEMU_GFP_KERNEL | KMEMU___GFP_NOWARN))
		die("kmalloc does not end at %u", CAP);
	kmemu_kfree(p);
	kmemu_kfree(NULL);
	kmemu_kfree(KMEMU_ZERO_SIZE_PTR);
	if (kmemu_kmem_cache_create("bad", 0, 0, 0, NULL) ||
	    kmemu_kmem_cache_create("bad", 64, 24, 0, NULL))
		die("kmem_cache_create takes a size of 0 or an alignment of 24");
}

int main(void)
{
	edges();
	make_caches();
	core_handler = on_signal;
	core_stress(kinds, sizeof(kinds) / sizeof(kinds[0]));
	for (int i = 0; i < 16; i++)
		kmemu_kfree(in_handlers[i]);
	for (unsigned int i = 0; i < NR_CACHES; i++)
		if (kmemu_kmem_cache_destroy(caches[i].cache))
			die("%s cannot be destroyed: objects were lost", caches[i].name);
	if (kmemu_validate())
		die("kmemu_validate after all caches are destroyed");
	return 0;
}
