// SPDX-License-Identifier: MIT
/*
 * Shows that slabs have the kernel's orders, that the start-of-object test is
 * exact for every offset, that objects are never handed out twice whatever way
 * they take through sheaves, barn and slabs, that constructed objects stay so,
 * and that handlers and failing memory cost nothing but NULL.
 */
#include "tests/unit/heap.h"

#include <pthread.h>
#include <sched.h>
#include <sys/time.h>

#include "core/report/report.h"

static struct kmem_cache *make(const char *name, u32 size, void (*ctor)(void *))
{
	struct kmem_cache *s = kmem_cache_create(name, size, 0, 0, ctor);

	OK(s != NULL);
	return s;
}

/* Sheaves and barn back to the slabs. */
static void flush(struct kmem_cache *s)
{
	OK(percpu_stop());
	flush_cache(s);
	percpu_start();
}

static unsigned long in_use(struct kmem_cache *s)
{
	flush(s);
	UNIT_EQ(validate_slab_cache(s), 0);
	return s->node.total_objects - s->node.free_objects;
}

static struct page *slab_of(const void *p)
{
	return page_head(virt_to_pfn(p));
}

/* --- orders (kernel: calculate_order) --- */

struct layout {
	u32 size;
	unsigned int order, objects;
};

static void expect_layouts(const struct layout *want, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		struct kmem_cache *s = kmalloc_slab(want[i].size, GFP_KERNEL);

		UNIT_EQ(s->size, want[i].size);
		UNIT_EQ(s->order, want[i].order);
		UNIT_EQ(s->objects, want[i].objects);
	}
}

HEAP_TEST(orders_for_two_cpus, "")
{
	static const struct layout want[] = {
		{ 8, 0, 512 },	{ 16, 0, 256 },	 { 32, 0, 128 },  { 64, 0, 64 },  { 96, 0, 42 },
		{ 128, 0, 32 }, { 192, 0, 21 },	 { 256, 0, 16 },  { 512, 1, 16 }, { 1024, 2, 16 },
		{ 2048, 3, 16 }, { 4096, 3, 8 }, { 8192, 3, 4 },
	};

	if (os_nr_cpus() >= 2 && os_nr_cpus() <= 3) /* the table's column 2 to 4 */
		expect_layouts(want, ARRAY_SIZE(want));
}

static void one_cpu_body(void)
{
	static const struct layout want[] = {
		{ 8, 0, 512 },	{ 96, 0, 42 },	{ 192, 0, 21 },	 { 256, 0, 16 }, { 512, 0, 8 },
		{ 1024, 1, 8 }, { 2048, 2, 8 }, { 4096, 3, 8 }, { 8192, 3, 4 },
	};
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(0, &set);
	sched_setaffinity(0, sizeof(set), &set);
	OK(kmemu_init());
	UNIT_EQ(os_nr_cpus(), 1);
	expect_layouts(want, ARRAY_SIZE(want));
}

static void orders_for_one_cpu(void)
{
	in_child(one_cpu_body);
}

/* The formula once more, by plain arithmetic, for any size. */
static unsigned int order_by_hand(u32 size, unsigned int cpus)
{
	unsigned int fls = 0, most = (PAGE_SIZE << 3) / size, min_objects, min_order = 0;

	while (cpus >> fls)
		fls++;
	min_objects = min(4 * (fls + 1), max(most, 1U));
	while ((PAGE_SIZE << min_order) < (unsigned long)min_objects * size)
		min_order++;
	for (unsigned int part = 16; part > 1; part /= 2)
		for (unsigned int o = min_order; o <= 3; o++)
			if ((PAGE_SIZE << o) % size <= (PAGE_SIZE << o) / part)
				return o;
	for (min_order = 0; (PAGE_SIZE << min_order) < size; min_order++)
		;
	return min_order;
}

HEAP_TEST(orders_of_any_size, "")
{
	for (u32 size = 8; size <= 70000; size += size < 3000 ? 8 : 1016) {
		struct kmem_cache s = { .object_size = size };

		UNIT_EQ(calculate_cache(&s, &(struct kmemu_cache_args){ .align = 0 }), 0);
		UNIT_EQ(s.order, order_by_hand(s.size, os_nr_cpus()));
		OK((unsigned long)s.objects * s.size <= PAGE_SIZE << s.order);
	}
}

/* --- the start-of-object test --- */

static bool starts(u64 at, unsigned long cls)
{
	return starts_object(CLASS_TABLE, (void *)at, cls, class_limit[cls]);
}

