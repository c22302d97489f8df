// SPDX-License-Identifier: MIT
/*
 * Shows that kmalloc has the kernel's classes, names, types, alignments and
 * limits; that caches can be made and destroyed for ever in any order without
 * losing class ids or handing out what an earlier cache left behind; and that
 * what an address is can be told for each byte.
 */
#include "tests/unit/heap.h"

#include <errno.h>
#include <pthread.h>

#include "config/options.h"
#include "core/report/report.h"

static struct kmem_cache *make(u32 size)
{
	return kmem_cache_create("test", size, 0, 0, NULL);
}

static struct page *page_of(const void *p)
{
	return page_head(virt_to_pfn(p));
}

static struct kmem_cache *cache_of(const void *p)
{
	return page_of(p)->slab_cache;
}

/* --- classes (kernel.md 2.1) --- */

static void size_picks_the_class(void)
{
	static const size_t classes[] = { 8,   16,  32,	  64,	96,   128,  192,
					  256, 512, 1024, 2048, 4096, 8192 };
	unsigned int c = 0;

	for (size_t size = 1; size <= 8192; size++) {
		if (size > classes[c])
			c++;
		UNIT_EQ(kmalloc_size_roundup(size), classes[c]);
	}
	UNIT_EQ(kmalloc_size_roundup(0), 0);
	UNIT_EQ(kmalloc_size_roundup(8193), 16384);
	UNIT_EQ(kmalloc_size_roundup(131073), 262144);
	UNIT_EQ(kmalloc_size_roundup(4 << 20), 4 << 20);
	CU_ASSERT(kmalloc_size_roundup(SIZE_MAX) == SIZE_MAX);
	UNIT_EQ(kmalloc_index(96), 1);
	UNIT_EQ(kmalloc_index(192), 2);
	UNIT_EQ(kmalloc_index(1), 3);
	UNIT_EQ(kmalloc_index(8192), 13);
}

HEAP_TEST(caches_have_the_kernels_names, "")
{
	static const struct {
		size_t size;
		gfp_t flags;
		const char *name;
	} want[] = {
		{ 1, GFP_KERNEL, "kmalloc-8" },
		{ 96, GFP_KERNEL, "kmalloc-96" },
		{ 192, GFP_ATOMIC, "kmalloc-192" },
		{ 513, GFP_KERNEL, "kmalloc-1k" },
		{ 8192, GFP_KERNEL, "kmalloc-8k" },
		{ 64, GFP_KERNEL | __GFP_DMA, "dma-kmalloc-64" },
		{ 64, GFP_KERNEL | __GFP_DMA | __GFP_RECLAIMABLE, "dma-kmalloc-64" },
		{ 64, GFP_KERNEL | __GFP_RECLAIMABLE, "kmalloc-rcl-64" },
		{ 64, GFP_KERNEL | __GFP_RECLAIMABLE | __GFP_ACCOUNT, "kmalloc-rcl-64" },
		{ 4096, GFP_KERNEL | __GFP_ACCOUNT, "kmalloc-cg-4k" },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(want); i++) {
		void *p = kmalloc(want[i].size, want[i].flags);

		OK(!strcmp(cache_of(p)->name, want[i].name));
		OK(!(want[i].flags & __GFP_DMA) || virt_to_pfn(p) < 4096);
		UNIT_EQ(ksize(p), kmalloc_size_roundup(want[i].size));
		kvfree(p);
	}
}

HEAP_TEST(alignment_is_the_greatest_power_of_two, "")
{
	for (size_t size = 1; size <= 131072; size += size < 300 ? 1 : size / 7) {
		size_t full = kmalloc_size_roundup(size);
		void *p[20];

		for (int i = 0; i < 20; i++) {
			p[i] = kmalloc(size, GFP_KERNEL);
			OK(p[i] && ((unsigned long)p[i] & ((full & -full) - 1)) == 0);
			memset(p[i], 1, size);
		}
		for (int i = 0; i < 20; i++)
			kvfree(p[i]);
	}
}

