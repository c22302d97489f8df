/*
 * slab_common.c - what is not about slabs themselves (kernel:
 * mm/slab_common.c): the kmalloc caches, size classes, kmalloc_large, class
 * ids, and what an address is. Caches by name: kmem_cache.c.
 *
 * What the kernel does: kmalloc-8 ... kmalloc-8k with 96 and 192 in four types
 * (normal, dma, reclaimable, cgroup); a size picks the index, the flags the
 * type; above 8 KiB the page allocator answers with a compound block.
 *
 * What differs: the cap is kmalloc_max (128 KiB by default, the limit before
 * 2.6.22; today's is 4 MiB). malloc asks for at least 16 bytes, so that
 * kmalloc-8 serves the API only.
 *
 * Class ids (slab.h) are handed out together with words of the per-CPU slots
 * and a barn; an id keeps them for ever (percpu_reset says why), and a
 * destroyed cache's id goes to the next cache whose sheaf fits best. A cache
 * for which none is left works without a sheaf.
 *
 * Locks: slab_mutex for the list of caches, as in the kernel.
 */
#include <errno.h>
#include <string.h>

#include "config/options.h"
#include "core/lib/vsprintf.h"
#include "core/mm/alloc_tag.h"
#include "core/mm/gfp_check.h"
#include "core/mm/page_ref.h"
#include "core/mm/slab.h"
#include "core/mm/stat.h"
#include "core/os/os.h"

bool class_table_ready;
struct kmem_cache *class_cache[256];
struct kmem_cache kmalloc_caches[NR_KMALLOC_TYPES][NR_KMALLOC_CLASSES];
u8 kmalloc_size_class[KMALLOC_MAX_CACHE_SIZE / 16 + 1];
u8 armed_size_class[KMALLOC_MAX_CACHE_SIZE / 16 + 1];
struct list_head slab_caches = LIST_HEAD_INIT(slab_caches);
kmemu_lock_t slab_mutex = KMEMU_LOCK_INIT(LOCK_SLAB_MUTEX);
bool slab_armed_word, slab_counting, slab_accounting, slab_no_hits, init_on_free;
gfp_t init_on_alloc;
u32 class_limit[256];
unsigned long kmalloc_large_calls[NR_PAGE_ORDERS];

static u16 next_word;
static u16 next_class = CLASS_FIRST_OTHER;

/* What an id owns. */
static struct {
	u16 base, words;
	bool used;
	bool barn[NR_CPU_PARTS]; /* is mapped */
} classes[256];

/* kernel: kmalloc_info[] */
static const struct {
	u32 size;
	char name[4];
} kmalloc_info[NR_KMALLOC_CLASSES] = {
	{ 0, "" },
	{ 96, "96" },
	{ 192, "192" },
	{ 8, "8" },
	{ 16, "16" },
	{ 32, "32" },
	{ 64, "64" },
	{ 128, "128" },
	{ 256, "256" },
	{ 512, "512" },
	{ 1024, "1k" },
	{ 2048, "2k" },
	{ 4096, "4k" },
	{ 8192, "8k" },
};

unsigned int kmalloc_index(size_t size)
{
	if (size <= 8)
		return 3;
	if (size > 64 && size <= 96)
		return 1;
	if (size > 128 && size <= 192)
		return 2;
	return fls64(size - 1);
}

size_t kmalloc_size_roundup(size_t size)
{
	if (!size || size == SIZE_MAX)
		return size;
	if (size > KMALLOC_MAX_CACHE_SIZE)
		return PAGE_SIZE << get_order(size);
	return kmalloc_info[kmalloc_index(size)].size;
}

static enum kmalloc_cache_type kmalloc_type(gfp_t flags)
{
	if (likely(!(flags & (__GFP_DMA | __GFP_RECLAIMABLE | __GFP_ACCOUNT))))
		return KMALLOC_NORMAL;
	if (flags & __GFP_DMA)
		return KMALLOC_DMA;
	return flags & __GFP_RECLAIMABLE ? KMALLOC_RECLAIM : KMALLOC_CGROUP;
}

struct kmem_cache *kmalloc_slab(size_t size, gfp_t flags)
{
	return &kmalloc_caches[kmalloc_type(flags)][kmalloc_index(size)];
}

/* --- making caches --- */