static void expect_exact(const struct kmem_cache *s)
{
	const char *base = (char *)PAGE_OFFSET + (1UL << 32); /* only arithmetic */
	bool plain = s->cls && s->object_size > 8 && !s->ctor;
	unsigned int wrong = 0;

	for (u32 at = 0; at < PAGE_SIZE << s->order; at++) {
		bool start = plain && at % s->size == 0 && at / s->size < s->objects;

		wrong += starts((u64)base + at, s->cls) != start;
	}
	UNIT_EQ(wrong, 0);
}

HEAP_TEST(start_of_object_is_exact, "")
{
	static const u32 odd[] = { 9,	16,  17,  24,	40,   56,   72,	  88,	96,   104,  120,
				   200, 264, 328, 576,	720,  1000, 1336, 1360, 2040, 2056, 2736,
				   3000, 4088, 4104, 5456, 6000, 8184, 8192 };
	u64 rng = unit_seed() * 2 + 1;

	OK(class_table_map());
	for (int i = 1; i < NR_KMALLOC_CLASSES; i++)
		expect_exact(&kmalloc_caches[KMALLOC_NORMAL][i]);
	for (unsigned int i = 0; i < ARRAY_SIZE(odd) + 100; i++) {
		struct kmem_cache *s = make("odd", i < ARRAY_SIZE(odd)
							   ? odd[i]
							   : 9 + (u32)(rnd(&rng) % 8184), NULL);

		OK(s->cls != 0);
		expect_exact(s);
		UNIT_EQ(kmem_cache_destroy(s), 0);
	}
}

HEAP_TEST(frames_that_start_nothing_miss, "")
{
	static const unsigned int never[] = { 0, CLASS_PCP, CLASS_PCP + 1, 255 };

	OK(class_table_map());
	for (unsigned int i = 0; i < ARRAY_SIZE(never); i++)
		for (u32 at = 0; at < PAGE_SIZE; at++)
			OK(!starts(PAGE_OFFSET + at, never[i]));
	for (unsigned int cls = CLASS_PCP + 2; cls <= CLASS_PCP + 3; cls++)
		for (u32 at = 0; at < PAGE_SIZE << (cls - CLASS_PCP); at++)
			OK(starts(PAGE_OFFSET + at, cls) == !at);
}

/* --- objects of a slab --- */

static void expect_whole_slab(u32 size)
{
	struct kmem_cache *s = make("whole", size, NULL);
	char *objs[SLAB_MAX_OBJECTS * 2];
	unsigned int n = s->objects, inside = 0;

	for (unsigned int i = 0; i < n; i++) {
		objs[i] = kmem_cache_alloc(s, GFP_KERNEL);
		OK(objs[i] && (unsigned long)objs[i] % 8 == 0);
		memset(objs[i], (int)i, size);
	}
	for (unsigned int i = 0; i < n; i++) {
		struct page *page = slab_of(objs[i]);

		inside += page == slab_of(objs[0]);
		UNIT_EQ(((unsigned long)objs[i] - (unsigned long)page_address(page)) % s->size, 0);
		for (u32 b = 0; b < size; b++)
			if (objs[i][b] != (char)i)
				UNIT_EQ(objs[i][b], (char)i);
	}
	UNIT_EQ(inside, n); /* the first slab is used up before there is another */
	UNIT_EQ(in_use(s), n);
	for (unsigned int i = 0; i < n; i++)
		kmem_cache_free(s, objs[i]);
	UNIT_EQ(in_use(s), 0);
	UNIT_EQ(s->node.nr_slabs, 0);
	UNIT_EQ(kmem_cache_destroy(s), 0);
}

HEAP_TEST(a_slab_is_cut_into_all_its_objects, "")
{
	static const u32 sizes[] = { 1, 8, 9, 12, 16, 24, 96, 192, 200, 1000, 4096, 5000, 8192,
				     9000, 16384, 40000 };

	for (unsigned int i = 0; i < ARRAY_SIZE(sizes); i++)
		expect_whole_slab(sizes[i]);
}

HEAP_TEST(empty_slabs_are_given_back, "mem=64M")
{
	struct kmem_cache *s = make("back", 100, NULL);
	static void *objs[10000];
	struct page_stats before, after;

	page_stats_read(&before);
	for (int i = 0; i < 10000; i++)
		objs[i] = kmem_cache_alloc(s, GFP_KERNEL);
	OK(s->node.nr_slabs >= 10000 / s->objects);
	UNIT_EQ(s->node.peak_slabs, s->node.nr_slabs);
	for (int i = 0; i < 10000; i++)
		kmem_cache_free(s, objs[i]);
	UNIT_EQ(in_use(s), 0);
	page_stats_read(&after);
	UNIT_EQ(after.used, before.used);
}