/* What malloc_usable_size and realloc look at first: right or a miss. */
HEAP_TEST(size_hit_is_ksize_of_a_live_start_or_a_miss, "")
{
	char *vm = kvmalloc(131073, GFP_KERNEL);

	for (size_t size = 16; size <= 131072; size *= 2) {
		char *p = kmalloc(size, GFP_KERNEL);

		UNIT_EQ(slab_size_hit(p), ksize(p));
		UNIT_EQ(slab_size_hit(p + 8), 0);
		kvfree(p);
		UNIT_EQ(slab_size_hit(p), 0);
	}
	UNIT_EQ(slab_size_hit(NULL), 0);
	UNIT_EQ(slab_size_hit(vm), 0);
	UNIT_EQ(slab_size_hit(&vm), 0);
	kvfree(vm);
}

HEAP_TEST(any_alignment_up_to_4_mib, "")
{
	u64 rng = unit_seed() * 2 + 1;

	for (int i = 0; i < 3000; i++) {
		size_t size = rnd(&rng) % 131073, align = 1UL << rnd(&rng) % 23;
		char *p = kmalloc_aligned(size, align, GFP_KERNEL);

		if (rnd(&rng) % 2)
			size = rnd(&rng) % 300;
		OK(p && ((unsigned long)p & (align - 1)) == 0);
		OK(ksize(p) >= min(size, (size_t)16));
		p[0] = 1;
		kvfree(p);
	}
	OK(!kmalloc_aligned(100, 8 << 20, GFP_KERNEL));
	OK(!kmalloc_aligned(131073, 16, GFP_KERNEL));
}

/* --- zero, the cap, large blocks --- */

HEAP_TEST(the_cap_is_exact, "")
{
	void *p = kmalloc(131072, GFP_KERNEL);

	OK(kmalloc(0, GFP_KERNEL) == KMEMU_ZERO_SIZE_PTR);
	UNIT_EQ(ksize(KMEMU_ZERO_SIZE_PTR), 0);
	UNIT_EQ(ksize(NULL), 0);
	kvfree(KMEMU_ZERO_SIZE_PTR);
	kvfree(NULL);
	OK(p != NULL);
	OK(!kmalloc(131073, GFP_KERNEL));
	OK(!kmalloc(SIZE_MAX, GFP_KERNEL));
	kvfree(p);
}

HEAP_TEST(the_cap_of_today, "kmalloc_max=4M")
{
	char *p = kmalloc(4 << 20, GFP_KERNEL);

	OK(p != NULL);
	UNIT_EQ(page_of(p)->order, 10);
	OK(!kmalloc((4 << 20) + 1, GFP_KERNEL));
	kvfree(p);
}

HEAP_TEST(the_least_cap, "kmalloc_max=8K")
{
	void *p = kmalloc(8192, GFP_KERNEL);

	OK(p != NULL);
	OK(!kmalloc(8193, GFP_KERNEL));
	kvfree(p);
}

HEAP_TEST(large_is_one_block_with_consecutive_frames, "")
{
	for (size_t size = 8193; size <= 131072; size += 4099) {
		unsigned int order = get_order(size);
		char *p = kmalloc(size, GFP_KERNEL | __GFP_ZERO);

		OK(p && page_of(p)->state == PAGE_LARGE && page_of(p)->order == order);
		UNIT_EQ(ksize(p), PAGE_SIZE << order);
		for (unsigned int i = 0; i < 1U << order; i++) {
			OK(page_of(p + i * PAGE_SIZE) == page_of(p));
			OK(p[i * PAGE_SIZE] == 0);
			p[i * PAGE_SIZE] = 1;
		}
		UNIT_EQ(page_of(p)->requested, size);
		kvfree(p);
	}
}

/* --- making caches --- */