static void class_fill(struct kmem_cache *s)
{
	u64 mul = DIV_ROUND_UP(1UL << 32, (u64)s->size);

	CLASS_TABLE->mark_shift[s->cls] = s->mark_shift;
	CLASS_TABLE->of[s->cls].mask = (u32)(PAGE_SIZE << s->order) - 1;
	CLASS_TABLE->of[s->cls].mul = (u32)mul;
	CLASS_TABLE->size[s->cls] = slab_ksize(s);
	__atomic_store_n(&CLASS_TABLE->limit[s->cls], slab_armed ? 0 : class_limit[s->cls],
			 __ATOMIC_SEQ_CST);
	if (__atomic_load_n(&slab_armed_word, __ATOMIC_SEQ_CST)) /* meanwhile */
		WRITE_ONCE(CLASS_TABLE->limit[s->cls], 0);
}

static void limits_clear(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(class_limit); i++)
		__atomic_store_n(&CLASS_TABLE->limit[i], 0, __ATOMIC_RELEASE);
}

/* The hit path's test (slab.h); limit 0 keeps a class off the hit path. */
void class_setup(struct kmem_cache *s)
{
	u64 mul = DIV_ROUND_UP(1UL << 32, (u64)s->size);
	u64 e = mul * s->size - (1UL << 32);
	bool plain = s->cls && s->order <= SLAB_MAX_ORDER && s->size >= MARK_BYTES;

	class_limit[s->cls] = plain ? (e ? (u32)(s->objects * e) : 1) : 0;
	class_cache[s->cls] = s;
	if (class_table_ready)
		class_fill(s);
}

/*
 * Only the kmalloc caches are older than it: another's struct is an object. A
 * handler may come in anywhere and needs the table whole: who finds it not yet
 * ready makes it, the same again, and a mapping that is being made is ours.
 */
bool class_table_map(void)
{
	static bool mapping;
	bool within = READ_ONCE(mapping);
	unsigned int cls;
	int err;

	if (likely(class_table_ready))
		return true;
	WRITE_ONCE(mapping, true);
	err = os_map(CLASS_TABLE, sizeof(struct class_table));
	if (err && !READ_ONCE(class_table_ready) && !(within && err == -EEXIST)) {
		WRITE_ONCE(mapping, within);
		return false;
	}
	pcp_class_setup();
	for (cls = 1; cls < FRAME_DIRTY; cls++)
		if (class_cache[cls])
			class_fill(class_cache[cls]);
	__atomic_store_n(&class_table_ready, true, __ATOMIC_SEQ_CST);
	if (__atomic_load_n(&slab_armed_word, __ATOMIC_SEQ_CST)) /* meanwhile */
		limits_clear();
	WRITE_ONCE(mapping, within);
	return true;
}

static bool class_new(unsigned int cls, unsigned int words)
{
	if (cls >= FRAME_DIRTY || next_word + words + 1 > PERCPU_WORDS)
		return false;
	classes[cls].base = next_word;
	classes[cls].words = (u16)words;
	next_word = (u16)(next_word + words + 1);
	return true;
}

/* A free id whose words come nearest to what is wanted, else a new one; or 0. */
unsigned int class_get(unsigned int words)
{
	unsigned int cls, best = 0, best_off = ~0U;

	for (cls = CLASS_FIRST_OTHER; cls < next_class; cls++) {
		unsigned int have = classes[cls].words;
		unsigned int off = have > words ? have - words : words - have;

		if (!classes[cls].used && off < best_off) {
			best = cls;
			best_off = off;
		}
	}
	if (best_off > words / 4 && class_new(next_class, words))
		best = next_class++;
	return best;
}

void class_put(struct kmem_cache *s)
{
	if (!s->cls)
		return;
	class_limit[s->cls] = 0;
	if (class_table_ready)
		CLASS_TABLE->limit[s->cls] = 0;
	class_cache[s->cls] = NULL;
	memcpy(classes[s->cls].barn, s->barn.mapped, sizeof(s->barn.mapped));
	classes[s->cls].used = false;
}

/* Words of each slot for the sheaf: 256 KiB of objects, `most` at the most. */
unsigned int sheaf_words(const struct kmem_cache *s, unsigned int most)
{
	return clamp(262144 / s->size, 4U, most);
}

void sheaf_setup(struct kmem_cache *s, unsigned int cls)
{
	if (!cls || s->size < MARK_BYTES)
		return;
	classes[cls].used = true;
	s->cls = (u8)cls;
	s->stack_base = classes[cls].base;
	s->stack_words = classes[cls].words;
	memcpy(s->barn.mapped, classes[cls].barn, sizeof(s->barn.mapped));
}

int cache_setup(struct kmem_cache *s, const char *name, u32 size,
		const struct kmemu_cache_args *args)
{
	kmemu_scnprintf(s->name, sizeof(s->name), "%s", name);
	s->object_size = size;
	s->align = args->align;
	s->useroffset = args->useroffset;
	s->usersize = args->usersize;
	s->mark_shift = (u8)mark_shift_of(size);
	s->node.list_lock = (kmemu_lock_t)KMEMU_LOCK_INIT(LOCK_NODE);
	for (unsigned int i = 0; i < NR_CPU_PARTS; i++)
		INIT_LIST_HEAD(&s->node.partial[i]);
	INIT_LIST_HEAD(&s->node.full);
	return calculate_cache(s, args);
}