/* --- is it free? --- */

HEAP_TEST(free_objects_are_known_wherever_they_are, "")
{
	static const u32 sizes[] = { 8, 16, 64, 96, 1024, 8192, 20000 };

	for (unsigned int k = 0; k < ARRAY_SIZE(sizes); k++) {
		struct kmem_cache *s = make("where", sizes[k], NULL);
		static char *p[1000];
		unsigned int wrong = 0;

		for (int i = 0; i < 1000; i++)
			p[i] = kmem_cache_alloc(s, GFP_KERNEL);
		for (int i = 0; i < 1000; i++)
			wrong += is_object_free(s, slab_of(p[i]), p[i]);
		UNIT_EQ(wrong, 0);
		for (int i = 0; i < 1000; i += 2) /* slabs stay, so they can be asked */
			kmem_cache_free(s, p[i]);
		OK(!s->cls || percpu_count(s->cls) > 0);
		OK(!s->cls || s->barn.total > 0 || sizes[k] > 4096);
		for (int i = 0; i < 1000; i++)
			wrong += is_object_free(s, slab_of(p[i]), p[i]) != (i % 2 == 0);
		UNIT_EQ(wrong, 0);
		flush(s);
		for (int i = 0; i < 1000; i++)
			if (s->objects > 1 || i % 2)
				wrong += is_object_free(s, slab_of(p[i]), p[i]) != (i % 2 == 0);
		UNIT_EQ(wrong, 0);
		for (int i = 1; i < 1000; i += 2)
			kmem_cache_free(s, p[i]);
		UNIT_EQ(kmem_cache_destroy(s), 0);
	}
}

/* Whatever a program writes, before or after free, says nothing about it. */
HEAP_TEST(contents_do_not_matter, "")
{
	char *p = kmalloc(64, GFP_KERNEL);
	struct object_info info;

	memset(p, 0xff, 64);
	object_lookup(p, &info);
	UNIT_EQ(info.kind, OBJECT_SLAB);
	kvfree(p);
	memset(p, 0, 64);
	object_lookup(p, &info);
	UNIT_EQ(info.kind, OBJECT_SLAB_FREE);
}

/* --- constructors --- */

static unsigned long ctor_calls;

static void ctor(void *p)
{
	memset(p, 0xc5, 24);
	ctor_calls++;
}

static bool constructed(const void *p)
{
	const unsigned char *c = p;

	for (int i = 0; i < 24; i++)
		if (c[i] != 0xc5)
			return false;
	return true;
}

HEAP_TEST(ctor_runs_once_for_each_object, "")
{
	struct kmem_cache *s = make("ctor", 24, ctor);
	static void *p[500];
	unsigned int wrong = 0;

	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 500; i++) {
			p[i] = kmem_cache_alloc(s, GFP_KERNEL);
			wrong += !constructed(p[i]);
		}
		UNIT_EQ(ctor_calls, s->node.total_objects);
		for (int i = 0; i < 500; i += 2) /* every slab stays */
			kmem_cache_free(s, p[i]); /* constructed, as the contract says */
		flush(s);
		for (int i = 0; i < 500; i += 2)
			wrong += !constructed(p[i] = kmem_cache_alloc(s, GFP_KERNEL));
		UNIT_EQ(ctor_calls, s->node.total_objects);
		for (int i = 0; i < 500; i++)
			kmem_cache_free(s, p[i]);
		ctor_calls = 0;
		flush(s);
	}
	UNIT_EQ(wrong, 0);
	UNIT_EQ(kmem_cache_destroy(s), 0);
}

HEAP_TEST(great_constructed_objects_stay_whole, "")
{
	static const u32 sizes[] = { 24, 4096, 65528, 70000, 200000 };

	for (unsigned int k = 0; k < ARRAY_SIZE(sizes); k++) {
		struct kmem_cache *s = make("great", sizes[k], ctor);
		unsigned char *p = kmem_cache_alloc(s, GFP_KERNEL), *q;
		u32 wrong = 0;

		memset(p, 0xc5, sizes[k]);
		q = kmem_cache_alloc(s, GFP_KERNEL); /* keeps the slab */
		kmem_cache_free(s, p);
		kmem_cache_free(s, q);
		for (int i = 0; i < 2; i++) {
			unsigned char *again = kmem_cache_alloc(s, GFP_KERNEL);

			for (u32 b = 0; again == p && b < sizes[k]; b++)
				wrong += p[b] != 0xc5;
		}
		UNIT_EQ(wrong, 0);
	}
}

