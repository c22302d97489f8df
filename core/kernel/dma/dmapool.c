/*
 * dmapool.c - pools of small blocks of coherent memory (kernel: mm/dmapool.c).
 *
 * A pool takes pieces of coherent memory of max(size, a page) and cuts blocks
 * from them, so that none crosses the boundary. A free block holds the next free
 * one and its device address in its first 16 bytes, so the smallest block has 16.
 * A pool never shrinks.
 *
 * With dma_debug= on, what DMAPOOL_DEBUG (CONFIG_SLUB_DEBUG_ON) has: free blocks
 * are filled with 0xa7 behind the link and looked at when they are handed out,
 * new ones hold 0xa9; a block that is freed must be the pool's and not free.
 *
 * Different from the kernel: whether a block is free says a bit, where it walks the
 * whole free list at each free; both addresses of a block that is freed must be the
 * block's, and what is not is never written to.
 *
 * Invariant: nr_active + blocks in the free list = nr_blocks.
 *
 * Locks: dma_pool_lock, one for all pools, so that fork knows it; memory is
 * taken without it.
 */
#include <string.h>

#include "core/kernel/devres.h"
#include "core/kernel/dma/direct.h"
#include "core/kernel/task.h"

#define POOL_POISON_FREED 0xa7
#define POOL_POISON_ALLOCATED 0xa9

struct dma_block {
	struct dma_block *next;
	u64 dma;
} __attribute__((packed)); /* blocks of any size lie at any address */

struct dma_page {
	struct dma_page *next;
	u8 *p;
	kmemu_dma_addr_t dma;
	u64 used[4]; /* debug: a bit for each 16 bytes: a block that is handed out begins here */
};

struct dma_pool {
	struct dma_page *pages;
	struct dma_block *free;
	size_t nr_blocks, nr_active, nr_pages;
	struct device *dev;
	unsigned int size, allocation, boundary;
	char name[32];
	struct dma_pool *next; /* of the device */
};

kmemu_lock_t dma_pool_lock = KMEMU_LOCK_INIT(LOCK_DMA_POOL);

static bool is_debug(void)
{
	return kmemu_opts.dma_debug != POLICY_OFF;
}

static bool say(const struct dma_pool *pool, enum dma_text text, const void *p, u64 dma,
		const char *func, const void *caller)
{
	struct dma_mapping m = { .dev = pool->dev, .func = func, .caller = caller };
	struct report_dma facts = { .text = text, .pool = pool->name, .dev_addr = dma,
				    .size = pool->size };

	return debug_dma_say(REPORT_DMA_POOL, &m, &facts, p);
}

/* --- pools -------------------------------------------------------------------------- */

/* False: such a pool cannot be. */
static bool sizes(struct dma_pool *pool, size_t size, size_t align, size_t boundary)
{
	size_t allocation;

	align = align ? align : 1;
	if (!is_power_of_2(align) || !size || size > 0x7fffffff)
		return false;
	size = ALIGN(max(size, sizeof(struct dma_block)), align);
	allocation = max(size, PAGE_SIZE);
	if (boundary && (boundary < size || !is_power_of_2(boundary)))
		return false;
	pool->size = (unsigned int)size;
	pool->allocation = (unsigned int)allocation;
	pool->boundary = (unsigned int)(boundary ? min(boundary, allocation) : allocation);
	return true;
}

static struct dma_pool *create(const char *name, struct device *dev, size_t size, size_t align,
			       size_t boundary, const void *caller)
{
	struct dma_pool *pool, like = { .dev = dev };

	if (!dev || !sizes(&like, size, align, boundary))
		return NULL;
	pool = kmalloc_for(sizeof(*pool), GFP_KERNEL, "dma_pool_create", caller);
	if (!pool)
		return NULL;
	*pool = like;
	strncpy(pool->name, name, sizeof(pool->name) - 1);
	pool->next = dev->kmemu_pools;
	dev->kmemu_pools = pool;
	return pool;
}

KMEMU_EXPORT struct dma_pool *kmemu_dma_pool_create(const char *name, struct device *dev,
						    size_t size, size_t align, size_t boundary)
{
	return create(name, dev, size, align, boundary, CALLER);
}