HEAP_TEST(arguments_are_checked, "")
{
	struct kmem_cache *s;

	OK(!kmem_cache_create(NULL, 64, 0, 0, NULL));
	OK(!kmem_cache_create("x", 0, 0, 0, NULL));
	OK(!kmem_cache_create("x", (4 << 20) + 1, 0, 0, NULL));
	OK(!kmem_cache_create("x", ~0U, 0, 0, NULL));
	OK(!kmem_cache_create("x", 64, 24, 0, NULL));
	OK(!kmem_cache_create("x", 64, 8192, 0, NULL));
	s = kmem_cache_create("a name that is longer than thirty-one bytes", 4 << 20, 0, 0, NULL);
	OK(s && strlen(s->name) == 31);
	UNIT_EQ(kmem_cache_destroy(s), 0);
	UNIT_EQ(kmem_cache_destroy(NULL), 0);
}

HEAP_TEST(alignments_of_caches, "")
{
	for (u32 align = 0; align <= 4096; align = align ? align * 2 : 1)
		for (u32 size = 1; size < 5000; size = size * 5 / 3 + 1) {
			struct kmem_cache *s = kmem_cache_create("align", size, align, 0, NULL);
			void *p[3];

			for (int i = 0; i < 3; i++) {
				p[i] = kmem_cache_alloc(s, GFP_KERNEL);
				OK(((unsigned long)p[i] & (max(align, 8U) - 1)) == 0);
				memset(p[i], 1, size);
			}
			for (int i = 0; i < 3; i++)
				kmem_cache_free(s, p[i]);
			UNIT_EQ(kmem_cache_destroy(s), 0);
		}
}

/* kernel: calculate_alignment halves the line while two objects fit */
HEAP_TEST(hwcache_align_where_it_pays, "")
{
	static const u32 size[] = { 8, 16, 17, 24, 32, 33, 64, 65, 100 };
	static const u32 want[] = { 8, 16, 32, 32, 32, 64, 64, 64, 64 };

	for (unsigned int i = 0; i < ARRAY_SIZE(size); i++) {
		struct kmem_cache *s = kmem_cache_create("line", size[i], 0,
							 KMEMU_SLAB_HWCACHE_ALIGN, NULL);

		UNIT_EQ(s->align, want[i]);
		UNIT_EQ(s->size, ALIGN(size[i], want[i]));
		UNIT_EQ(kmem_cache_destroy(s), 0);
	}
}

HEAP_TEST(zones_of_caches, "")
{
	struct kmem_cache *dma = kmem_cache_create("d", 64, 0, KMEMU_SLAB_CACHE_DMA, NULL);
	struct kmem_cache *dma32 = kmem_cache_create("d32", 64, 0, KMEMU_SLAB_CACHE_DMA32, NULL);
	void *p = kmem_cache_alloc(dma, GFP_KERNEL), *q = kmem_cache_alloc(dma32, GFP_KERNEL);

	OK(virt_to_pfn(p) < 4096);
	OK(virt_to_pfn(q) >= 4096 && virt_to_pfn(q) < 1 << 20);
	kmem_cache_free(dma, p);
	kmem_cache_free(dma32, q);
	UNIT_EQ(kmem_cache_destroy(dma), 0);
	UNIT_EQ(kmem_cache_destroy(dma32), 0);
}

HEAP_TEST(destroy_of_a_used_cache_is_busy, "")
{
	struct kmem_cache *s = make(64);
	void *p = kmem_cache_alloc(s, GFP_KERNEL), *q;

	UNIT_EQ(kmem_cache_destroy(s), -EBUSY);
	q = kmem_cache_alloc(s, GFP_KERNEL); /* the cache lives on */
	OK(q && q != p);
	kmem_cache_free(s, p);
	UNIT_EQ(kmem_cache_destroy(s), -EBUSY);
	kmem_cache_free(s, q);
	UNIT_EQ(kmem_cache_destroy(s), 0);
	UNIT_EQ(kmem_cache_destroy(&kmalloc_caches[0][5]), -EBUSY);
}