HEAP_TEST(zero_does_not_touch_what_a_ctor_made, "")
{
	struct kmem_cache *s = make("zero", 24, ctor);
	void *p = kmem_cache_alloc(s, GFP_KERNEL | __GFP_ZERO);

	OK(constructed(p));
	kmem_cache_free(s, p);
}

HEAP_TEST(zeroed_objects_are_zero, "")
{
	for (u32 size = 8; size <= 8192; size = size * 3 / 2) {
		char *p = kmalloc(size, GFP_KERNEL);

		memset(p, 0xff, ksize(p));
		kvfree(p);
		p = kmalloc(size, GFP_KERNEL | __GFP_ZERO);
		for (size_t i = 0; i < ksize(p); i++)
			OK(!p[i]);
		kvfree(p);
	}
}

/* --- handlers that interrupted the holder of list_lock --- */

static void use_up_sheaf(struct kmem_cache *s, void **p, int n)
{
	for (int i = 0; i < n; i++)
		p[i] = kmem_cache_alloc(s, GFP_KERNEL);
}

HEAP_TEST(emergency_objects_and_deferred_frees, "invalid_free=count")
{
	static const u32 sizes[] = { 8, 24, 64, 1000, 8192, 9000, 20000 };

	for (unsigned int k = 0; k < ARRAY_SIZE(sizes); k++) {
		struct kmem_cache *s = make("handler", sizes[k], NULL);
		void *mine[300], *its[50];

		use_up_sheaf(s, mine, 300);
		flush(s);
		OK(spin_lock(&s->node.list_lock));
		for (int i = 0; i < 50; i++) {
			its[i] = kmem_cache_alloc(s, GFP_ATOMIC);
			OK(its[i] != NULL);
			memset(its[i], i, sizes[k]);
		}
		for (int i = 0; i < 300; i++)
			kmem_cache_free(s, mine[i]);
		for (int i = 0; i < 25; i++)
			kmem_cache_free(s, its[i]);
		spin_unlock(&s->node.list_lock);
		for (int i = 25; i < 50; i++)
			kmem_cache_free(s, its[i]);
		UNIT_EQ(report_count(REPORT_DOUBLE_FREE) + report_count(REPORT_INVALID_FREE) +
			report_count(REPORT_FOREIGN_FREE), 0);
		UNIT_EQ(in_use(s), 0);
		UNIT_EQ(s->node.nr_slabs, 0);
		UNIT_EQ(kmem_cache_destroy(s), 0);
	}
}

/* The block came from a page list, where it had been a kmalloc_large of 9000. */
HEAP_TEST(emergency_object_in_a_used_block, "invalid_free=count")
{
	struct kmem_cache *s = make("used", 16384, NULL);
	struct page_stats before, after;
	void *p;

	kvfree(kmalloc(16000, GFP_KERNEL));
	OK(percpu_stop());
	drain_pages();
	percpu_start();
	page_stats_read(&before);
	kvfree(kmalloc(16000, GFP_KERNEL));
	OK(spin_lock(&s->node.list_lock));
	p = kmem_cache_alloc(s, GFP_ATOMIC);
	spin_unlock(&s->node.list_lock);
	OK(p != NULL);
	kmem_cache_free(s, p);
	UNIT_EQ(report_count(REPORT_FOREIGN_FREE) + report_count(REPORT_INVALID_FREE), 0);
	OK(percpu_stop());
	drain_pages();
	percpu_start();
	page_stats_read(&after);
	UNIT_EQ(after.used, before.used);
}

HEAP_TEST(deferred_objects_stay_constructed, "")
{
	struct kmem_cache *s = make("ctor", 24, ctor);
	void *p[200];
	unsigned int wrong = 0;

	use_up_sheaf(s, p, 200);
	OK(spin_lock(&s->node.list_lock));
	for (int i = 0; i < 200; i++)
		if (i % 10)
			kmem_cache_free(s, p[i]);
	spin_unlock(&s->node.list_lock);
	flush(s);
	for (int i = 0; i < 200; i++)
		if (i % 10)
			wrong += !constructed(p[i] = kmem_cache_alloc(s, GFP_KERNEL));
	UNIT_EQ(wrong, 0);
	for (int i = 0; i < 200; i++)
		kmem_cache_free(s, p[i]);
	UNIT_EQ(kmem_cache_destroy(s), 0);
}