static void unlink_pool(struct dma_pool *pool)
{
	struct dma_pool **at = (struct dma_pool **)&pool->dev->kmemu_pools;

	while (*at && *at != pool)
		at = &(*at)->next;
	if (*at)
		*at = pool->next;
}

/* A busy pool's memory stays with who uses it. */
static void destroy(struct dma_pool *pool, const void *caller)
{
	struct dma_page *page, *next;
	bool busy = pool->nr_active;

	unlink_pool(pool);
	if (busy)
		say(pool, DMA_POOL_BUSY, NULL, 0, "dma_pool_destroy", caller);
	for (page = pool->pages; page; page = next) {
		next = page->next;
		if (!busy)
			kmemu_dma_free_attrs(pool->dev, pool->allocation, page->p, page->dma, 0);
		kfree_for(page, caller);
	}
	kfree_for(pool, caller);
}

KMEMU_EXPORT void kmemu_dma_pool_destroy(struct dma_pool *pool)
{
	if (!pool)
		return;
	might_sleep_in("dma_pool_destroy", CALLER);
	destroy(pool, CALLER);
}

/* --- blocks ------------------------------------------------------------------------- */

static struct dma_page *page_of(const struct dma_pool *pool, u64 dma)
{
	struct dma_page *page = pool->pages;

	while (page && dma - page->dma >= pool->allocation)
		page = page->next;
	return page;
}

/* Pieces larger than a page hold one block, so a page has bits for all. */
static u64 *used_word(struct dma_page *page, u64 dma, u64 *bit)
{
	u64 i = (dma - page->dma) / sizeof(struct dma_block) % 256;

	*bit = 1UL << i % 64;
	return &page->used[i / 64];
}

static struct dma_block *pop(struct dma_pool *pool)
{
	struct dma_block *block = pool->free;
	u64 bit, dma = (u64)block - PAGE_OFFSET; /* block->dma may be overwritten */
	struct dma_page *page = block && is_debug() ? page_of(pool, dma) : NULL;

	if (block && is_debug() && !page)
		block = pool->free = NULL; /* the link was: what is behind it is lost */
	if (!block)
		return NULL;
	if (page) {
		u64 *word = used_word(page, dma, &bit);

		*word |= bit;
	}
	pool->free = block->next;
	pool->nr_active++;
	return block;
}

/* Kernel: pool_initialise_page(). In rising order, so that they are handed out so. */
static void cut(struct dma_pool *pool, struct dma_page *page)
{
	unsigned int end = pool->boundary, at = 0;
	struct dma_block *first = NULL, *last = NULL;

	if (is_debug())
		memset(page->p, POOL_POISON_FREED, pool->allocation);
	while (at + pool->size <= pool->allocation) {
		struct dma_block *block = (struct dma_block *)(page->p + at);

		if (at + pool->size > end) {
			at = end;
			end += pool->boundary;
			continue;
		}
		block->dma = page->dma + at;
		if (last)
			last->next = block;
		else
			first = block;
		last = block;
		at += pool->size;
		pool->nr_blocks++;
	}
	if (last) {
		last->next = pool->free;
		pool->free = first;
	}
	page->next = pool->pages;
	pool->pages = page;
	pool->nr_pages++;
}

static struct dma_page *new_page(struct dma_pool *pool, gfp_t flags, const void *caller)
{
	struct dma_page *page = kmalloc_for(sizeof(*page), flags | __GFP_ZERO, "dma_pool_alloc",
					    caller);

	if (!page)
		return NULL;
	page->p = dma_alloc_for(pool->dev, pool->allocation, &page->dma, flags, 0,
				"dma_pool_alloc", caller);
	if (page->p)
		return page;
	kfree_for(page, caller);
	return NULL;
}

/* A page may be given, which is the pool's then. */
static struct dma_block *take(struct dma_pool *pool, struct dma_page *page)
{
	struct dma_block *block;

	if (!spin_lock(&dma_pool_lock))
		return NULL;
	if (page)
		cut(pool, page);
	block = pop(pool);
	spin_unlock(&dma_pool_lock);
	return block;
}