HEAP_TEST(shrink_says_whether_slabs_are_left, "")
{
	struct kmem_cache *s = make(64);
	void *p = kmem_cache_alloc(s, GFP_KERNEL);

	UNIT_EQ(kmem_cache_shrink(s), 1);
	kmem_cache_free(s, p);
	UNIT_EQ(s->node.nr_slabs, 1); /* in a sheaf still */
	UNIT_EQ(kmem_cache_shrink(s), 0);
	UNIT_EQ(s->node.nr_slabs, 0);
	UNIT_EQ(kmem_cache_destroy(s), 0);
}

HEAP_TEST(without_the_fence_destroy_is_busy, "")
{
	struct kmem_cache *s = make(64);

	os_fail_nth = percpu_uses_rseq() ? 1 : 0;
	UNIT_EQ(kmem_cache_destroy(s), percpu_uses_rseq() ? -EBUSY : 0);
	os_fail_nth = 0;
	if (percpu_uses_rseq())
		UNIT_EQ(kmem_cache_destroy(s), 0);
}

/* --- churn: ids and words come back, nothing stale comes out --- */

/* Fills sheaves and barn of s, checks that all objects are s's and different. */
static unsigned int use_cache(struct kmem_cache *s, u64 tag)
{
	unsigned int wrong = 0, n = 150;
	u64 *p[150];

	for (unsigned int i = 0; i < n; i++) {
		p[i] = kmem_cache_alloc(s, GFP_KERNEL);
		wrong += page_of(p[i])->state != PAGE_SLAB || cache_of(p[i]) != s;
		p[i][0] = tag + i;
	}
	for (unsigned int i = 0; i < n; i++) {
		wrong += p[i][0] != tag + i;
		kmem_cache_free(s, p[i]);
	}
	return wrong;
}

HEAP_TEST(ten_thousand_caches_one_after_the_other, "")
{
	struct page_stats before, after;
	unsigned int without = 0, wrong = 0;

	page_stats_read(&before);
	for (u32 i = 0; i < 10000; i++) {
		struct kmem_cache *s = make(16 + i * 40 % 8000);

		without += !s->cls;
		if (i % 50 == 0)
			wrong += use_cache(s, i);
		if (kmem_cache_destroy(s))
			wrong++;
	}
	page_stats_read(&after);
	UNIT_EQ(without, 0);
	UNIT_EQ(wrong, 0);
	OK(after.used <= before.used + 64);
}

HEAP_TEST(caches_in_any_order, "")
{
	u64 rng = unit_seed() * 2 + 1, end = os_monotonic_ms() + property_ms(3);
	unsigned int without = 0, wrong = 0, done = 0;
	struct kmem_cache *s[60] = { NULL };

	while (os_monotonic_ms() < end || done < 3000) {
		unsigned int i = (unsigned int)(rnd(&rng) % ARRAY_SIZE(s));

		if (s[i]) {
			wrong += use_cache(s[i], rnd(&rng)) + (kmem_cache_destroy(s[i]) != 0);
			s[i] = NULL;
		} else {
			s[i] = make(16 + (u32)(rnd(&rng) % 3000));
			without += !s[i]->cls;
			wrong += use_cache(s[i], rnd(&rng));
		}
		done++;
	}
	UNIT_EQ(wrong, 0);
	UNIT_EQ(without, 0);
}

/* A new cache in the place of others, of other sizes, begins empty. */
HEAP_TEST(nothing_stale_comes_out_of_a_used_id, "")
{
	static const u32 first[] = { 64, 64, 64, 64 }, then[] = { 8000, 3000, 64, 700 };
	unsigned int wrong = 0;

	for (int round = 0; round < 50; round++) {
		struct kmem_cache *a[4], *b[4];

		for (int i = 0; i < 4; i++) {
			a[i] = make(first[i]);
			wrong += use_cache(a[i], 1);
		}
		for (int i = 3; i >= 0; i--)
			UNIT_EQ(kmem_cache_destroy(a[i]), 0);
		for (int i = 0; i < 4; i++)
			b[i] = make(then[(i + round) % 4]);
		for (int i = 0; i < 4; i++)
			wrong += use_cache(b[i], 2);
		for (int i = 0; i < 4; i++)
			UNIT_EQ(kmem_cache_destroy(b[i]), 0);
	}
	UNIT_EQ(wrong, 0);
}