/* Freed twice while it waits to be freed: must not be linked twice. */
HEAP_TEST(double_free_of_a_deferred_object, "invalid_free=count")
{
	struct kmem_cache *s = make("twice", 9000, NULL); /* has no sheaf */
	void *p[4];

	for (int i = 0; i < 4; i++)
		p[i] = kmem_cache_alloc(s, GFP_KERNEL);
	OK(spin_lock(&s->node.list_lock));
	kmem_cache_free(s, p[0]);
	kmem_cache_free(s, p[1]);
	kmem_cache_free(s, p[0]);
	spin_unlock(&s->node.list_lock);
	UNIT_EQ(report_count(REPORT_DOUBLE_FREE), 1);
	alarm(10);
	UNIT_EQ(in_use(s), 2);
	kmem_cache_free(s, p[2]);
	kmem_cache_free(s, p[3]);
	UNIT_EQ(kmem_cache_destroy(s), 0);
}

/*
 * The first look at the lists finds nothing but frees of a handler, which leave
 * slabs empty; the second, with a new slab, must not free those again.
 */
HEAP_TEST(slabs_emptied_by_deferred_frees_are_freed_once, "")
{
	struct kmem_cache *s = make("no-sheaf", 12000, NULL);
	void *objs[64], *again[64];

	for (int i = 0; i < 64; i++)
		objs[i] = kmem_cache_alloc(s, GFP_KERNEL);
	while (s->node.free_objects)
		kmem_cache_alloc(s, GFP_KERNEL);
	OK(spin_lock(&s->node.list_lock));
	for (int i = 0; i < 64; i++)
		kmem_cache_free(s, objs[i]); /* as in a handler */
	spin_unlock(&s->node.list_lock);
	for (int i = 0; i < 64; i++) {
		again[i] = kmem_cache_alloc(s, GFP_KERNEL);
		memset(again[i], i, 12000);
	}
	for (int i = 0; i < 64; i++) {
		OK(*(u8 *)again[i] == i);
		kmem_cache_free(s, again[i]);
	}
	UNIT_EQ(validate_zone(), 0);
}

static struct kmem_cache *late_cache;
static void *late_object;

static void freeing_ctor(void *p)
{
	(void)p;
	if (late_object)
		kmem_cache_free(late_cache, late_object);
	late_object = NULL;
}

/* Another thread's free comes while the new slab is made: here its ctor's. */
HEAP_TEST(a_slab_that_was_not_needed_goes_back, "")
{
	struct kmem_cache *s = make("late", 12000, freeing_ctor);
	void *first = kmem_cache_alloc(s, GFP_KERNEL), *objs[64], *p;
	unsigned int n = 0;

	while (s->node.free_objects)
		objs[n++] = kmem_cache_alloc(s, GFP_KERNEL);
	OK(n > 0); /* else the slab would be empty */
	late_cache = s;
	late_object = first;
	p = kmem_cache_alloc(s, GFP_KERNEL);
	OK(p == first);
	UNIT_EQ(s->node.nr_slabs, 1);
	kmem_cache_free(s, p);
	while (n)
		kmem_cache_free(s, objs[--n]);
	UNIT_EQ(kmem_cache_destroy(s), 0);
}

/* --- slabs of fallback order --- */

HEAP_TEST(small_slabs_where_memory_is_in_pieces, "mem=4M")
{
	static struct page *pages[1024];
	static char *objs[64];
	unsigned int n = 0, small = 0;
	struct kmem_cache *s;

	s = make("pieces", 1000, NULL);
	OK(s->order > 0 && s->min_order == 0);
	while ((pages[n] = alloc_pages(GFP_KERNEL | __GFP_MEMALLOC, 0)))
		n++;
	for (unsigned int i = 0; i < n; i++)
		if (page_to_pfn(pages[i]) % 2)
			free_pages(pages[i], 0);
	for (int i = 0; i < 64; i++) {
		objs[i] = kmem_cache_alloc(s, GFP_KERNEL | __GFP_MEMALLOC);
		OK(objs[i] != NULL);
		memset(objs[i], i, 1000);
		small += slab_of(objs[i])->order == 0;
	}
	UNIT_EQ(small, 64);
	for (int i = 0; i < 64; i++)
		OK(objs[i][0] == i && objs[i][999] == i);
	UNIT_EQ(in_use(s), 64);
	for (int i = 0; i < 64; i++)
		kvfree(objs[i]); /* finds the slab without its class */
	UNIT_EQ(in_use(s), 0);
	for (unsigned int i = 0; i < n; i++)
		if (page_to_pfn(pages[i]) % 2 == 0)
			free_pages(pages[i], 0);
}