gfp_t cache_gfp(u32 flags)
{
	gfp_t gfp = flags & KMEMU_SLAB_CACHE_DMA ? __GFP_DMA : 0;

	if (flags & KMEMU_SLAB_CACHE_DMA32)
		gfp |= __GFP_DMA32;
	return flags & KMEMU_SLAB_RECLAIM_ACCOUNT ? gfp | __GFP_RECLAIMABLE : gfp;
}

static void create_kmalloc_cache(enum kmalloc_cache_type type, unsigned int index)
{
	static const char *const prefix[] = { "kmalloc", "dma-kmalloc", "kmalloc-rcl",
					      "kmalloc-cg" };
	static const u32 flags[] = { 0, KMEMU_SLAB_CACHE_DMA, KMEMU_SLAB_RECLAIM_ACCOUNT,
				     KMEMU_SLAB_ACCOUNT };
	struct kmem_cache *s = &kmalloc_caches[type][index];
	u32 size = kmalloc_info[index].size;
	char name[24];

	kmemu_scnprintf(name, sizeof(name), "%s-%s", prefix[type], kmalloc_info[index].name);
	s->type = (u8)type;
	s->flags = flags[type];
	s->allocflags = cache_gfp(s->flags);
	s->refcount = -1;
	cache_setup(s, name, size,
		    &(struct kmemu_cache_args){ .align = size & -size, .usersize = size });
	if (type == KMALLOC_NORMAL)
		sheaf_setup(s, class_new(index, sheaf_words(s, 128)) ? index : 0);
	else
		sheaf_setup(s, class_get(sheaf_words(s, 16)));
	class_setup(s);
	list_add(&s->list, &slab_caches);
}

static void size_classes_clear(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(kmalloc_size_class); i++)
		WRITE_ONCE(kmalloc_size_class[i], 0);
}

void slab_arm(void)
{
	if (READ_ONCE(slab_armed_word))
		return;
	__atomic_store_n(&slab_armed_word, true, __ATOMIC_SEQ_CST);
	size_classes_clear();
	if (__atomic_load_n(&class_table_ready, __ATOMIC_SEQ_CST))
		limits_clear();
}

void kmem_cache_init(void)
{
	unsigned int i, type;

	pcp_init();
	next_word = pcp_words_end();
	for (i = 0; i < ARRAY_SIZE(armed_size_class); i++) {
		u8 cls = (u8)kmalloc_index(i ? i * 16 : 16);

		armed_size_class[i] = slab_no_hits ? 0 : cls;
		kmalloc_size_class[i] = slab_armed ? 0 : cls;
	}
	/* By another thread, meanwhile; what is written, so that it comes behind the classes. */
	if (__atomic_fetch_or((u8 *)&slab_armed_word, 0, __ATOMIC_SEQ_CST))
		size_classes_clear();
	for (type = 0; type < NR_KMALLOC_TYPES; type++)
		for (i = 1; i < NR_KMALLOC_CLASSES; i++)
			create_kmalloc_cache((enum kmalloc_cache_type)type, i);
}

int validate_all(void)
{
	struct kmem_cache *s;
	int bad = 0;

	if (!percpu_stop())
		return 0;
	flush_all_caches();
	drain_pages();
	if (spin_lock(&slab_mutex)) {
		list_for_each_entry(s, &slab_caches, list)
			bad += validate_slab_cache(s);
		spin_unlock(&slab_mutex);
	}
	percpu_start();
	return bad + validate_zone() + validate_vmap();
}

/* --- kmalloc --- */

static u8 large_class(const struct page *page, unsigned int order)
{
	if (order < 2 || order > PCP_MAX_ORDER || page->zone != ZONE_NORMAL || page->flags)
		return 0;
	return (u8)(CLASS_PCP + order);
}

void *kmalloc_large(size_t size, unsigned int order, gfp_t flags)
{
	struct page *page;
	u8 cls;

	if (!gfp_fix_flags(&flags))
		return NULL;
	page = alloc_pages((flags | __GFP_COMP) & ~__GFP_ZERO, order);
	if (unlikely(!page))
		return NULL;
	/* Here, so that a block of the page lists will do, too; init_on_alloc= is done. */
	if ((flags & __GFP_ZERO) && !init_on_alloc)
		clear_dirty_frames(page_to_pfn(page), PAGE_SIZE << order);
	page->requested = size;
	if (unlikely(slab_accounting))
		__atomic_fetch_add(&kmalloc_large_calls[order], 1, __ATOMIC_RELAXED);
	cls = large_class(page, order);
	if (cls) {
		/* A hit that frees it marks no frames: they count as dirty now. */
		memset(frame_class + page_to_pfn(page), FRAME_DIRTY, 1UL << order);
		frame_class[page_to_pfn(page)] = cls;
	}
	return page_address(page);
}