HEAP_TEST(more_caches_than_ids_work_without_sheaves, "")
{
	static struct kmem_cache *s[400];
	unsigned int without = 0, wrong = 0;

	for (unsigned int i = 0; i < 400; i++) {
		s[i] = make(32 + i * 8);
		without += !s[i]->cls;
		wrong += use_cache(s[i], i);
	}
	OK(without > 0 && without < 350);
	for (unsigned int i = 0; i < 400; i++)
		wrong += use_cache(s[i], i);
	for (unsigned int i = 0; i < 400; i++)
		UNIT_EQ(kmem_cache_destroy(s[i]), 0);
	UNIT_EQ(wrong, 0);
	s[0] = make(64);
	OK(s[0]->cls != 0); /* ids are there again */
}

static u32 stop_threads;

static void *churn_main(void *arg)
{
	u64 rng = (unit_seed() + (u64)arg) * 2 + 1;
	unsigned long wrong = 0;
	int busy = 0;

	while (!__atomic_load_n(&stop_threads, __ATOMIC_RELAXED)) {
		struct kmem_cache *s = make(16 + (u32)(rnd(&rng) % 2000));

		if (!s)
			continue;
		wrong += use_cache(s, rnd(&rng));
		for (int i = 0; i < 1000 && (busy = kmem_cache_destroy(s)); i++)
			usleep(100);
		wrong += busy != 0;
	}
	return (void *)wrong;
}

/* Trims and validators walk the list of caches meanwhile. */
HEAP_TEST(threads_make_and_destroy_caches, "")
{
	u64 end = os_monotonic_ms() + property_ms(3);
	pthread_t t[3];
	void *wrong;

	for (unsigned long i = 0; i < 3; i++)
		pthread_create(&t[i], NULL, churn_main, (void *)i);
	while (os_monotonic_ms() < end) {
		trim_all();
		UNIT_EQ(validate_all(), 0);
	}
	__atomic_store_n(&stop_threads, 1, __ATOMIC_RELAXED);
	for (int i = 0; i < 3; i++) {
		pthread_join(t[i], &wrong);
		UNIT_EQ((unsigned long)wrong, 0);
	}
}

static void *hold_mutex(void *arg)
{
	spin_lock(&slab_mutex);
	__atomic_store_n((u32 *)arg, 1, __ATOMIC_RELEASE);
	usleep(50000);
	__atomic_store_n((u32 *)arg, 2, __ATOMIC_RELEASE);
	spin_unlock(&slab_mutex);
	return NULL;
}

/* A cache that is just being destroyed must not be walked over. */
static void expect_waits(void (*walk)(void))
{
	u32 state = 0;
	pthread_t t;

	pthread_create(&t, NULL, hold_mutex, &state);
	while (!__atomic_load_n(&state, __ATOMIC_ACQUIRE))
		usleep(100);
	walk();
	UNIT_EQ(__atomic_load_n(&state, __ATOMIC_ACQUIRE), 2);
	pthread_join(t, NULL);
}

static void walk_by_trim(void)
{
	kvfree(kmalloc(64, GFP_KERNEL));
	trim_all();
}

static void walk_by_validators(void)
{
	UNIT_EQ(validate_all(), 0);
}

HEAP_TEST(the_list_of_caches_is_walked_under_its_lock, "")
{
	expect_waits(walk_by_trim);
	expect_waits(walk_by_validators);
}

/* --- what an address is --- */

static enum object_kind kind_of(const void *p, void **object)
{
	struct object_info info;

	object_lookup(p, &info);
	*object = info.object;
	return info.kind;
}