/* --- the model --- */

#define CACHES 6
#define MODEL_OBJECTS 4000

struct object {
	u64 *p;
	u32 cache;
	u64 tag;
};

struct model {
	u64 rng;
	unsigned int nr, errors;
	unsigned long live[CACHES];
	struct object at[MODEL_OBJECTS];
};

static struct kmem_cache *caches[CACHES];
static const u32 cache_size[CACHES] = { 8, 48, 96, 640, 3000, 12000 };

static void make_caches(void)
{
	for (int i = 0; i < CACHES; i++)
		caches[i] = make("model", cache_size[i], NULL);
}

static void model_alloc(struct model *m)
{
	struct object *o = &m->at[m->nr];
	u32 words;

	if (m->nr == MODEL_OBJECTS)
		return;
	o->cache = (u32)(rnd(&m->rng) % CACHES);
	o->p = kmem_cache_alloc(caches[o->cache], rnd(&m->rng) % 2 ? GFP_KERNEL : GFP_ATOMIC);
	if (!o->p)
		return;
	words = cache_size[o->cache] / 8;
	o->tag = rnd(&m->rng);
	o->p[0] = o->p[words / 2] = o->p[words - 1] = o->tag;
	m->live[o->cache]++;
	m->nr++;
}

static bool object_is_whole(const struct object *o)
{
	u32 words = cache_size[o->cache] / 8;

	return o->p[0] == o->tag && o->p[words / 2] == o->tag && o->p[words - 1] == o->tag;
}

static void model_free(struct model *m)
{
	unsigned int i;
	struct object o;

	if (!m->nr)
		return;
	i = (unsigned int)(rnd(&m->rng) % m->nr);
	o = m->at[i];
	m->at[i] = m->at[--m->nr];
	m->errors += !object_is_whole(&o);
	m->live[o.cache]--;
	if (rnd(&m->rng) % 2)
		kmem_cache_free(caches[o.cache], o.p);
	else
		kvfree(o.p);
}

static void model_step(struct model *m)
{
	bool grow = m->rng >> 40 & 1; /* phases */

	if (rnd(&m->rng) % 16 < (grow ? 9 : 7))
		model_alloc(m);
	else
		model_free(m);
}

static struct model model;

static void model_run(unsigned int parts)
{
	u64 end = os_monotonic_ms() + property_ms(parts);

	make_caches();
	model = (struct model){ .rng = unit_seed() * 2 + 1 };
	while (os_monotonic_ms() < end && !model.errors) {
		for (int i = 0; i < 3000; i++)
			model_step(&model);
		for (int i = 0; i < CACHES; i++)
			UNIT_EQ(in_use(caches[i]), model.live[i]);
		UNIT_EQ(validate_zone(), 0);
	}
	while (model.nr)
		model_free(&model);
	UNIT_EQ(model.errors, 0);
	for (int i = 0; i < CACHES; i++)
		UNIT_EQ(kmem_cache_destroy(caches[i]), 0);
}

HEAP_TEST(random_operations_match_a_model, "")
{
	model_run(6);
}

HEAP_TEST(random_operations_on_the_guarded_way, "percpu=guarded")
{
	model_run(6);
}

HEAP_TEST(random_operations_in_full_memory, "mem=3M")
{
	model_run(6);
}

/* --- threads: objects are freed where they were not allocated --- */

#define SHELF 1024

static void *shelf[SHELF];
static u32 stop_threads;

struct worker {
	pthread_t thread;
	u64 rng;
	unsigned long errors, ops;
};

/* An object on the shelf holds the number of its cache and its own address. */
static void worker_step(struct worker *w)
{
	u64 r = rnd(&w->rng), c = r % CACHES;
	u64 *p = kmem_cache_alloc(caches[c], GFP_KERNEL), *old;

	if (p)
		*p = (u64)p * CACHES + c;
	old = __atomic_exchange_n(&shelf[(r >> 8) % SHELF], p, __ATOMIC_ACQ_REL);
	if (old) {
		w->errors += *old / CACHES != ((u64)old * CACHES + *old % CACHES) / CACHES;
		kmem_cache_free(caches[*old % CACHES], old);
	}
	w->ops++;
}

static void *worker_main(void *arg)
{
	struct worker *w = arg;

	while (!__atomic_load_n(&stop_threads, __ATOMIC_RELAXED))
		worker_step(w);
	return NULL;
}