void kfree_large(struct page *page)
{
	if (unlikely(page->flags & ~PAGE_FLAG_EMERGENCY))
		page_disown(page);
	free_pages(page, page->order);
}

static void *__kmalloc(size_t size, size_t room, gfp_t flags)
{
	struct kmem_cache *s;
	void *p;

	if (room > KMALLOC_MAX_CACHE_SIZE)
		return kmalloc_large(size, get_order(room), flags);
	s = kmalloc_slab(room, flags);
	p = kmem_cache_alloc(s, flags);
	if (unlikely(slab_accounting) && p) {
		__atomic_fetch_add(&s->allocs, 1, __ATOMIC_RELAXED);
		__atomic_fetch_add(&s->requested_bytes, size, __ATOMIC_RELAXED);
	}
	return p;
}

void *kmalloc_too_large(const char *func, size_t size, gfp_t flags)
{
	if (!(flags & __GFP_NOWARN))
		gfp_warn(func, flags, (unsigned int)get_order(size), "size above kmalloc_max");
	return NULL;
}

void *kmalloc(size_t size, gfp_t flags)
{
	if (unlikely(!size))
		return KMEMU_ZERO_SIZE_PTR;
	if (unlikely(size > kmemu_opts.kmalloc_max))
		return kmalloc_too_large("kmalloc", size, flags);
	return __kmalloc(size, size, flags);
}

void *kmalloc_aligned(size_t size, size_t align, gfp_t flags)
{
	size_t room = max(size, (size_t)16);

	if (unlikely(room > kmemu_opts.kmalloc_max || align > KMALLOC_MAX_SIZE))
		return NULL;
	/* A class is aligned to the largest power of two in its size. */
	if (align > 16 && (kmalloc_size_roundup(room) & (align - 1)))
		room = max(align, (size_t)1 << fls64(room - 1));
	return __kmalloc(size, room, flags);
}

/* --- what an address is --- */

static void lookup_slab(const void *p, struct object_info *info)
{
	struct kmem_cache *s = info->page->slab_cache;
	char *base = page_address(info->page);
	unsigned int i = obj_to_index(s, info->page, p);

	info->cache = s;
	info->size = s->object_size;
	info->kind = OBJECT_SLAB_INSIDE;
	if (i >= info->page->objects)
		return;
	info->object = base + (size_t)i * s->size + s->red_left_pad;
	if (info->object == p)
		info->kind = is_object_free(s, info->page, p) ? OBJECT_SLAB_FREE : OBJECT_SLAB;
	else if (is_object_free(s, info->page, info->object))
		info->kind = OBJECT_FREE;
}

static void lookup_large(const void *p, struct object_info *info)
{
	unsigned int order = info->page->order;

	info->object = page_address(info->page);
	info->size = PAGE_SIZE << order;
	info->kind = info->object == p ? OBJECT_LARGE : OBJECT_LARGE_INSIDE;
	if (is_marked_free(info->object, MARK_SHIFT_LARGE))
		info->kind = info->object == p ? OBJECT_LARGE_FREE : OBJECT_FREE;
}

void object_lookup(const void *p, struct object_info *info)
{
	unsigned long pfn = virt_to_pfn(p);

	*info = (struct object_info){ .kind = OBJECT_NONE };
	if (!in_direct_map(p) || !pfn_valid(pfn))
		return;
	info->page = page_head(pfn);
	info->kind = OBJECT_FREE;
	if (!info->page)
		return;
	switch (__atomic_load_n(&info->page->state, __ATOMIC_ACQUIRE)) {
	case PAGE_SLAB:
		lookup_slab(p, info);
		break;
	case PAGE_LARGE:
		lookup_large(p, info);
		break;
	}
}

size_t ksize(const void *p)
{
	struct object_info info;
	unsigned long cls;

	if ((unsigned long)p <= 16)
		return 0;
	if (likely(slab_lookup(p, &cls)))
		return class_cache[cls] ? slab_ksize(class_cache[cls])
					: PAGE_SIZE << (cls - CLASS_PCP);
	object_lookup(p, &info);
	if (info.kind == OBJECT_SLAB)
		return slab_ksize(info.cache);
	return info.kind == OBJECT_LARGE ? info.size : 0;
}
