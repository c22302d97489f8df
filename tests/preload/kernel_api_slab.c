// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * <linux/slab.h> and <linux/mempool.h>: what each function promises, then one mistake
 * by name. (kernel_api_slab.sh)
 */
#include <linux/mempool.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <stdio.h>
#include <string.h>

#include "check.h"

int validate_slab_cache(struct kmem_cache *s) __asm__("kmemu_validate_slab_cache");

struct inode {
	long number;
	char name[56];
};

static void sizes(void)
{
	char *p = kmalloc(33, GFP_KERNEL), *q;

	CHECK(ksize(p) == 64 && kmalloc_size_roundup(33) == 64 && kmalloc_index(33) == 6);
	memset(p, 7, 64);
	q = krealloc(p, 20, GFP_KERNEL | __GFP_ZERO);
	CHECK(q == p && q[19] == 7 && !q[20] && !q[63]);
	q = krealloc(p, 100, GFP_KERNEL);
	CHECK(q && q[19] == 7 && ksize(q) == 128);
	CHECK(krealloc(q, 0, GFP_KERNEL) == ZERO_SIZE_PTR);
	CHECK(kmalloc(0, GFP_KERNEL) == ZERO_SIZE_PTR);
	CHECK(!kmalloc_array(1UL << 60, 64, GFP_KERNEL) && !kcalloc(1UL << 60, 64, GFP_KERNEL));
	CHECK(!kmalloc(KMALLOC_MAX_SIZE + 1, GFP_KERNEL | __GFP_NOWARN));
	p = kvmalloc(KMALLOC_MAX_SIZE + 1, GFP_KERNEL);
	CHECK(is_vmalloc_addr(p));
	p = kvrealloc(p, 2 * KMALLOC_MAX_SIZE, GFP_KERNEL);
	kvfree_sensitive(p, 2 * KMALLOC_MAX_SIZE);
	p = kvmalloc(KMALLOC_MAX_SIZE + 1, GFP_KERNEL);
	CHECK(kvrealloc(p, 100, GFP_KERNEL) == p && is_vmalloc_addr(p));
	CHECK(!kvrealloc(p, 0, GFP_KERNEL));
	kfree_sensitive(kzalloc(8, GFP_ATOMIC));
	kfree_sensitive(NULL);
	kfree(ZERO_SIZE_PTR);
}

static void caches(void)
{
	struct kmem_cache *s = KMEM_CACHE_USERCOPY(inode, SLAB_HWCACHE_ALIGN, name);
	struct kmem_cache_args args = { .align = 256 };
	struct kmem_cache *big = kmem_cache_create("big", 100, &args, 0);
	void *p[40];

	CHECK(kmem_cache_size(s) == sizeof(struct inode));
	CHECK(kmem_cache_alloc_bulk(s, GFP_KERNEL, 40, p) == 40);
	kmem_cache_free_bulk(s, 40, p);
	p[0] = kmem_cache_alloc_lru(s, NULL, GFP_KERNEL);
	p[1] = kmem_cache_zalloc(s, GFP_KERNEL);
	kfree(p[0]); /* finds the cache */
	kmem_cache_free(s, p[1]);
	CHECK(kmem_cache_shrink(s) == 0);
	p[0] = kmem_cache_alloc(big, GFP_KERNEL);
	CHECK(((unsigned long)p[0] & 255) == 0);
	kmem_cache_free(big, p[0]);
	kmem_cache_destroy(big);
	kmem_cache_destroy(s);
	kmem_cache_destroy(NULL);
}

static void pools(void)
{
	mempool_t *pool = mempool_create_kmalloc_pool(4, 100);
	mempool_t inside = {};
	void *p = mempool_alloc(pool, GFP_NOIO);

	CHECK(p && mempool_is_saturated(pool) && !mempool_initialized(&inside));
	mempool_free(p, pool);
	CHECK(mempool_resize(pool, 8) == 0 && pool->curr_nr == 8);
	CHECK(mempool_init_page_pool(&inside, 2, 1) == 0);
	CHECK(mempool_alloc_preallocated(&inside) && inside.curr_nr == 1);
	mempool_exit(&inside);
	mempool_destroy(pool);
}

static struct kmem_cache *cache(slab_flags_t flags)
{
	return kmem_cache_create("names", 64, 0, flags, NULL);
}

static void red_zone(void)
{
	struct kmem_cache *s = cache(SLAB_RED_ZONE);
	char *p = kmem_cache_alloc(s, GFP_KERNEL);

	__asm__ volatile("" : "+r"(p));
	p[64] = 0;
	CHECK(validate_slab_cache(s) == 1);
	kmem_cache_free(s, p);
	kmem_cache_destroy(s);
}

static void after_free(void)
{
	struct kmem_cache *s = cache(SLAB_POISON | SLAB_STORE_USER | SLAB_CONSISTENCY_CHECKS);
	char *p = kmem_cache_alloc(s, GFP_KERNEL);

	kmem_cache_free(s, p);
	__asm__ volatile("" : "+r"(p));
	p[10] = 1;
	kmem_cache_alloc(s, GFP_KERNEL);
}

static void left(void)
{
	struct kmem_cache *s = cache(SLAB_NO_MERGE);

	kmem_cache_alloc(s, GFP_KERNEL);
	kmem_cache_destroy(s);
}

static void gone(void)
{
	struct kmem_cache *s = cache(0);

	kmem_cache_destroy(s);
	CHECK(!kmem_cache_alloc(s, GFP_KERNEL));
}

static void wrong(void)
{
	CHECK(!kmem_cache_create("names", 0, 0, 0, NULL));
}

static void vmalloc_to_kfree(void)
{
	kfree(vmalloc(8192));
}

static void other_cache(void)
{
	struct kmem_cache *a = cache(0), *b = kmem_cache_create("b", 64, NULL, SLAB_NO_MERGE);

	kmem_cache_free(b, kmem_cache_alloc(a, GFP_KERNEL));
}

static const struct {
	const char *name;
	void (*run)(void);
} cases[] = {
	{ "sizes", sizes }, { "caches", caches }, { "pools", pools }, { "red-zone", red_zone },
	{ "after-free", after_free }, { "left", left }, { "gone", gone }, { "wrong", wrong },
	{ "vmalloc-to-kfree", vmalloc_to_kfree }, { "other-cache", other_cache },
};

int main(int argc, char **argv)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (argc > 1 ? !strcmp(argv[1], cases[i].name) : i < 3)
			cases[i].run();
	return 0;
}