static void expect_lookup(u32 size)
{
	struct kmem_cache *s = make(size);
	char *p = kmem_cache_alloc(s, GFP_KERNEL), *keep = kmem_cache_alloc(s, GFP_KERNEL);
	char *base = page_address(page_of(p));
	unsigned int wrong = 0, slack = 0;
	void *object;

	UNIT_EQ(kind_of(p, &object), OBJECT_SLAB);
	for (u32 off = 1; off < s->size; off++)
		wrong += kind_of(p + off, &object) != OBJECT_SLAB_INSIDE || object != p;
	for (unsigned long at = (unsigned long)s->size * page_of(p)->objects;
	     at < PAGE_SIZE << page_of(p)->order; at++, slack++)
		wrong += kind_of(base + at, &object) != OBJECT_SLAB_INSIDE || object;
	UNIT_EQ(wrong, 0);
	kmem_cache_free(s, p);
	UNIT_EQ(kind_of(p, &object), s->objects > 1 ? OBJECT_SLAB_FREE : kind_of(p, &object));
	if (s->objects > 1)
		UNIT_EQ(kind_of(p + 1, &object), OBJECT_FREE);
	kmem_cache_free(s, keep);
	UNIT_EQ(kmem_cache_destroy(s), 0);
}

HEAP_TEST(every_byte_of_a_slab_is_known, "")
{
	static const u32 sizes[] = { 8, 24, 96, 192, 1000, 3000, 8192, 20000 };

	for (unsigned int i = 0; i < ARRAY_SIZE(sizes); i++)
		expect_lookup(sizes[i]);
}

HEAP_TEST(every_page_of_a_block_is_known, "")
{
	for (size_t size = 8193; size <= 131072; size *= 2) {
		char *p = kmalloc(size, GFP_KERNEL);
		void *object;

		UNIT_EQ(kind_of(p, &object), OBJECT_LARGE);
		for (size_t off = 16; off < ksize(p); off += 1008)
			UNIT_EQ(kind_of(p + off, &object), OBJECT_LARGE_INSIDE);
		OK(object == p);
		kvfree(p);
		UNIT_EQ(kind_of(p, &object),
			get_order(size) <= PCP_MAX_ORDER ? OBJECT_LARGE_FREE : OBJECT_FREE);
		UNIT_EQ(kind_of(p + 16, &object), OBJECT_FREE);
	}
}

HEAP_TEST(what_is_not_ours_is_none, "")
{
	void *object, *p = kmalloc(8, GFP_KERNEL);
	char on_stack;

	UNIT_EQ(kind_of(&on_stack, &object), OBJECT_NONE);
	UNIT_EQ(kind_of(NULL, &object), OBJECT_NONE);
	UNIT_EQ(kind_of((void *)~0UL, &object), OBJECT_NONE);
	UNIT_EQ(kind_of((void *)PAGE_OFFSET, &object), OBJECT_NONE);
	UNIT_EQ(kind_of((void *)(PAGE_OFFSET + PLAN_BYTES - 1), &object), OBJECT_NONE);
	UNIT_EQ(kind_of((void *)VMALLOC_START, &object), OBJECT_NONE);
	kvfree(p);
}

/* --- double and interior frees, wherever the object waits --- */

static unsigned long found(void)
{
	return report_count(REPORT_DOUBLE_FREE) + report_count(REPORT_INVALID_FREE) +
	       report_count(REPORT_FREE_FREED_AREA);
}

static void flush_all(void)
{
	OK(percpu_stop());
	flush_all_caches();
	percpu_start();
}

HEAP_TEST(double_frees_are_found, "invalid_free=count")
{
	static const size_t sizes[] = { 8, 16, 96, 192, 1024, 8192 };
	unsigned long want = 0;

	for (unsigned int k = 0; k < ARRAY_SIZE(sizes); k++) {
		static void *p[3000];
		unsigned int n = 3000;

		for (unsigned int i = 0; i < n; i++)
			p[i] = kmalloc(sizes[k], GFP_KERNEL);
		for (unsigned int i = 0; i < n; i += 2) /* sheaf, barn, slabs */
			kvfree(p[i]);
		for (unsigned int i = 0; i < n; i += 2)
			kvfree(p[i]);
		want += n / 2;
		UNIT_EQ(found(), want);
		flush_all(); /* all in slabs */
		for (unsigned int i = 0; i < n; i += 2)
			kvfree(p[i]);
		want += n / 2;
		UNIT_EQ(found(), want);
		for (unsigned int i = 1; i < n; i += 2)
			kvfree(p[i]);
	}
	UNIT_EQ(validate_all(), 0);
}