static void threads_run(unsigned int parts)
{
	static struct worker w[4];
	u64 end = os_monotonic_ms() + property_ms(parts);

	make_caches();
	for (int i = 0; i < 4; i++) {
		w[i].rng = (unit_seed() + (u64)i) * 2 + 1;
		pthread_create(&w[i].thread, NULL, worker_main, &w[i]);
	}
	while (os_monotonic_ms() < end) {
		UNIT_EQ(validate_all(), 0);
		usleep(3000);
	}
	__atomic_store_n(&stop_threads, 1, __ATOMIC_RELAXED);
	for (int i = 0; i < 4; i++) {
		pthread_join(w[i].thread, NULL);
		UNIT_EQ(w[i].errors, 0);
		OK(w[i].ops > 100);
	}
	for (int i = 0; i < SHELF; i++)
		if (shelf[i])
			kvfree(shelf[i]);
	for (int i = 0; i < CACHES; i++)
		UNIT_EQ(kmem_cache_destroy(caches[i]), 0);
}

HEAP_TEST(remote_frees_lose_nothing, "")
{
	threads_run(6);
}

HEAP_TEST(remote_frees_on_the_guarded_way, "percpu=guarded")
{
	threads_run(6);
}

/* --- a handler that allocates and frees at any moment --- */

static struct model handler_model;

static void on_alarm(int sig)
{
	(void)sig;
	for (int i = 0; i < 20; i++)
		model_step(&handler_model);
}

HEAP_TEST(handlers_lose_nothing, "")
{
	struct itimerval every = { { 0, 200 }, { 0, 200 } }, off = { { 0, 0 }, { 0, 0 } };
	u64 end = os_monotonic_ms() + property_ms(6);

	make_caches();
	model = (struct model){ .rng = unit_seed() * 2 + 1 };
	handler_model = (struct model){ .rng = unit_seed() * 2 + 3 };
	signal(SIGALRM, on_alarm);
	setitimer(ITIMER_REAL, &every, NULL);
	while (os_monotonic_ms() < end)
		for (int i = 0; i < 1000; i++)
			model_step(&model);
	setitimer(ITIMER_REAL, &off, NULL);
	while (model.nr)
		model_free(&model);
	while (handler_model.nr)
		model_free(&handler_model);
	UNIT_EQ(model.errors, 0);
	UNIT_EQ(handler_model.errors, 0);
	for (int i = 0; i < CACHES; i++) {
		kmem_cache_free(caches[i], kmem_cache_alloc(caches[i], GFP_KERNEL));
		UNIT_EQ(kmem_cache_destroy(caches[i]), 0);
	}
}

/* --- every system call fails once --- */

static bool fail_scenario(long nr)
{
	bool reached;

	make_caches();
	model = (struct model){ .rng = unit_seed() * 2 + 1 };
	os_fail_nth = nr;
	for (int i = 0; i < 500; i++)
		model_step(&model);
	while (model.nr)
		model_free(&model);
	reached = !os_fail_nth;
	os_fail_nth = 0;
	UNIT_EQ(model.errors, 0);
	for (int i = 0; i < CACHES; i++) {
		UNIT_EQ(in_use(caches[i]), 0);
		UNIT_EQ(kmem_cache_destroy(caches[i]), 0);
	}
	return reached;
}

/* --- CPUs and their slabs --- */

/* On the guarded way this thread is whatever CPU it likes. */
static void on_cpu(u64 cpu)
{
	guarded_mine_set((struct percpu_slot *)(GUARDED_BASE + (cpu << PERCPU_SLOT_SHIFT)));
}

#define TWO_CPUS_OBJECTS 2000

/* Objects of two CPUs, which replace them again and again, in turns. */
static unsigned int slabs_of_both(struct kmem_cache *s, void *objs[2][TWO_CPUS_OBJECTS])
{
	u64 rng = unit_seed() * 2 + 1;
	unsigned int both = 0;

	for (unsigned int i = 0; i < 20 * TWO_CPUS_OBJECTS; i++) {
		u64 r = rnd(&rng), cpu = r % 2, at = r / 2 % TWO_CPUS_OBJECTS;

		on_cpu(cpu);
		if (objs[cpu][at])
			kmem_cache_free(s, objs[cpu][at]);
		objs[cpu][at] = kmem_cache_alloc(s, GFP_KERNEL);
	}
	for (unsigned int i = 0; i < TWO_CPUS_OBJECTS; i++) {
		bool shared = false;

		for (unsigned int j = 0; j < TWO_CPUS_OBJECTS && !shared; j++)
			shared = objs[0][i] && objs[1][j] &&
				 slab_of(objs[0][i]) == slab_of(objs[1][j]);
		both += shared;
	}
	return both;
}