/* Kernel: pool_check_block(). */
static void check_block(const struct dma_pool *pool, struct dma_block *block, gfp_t flags,
			const void *caller)
{
	const u8 *byte = (const u8 *)block;
	u64 dma = block->dma;
	unsigned int i = sizeof(*block);

	while (i < pool->size && byte[i] == POOL_POISON_FREED)
		i++;
	if (i < pool->size)
		say(pool, DMA_POOL_CORRUPTED, block, dma, "dma_pool_alloc", caller);
	if (!(flags & __GFP_ZERO))
		memset(block, POOL_POISON_ALLOCATED, pool->size);
}

KMEMU_EXPORT void *kmemu_dma_pool_alloc(struct dma_pool *pool, kmemu_gfp_t flags,
					kmemu_dma_addr_t *handle)
{
	struct dma_block *block;
	struct dma_page *page;

	if (unlikely(slab_armed) &&
	    !might_alloc(pool->size, flags, false, "dma_pool_alloc", CALLER))
		return NULL;
	block = take(pool, NULL);
	if (!block) {
		page = new_page(pool, flags & ~__GFP_ZERO, CALLER);
		block = page ? take(pool, page) : NULL;
	}
	if (!block)
		return NULL;
	*handle = block->dma;
	if (is_debug())
		check_block(pool, block, flags, CALLER);
	if (flags & __GFP_ZERO)
		memset(block, 0, pool->size);
	return block;
}

/* As cut() cuts: blocks lie one behind the other, none across the boundary. */
static bool is_start(const struct dma_pool *pool, u64 offset)
{
	u64 inside = offset % pool->boundary;

	return inside % pool->size == 0 && inside + pool->size <= pool->boundary;
}

/* Kernel: pool_block_err(). Under the lock; *text where it is true. */
static bool is_bad(const struct dma_pool *pool, const void *p, u64 dma, enum dma_text *text)
{
	struct dma_page *page = page_of(pool, dma);
	u64 bit, *used;

	*text = DMA_POOL_BAD;
	if (!page || (u64)p - PAGE_OFFSET != dma || !is_start(pool, dma - page->dma))
		return true;
	*text = DMA_POOL_FREE;
	used = used_word(page, dma, &bit);
	if (!(*used & bit))
		return true;
	*used &= ~bit;
	return false;
}

KMEMU_EXPORT void kmemu_dma_pool_free(struct dma_pool *pool, void *p, kmemu_dma_addr_t dma)
{
	struct dma_block *block = p;
	enum dma_text text;
	bool bad;

	if (!spin_lock(&dma_pool_lock))
		return; /* in a handler that interrupted a pool: the block is lost */
	bad = is_debug() && is_bad(pool, p, dma, &text);
	if (!bad) {
		if (is_debug())
			memset(p, POOL_POISON_FREED, pool->size);
		block->dma = dma;
		block->next = pool->free;
		pool->free = block;
		pool->nr_active--;
	}
	spin_unlock(&dma_pool_lock);
	if (bad)
		say(pool, text, p, dma, "dma_pool_free", CALLER);
}

/* --- managed -------------------------------------------------------------------------- */

static void dmam_pool_release(struct device *dev, void *res)
{
	(void)dev;
	destroy(*(struct dma_pool **)res, NULL);
}

static int dmam_pool_match(struct device *dev, void *res, void *match)
{
	(void)dev;
	return *(struct dma_pool **)res == match;
}

KMEMU_EXPORT struct dma_pool *kmemu_dmam_pool_create(const char *name, struct device *dev,
						     size_t size, size_t align, size_t boundary)
{
	struct dma_pool **res = kmemu_devres_alloc(dmam_pool_release, sizeof(*res), GFP_KERNEL);

	if (!res)
		return NULL;
	*res = create(name, dev, size, align, boundary, CALLER);
	if (!*res) {
		kmemu_devres_free(res);
		return NULL;
	}
	kmemu_devres_add(dev, res);
	return *res;
}

KMEMU_EXPORT void kmemu_dmam_pool_destroy(struct dma_pool *pool)
{
	struct device *dev = pool->dev;

	if (kmemu_devres_destroy(dev, dmam_pool_release, dmam_pool_match, pool))
		devres_not_managed(pool, "dmam_pool_destroy", CALLER); /* and stays, as there */
	else
		destroy(pool, CALLER);
}