HEAP_TEST(double_frees_of_blocks_are_found, "invalid_free=count")
{
	unsigned long want = 0;

	for (size_t size = 9000; size <= 131072; size *= 2) {
		void *p = kmalloc(size, GFP_KERNEL);

		kvfree(p);
		for (int i = 0; i < 3; i++)
			kvfree(p);
		want += 3;
		UNIT_EQ(found(), want);
		p = kmalloc(size, GFP_KERNEL);
		OK(kmalloc(size, GFP_KERNEL) != p); /* not handed out twice */
		kvfree(p);
	}
}

HEAP_TEST(interior_frees_are_found, "invalid_free=count")
{
	unsigned long want = 0;

	for (size_t size = 8; size <= 131072; size = size * 3 / 2 + 8) {
		char *p = kmalloc(size, GFP_KERNEL);
		size_t full = ksize(p), step = full < 512 ? 1 : full / 64 + 1;

		memset(p, 0x5a, size);
		for (size_t off = step; off < full; off += step, want++)
			kvfree(p + off);
		UNIT_EQ(report_count(REPORT_INVALID_FREE), want);
		for (size_t i = 0; i < size; i++)
			if (p[i] != 0x5a)
				UNIT_EQ(p[i], 0x5a); /* not even a marker was written */
		UNIT_EQ(ksize(p), full);
		kvfree(p);
	}
	UNIT_EQ(found(), want);
}

/* --- out of memory, handlers, failing calls: through kmalloc --- */

static void *many[40000];

static unsigned int exhaust(size_t size)
{
	unsigned int n = 0;

	while (n < ARRAY_SIZE(many) && (many[n] = kmalloc(size, GFP_KERNEL)))
		n++;
	OK(n < ARRAY_SIZE(many));
	return n;
}

HEAP_TEST(out_of_memory_is_null_and_all_comes_back, "mem=64M")
{
	static const size_t sizes[] = { 2000, 4096, 8192, 9000, 40000, 131072 };
	struct page_stats st;

	for (unsigned int k = 0; k < ARRAY_SIZE(sizes); k++) {
		unsigned int n = exhaust(sizes[k]), again;

		OK(n * kmalloc_size_roundup(sizes[k]) > 60UL << 20);
		OK(!kmalloc(131072, GFP_KERNEL));
		for (unsigned int i = 0; i < n; i++)
			kvfree(many[i]);
		again = exhaust(sizes[k]);
		OK(again + n / 100 >= n); /* caches may keep some */
		for (unsigned int i = 0; i < again; i++)
			kvfree(many[i]);
		UNIT_EQ(validate_all(), 0);
		page_stats_read(&st);
		OK(st.used <= 1);
	}
}

/* Everything that malloc, realloc and free do, under one lock of the heap. */
static void use_under(kmemu_lock_t *lock, size_t size)
{
	char *before = kmalloc(size, GFP_KERNEL), *p[40];

	memset(before, 1, size);
	OK(spin_lock(lock));
	for (int i = 0; i < 40; i++) {
		p[i] = kmalloc(size, GFP_ATOMIC);
		OK(p[i] != NULL);
		OK(ksize(p[i]) >= size);
		memset(p[i], i, size);
	}
	for (int i = 0; i < 40; i++)
		OK(p[i][0] == i && p[i][size - 1] == i);
	for (int i = 0; i < 30; i++)
		kvfree(p[i]);
	OK(before[0] == 1 && before[size - 1] == 1);
	kvfree(before);
	spin_unlock(lock);
	for (int i = 30; i < 40; i++)
		kvfree(p[i]);
}