/* Not for ever: memory counts more. But the lines of marks are not each other's. */
HEAP_TEST(cpus_have_slabs_of_their_own, "percpu=guarded")
{
	static void *objs[2][TWO_CPUS_OBJECTS];
	struct kmem_cache *s = make("two_cpus", 64, NULL);

	OK(slabs_of_both(s, objs) < TWO_CPUS_OBJECTS / 20);
	OK(s->node.total_objects < 2 * TWO_CPUS_OBJECTS + 8 * 64);
	for (unsigned int i = 0; i < 2 * TWO_CPUS_OBJECTS; i++) /* all by one of them */
		if (objs[i % 2][i / 2])
			kmem_cache_free(s, objs[i % 2][i / 2]);
	on_cpu(2); /* nothing is left to those who freed it */
	for (unsigned int i = 0; i < TWO_CPUS_OBJECTS; i++)
		OK(kmem_cache_alloc(s, GFP_KERNEL) != NULL);
	OK(s->node.total_objects < 2 * TWO_CPUS_OBJECTS + 8 * 64);
	UNIT_EQ(in_use(s), TWO_CPUS_OBJECTS);
}

HEAP_TEST(others_slabs_when_memory_is_out, "percpu=guarded mem=16M")
{
	struct kmem_cache *s = make("last_objects", 256, NULL);
	unsigned long failed;

	on_cpu(0);
	OK(kmem_cache_alloc(s, GFP_KERNEL) != NULL);
	while (alloc_pages(GFP_KERNEL | __GFP_HIGH | __GFP_NOWARN, 0))
		;
	flush(s);
	failed = report_count(REPORT_PAGE_ALLOC_FAILURE);
	on_cpu(1);
	for (unsigned int i = 1; i < s->objects; i++)
		OK(kmem_cache_alloc(s, i % 2 ? GFP_KERNEL : GFP_ATOMIC) != NULL);
	UNIT_EQ(report_count(REPORT_PAGE_ALLOC_FAILURE), failed);
	UNIT_EQ(s->node.nr_slabs, 1);
	OK(!kmem_cache_alloc(s, GFP_KERNEL));
}

static long fail_at;

static void fail_at_body(void)
{
	fail_scenario(fail_at);
}

static void any_system_call_may_fail(void)
{
	for (fail_at = 1; fail_at <= 60; fail_at++)
		heap_child("mem=64M", fail_at_body);
}

UNIT_MAIN("slub",
	  UNIT_TEST(orders_for_two_cpus),
	  UNIT_TEST(orders_for_one_cpu),
	  UNIT_TEST(orders_of_any_size),
	  UNIT_TEST(start_of_object_is_exact),
	  UNIT_TEST(frames_that_start_nothing_miss),
	  UNIT_TEST(a_slab_is_cut_into_all_its_objects),
	  UNIT_TEST(empty_slabs_are_given_back),
	  UNIT_TEST(free_objects_are_known_wherever_they_are),
	  UNIT_TEST(contents_do_not_matter),
	  UNIT_TEST(ctor_runs_once_for_each_object),
	  UNIT_TEST(great_constructed_objects_stay_whole),
	  UNIT_TEST(zero_does_not_touch_what_a_ctor_made),
	  UNIT_TEST(zeroed_objects_are_zero),
	  UNIT_TEST(emergency_objects_and_deferred_frees),
	  UNIT_TEST(emergency_object_in_a_used_block),
	  UNIT_TEST(deferred_objects_stay_constructed),
	  UNIT_TEST(double_free_of_a_deferred_object),
	  UNIT_TEST(slabs_emptied_by_deferred_frees_are_freed_once),
	  UNIT_TEST(a_slab_that_was_not_needed_goes_back),
	  UNIT_TEST(small_slabs_where_memory_is_in_pieces),
	  UNIT_TEST(random_operations_match_a_model),
	  UNIT_TEST(random_operations_on_the_guarded_way),
	  UNIT_TEST(random_operations_in_full_memory),
	  UNIT_TEST(remote_frees_lose_nothing),
	  UNIT_TEST(remote_frees_on_the_guarded_way),
	  UNIT_TEST(handlers_lose_nothing),
	  UNIT_TEST(cpus_have_slabs_of_their_own),
	  UNIT_TEST(others_slabs_when_memory_is_out),
	  UNIT_TEST(any_system_call_may_fail));