HEAP_TEST(kmalloc_works_under_any_lock, "invalid_free=count")
{
	kmemu_lock_t *locks[] = { &zone_lock, &vmap_lock, &slab_mutex, NULL };
	struct page_stats st;

	for (size_t size = 8; size <= 131072; size = size * 3 / 2) {
		locks[3] = &kmalloc_slab(size > 8192 ? 64 : size, GFP_KERNEL)->node.list_lock;
		for (unsigned int i = 0; i < ARRAY_SIZE(locks); i++)
			use_under(locks[i], size);
	}
	UNIT_EQ(found() + report_count(REPORT_FOREIGN_FREE), 0);
	kvfree(kmalloc(100000, GFP_KERNEL));
	UNIT_EQ(validate_all(), 0);
	UNIT_EQ(validate_all(), 0);
	page_stats_read(&st);
	OK(st.used <= 1);
}

/* While another thread has stopped the per-CPU slots. */
HEAP_TEST(kmalloc_works_while_all_is_stopped, "")
{
	void *p[100];

	OK(percpu_stop());
	for (unsigned int i = 0; i < 100; i++) {
		p[i] = kmalloc(10 + i * 300, GFP_KERNEL);
		OK(p[i] != NULL);
	}
	for (int i = 0; i < 100; i++)
		kvfree(p[i]);
	percpu_start();
}

static void cache_with_failures(long nr)
{
	struct kmem_cache *s;
	void *p = NULL;

	os_fail_nth = nr;
	s = make(100);
	if (s)
		p = kmem_cache_alloc(s, GFP_KERNEL);
	if (s)
		kmem_cache_shrink(s);
	if (p)
		kmem_cache_free(s, p);
	if (s && kmem_cache_destroy(s)) {
		os_fail_nth = 0;
		UNIT_EQ(kmem_cache_destroy(s), 0); /* the refused one is whole */
	}
	os_fail_nth = 0;
	UNIT_EQ(validate_all(), 0);
}

HEAP_TEST(any_system_call_may_fail, "mem=64M")
{
	for (long nr = 1; nr < 40; nr++)
		cache_with_failures(nr);
}

UNIT_MAIN("slab_common",
	  UNIT_TEST(size_picks_the_class),
	  UNIT_TEST(caches_have_the_kernels_names),
	  UNIT_TEST(alignment_is_the_greatest_power_of_two),
	  UNIT_TEST(size_hit_is_ksize_of_a_live_start_or_a_miss),
	  UNIT_TEST(any_alignment_up_to_4_mib),
	  UNIT_TEST(the_cap_is_exact),
	  UNIT_TEST(the_cap_of_today),
	  UNIT_TEST(the_least_cap),
	  UNIT_TEST(large_is_one_block_with_consecutive_frames),
	  UNIT_TEST(arguments_are_checked),
	  UNIT_TEST(alignments_of_caches),
	  UNIT_TEST(hwcache_align_where_it_pays),
	  UNIT_TEST(zones_of_caches),
	  UNIT_TEST(destroy_of_a_used_cache_is_busy),
	  UNIT_TEST(shrink_says_whether_slabs_are_left),
	  UNIT_TEST(without_the_fence_destroy_is_busy),
	  UNIT_TEST(ten_thousand_caches_one_after_the_other),
	  UNIT_TEST(caches_in_any_order),
	  UNIT_TEST(nothing_stale_comes_out_of_a_used_id),
	  UNIT_TEST(more_caches_than_ids_work_without_sheaves),
	  UNIT_TEST(threads_make_and_destroy_caches),
	  UNIT_TEST(the_list_of_caches_is_walked_under_its_lock),
	  UNIT_TEST(every_byte_of_a_slab_is_known),
	  UNIT_TEST(every_page_of_a_block_is_known),
	  UNIT_TEST(what_is_not_ours_is_none),
	  UNIT_TEST(double_frees_are_found),
	  UNIT_TEST(double_frees_of_blocks_are_found),
	  UNIT_TEST(interior_frees_are_found),
	  UNIT_TEST(out_of_memory_is_null_and_all_comes_back),
	  UNIT_TEST(kmalloc_works_under_any_lock),
	  UNIT_TEST(kmalloc_works_while_all_is_stopped),
	  UNIT_TEST(any_system_call_may_fail));
