// SPDX-License-Identifier: MIT
/*
 * Shows that vmalloc's areas do not overlap, keep their contents through
 * growing, moving and reuse, are guarded, stay within the memory budget, give
 * everything back, and survive the failure of any system call: by single cases,
 * and by a seeded run against a model in each of its modes.
 */
#include "tests/unit/unit.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <unistd.h>

#include "config/options.h"
#include "core/mm/mm.h"
#include "core/mm/vmalloc.h"
#include "core/os/os.h"

#define KB 1024UL
#define MB (1024 * KB)

static int suite_init(void)
{
	kmemu_opts.purge_ms = 1000;
	kmemu_opts.vmalloc_guard = true;
	page_alloc_init();
	vmalloc_init();
	return 0;
}

/* --- patterns: the first word of each page says whose page it is ---------- */

static void fill(char *p, unsigned long from, unsigned long to, unsigned long tag)
{
	for (unsigned long i = from; i < to; i++)
		*(unsigned long *)(p + i * PAGE_SIZE) = tag ^ (i * 0x9e3779b97f4a7c15UL);
}

static unsigned long wrong(const char *p, unsigned long pages, unsigned long tag)
{
	unsigned long bad = 0;

	for (unsigned long i = 0; i < pages; i++)
		bad += *(unsigned long *)(p + i * PAGE_SIZE) != (tag ^ (i * 0x9e3779b97f4a7c15UL));
	return bad;
}

static unsigned long not_zero(const char *p, unsigned long from, unsigned long to)
{
	unsigned long bad = 0;

	for (unsigned long i = from; i < to; i++)
		bad += *(unsigned long *)(p + i * PAGE_SIZE) != 0;
	return bad;
}

static bool readable(const char *p)
{
	char c;

	return os_read_safe(&c, p, 1);
}

static void *alloc(size_t size)
{
	return __vmalloc(size, PAGE_SIZE, GFP_KERNEL);
}

static unsigned long charged(void)
{
	struct page_stats st;

	page_stats_read(&st);
	return st.vmalloc;
}

/* All areas freed and all warm memory given back: nothing is counted. */
static void expect_nothing_left(void)
{
	struct vmalloc_stats st;

	vmalloc_purge(0);
	vmalloc_stats_read(&st);
	UNIT_EQ(st.areas, 0);
	UNIT_EQ(st.pages, 0);
	UNIT_EQ(st.warm_areas, 0);
	UNIT_EQ(st.warm_pages, 0);
	UNIT_EQ(vmap.resident, 0);
	UNIT_EQ(charged(), 0);
	UNIT_EQ(validate_vmap(), 0);
}

/* --- single cases --------------------------------------------------------- */

static void address_is_in_the_plan(void)
{
	char *p = alloc(200 * KB);

	CU_ASSERT_PTR_NOT_NULL_FATAL(p);
	CU_ASSERT(is_vmalloc_addr(p));
	CU_ASSERT(!in_direct_map(p));
	CU_ASSERT(IS_ALIGNED((unsigned long)p, PAGE_SIZE));
	UNIT_EQ(vmalloc_size(p), 200 * KB);
	vfree(p);
	UNIT_EQ(vmalloc_size(p), 0);
	expect_nothing_left();
}

static void found_by_any_inner_pointer(void)
{
	char *p = alloc(200 * KB + 1);
	size_t size = 0;

	CU_ASSERT_PTR_EQUAL(vmalloc_area_start(p, &size), p);
	UNIT_EQ(size, 204 * KB);
	CU_ASSERT_PTR_EQUAL(vmalloc_area_start(p + 100000, NULL), p);
	CU_ASSERT_PTR_EQUAL(vmalloc_area_start(p + 204 * KB - 1, NULL), p);
	CU_ASSERT_PTR_NULL(vmalloc_area_start(p + 204 * KB, NULL));
	CU_ASSERT_PTR_NULL(vmalloc_area_start((void *)VMALLOC_START, NULL));
	CU_ASSERT_PTR_NULL(vmalloc_area_start((void *)(VMALLOC_END - 1), NULL));
	CU_ASSERT_PTR_NULL(vmalloc_area_start(&size, NULL));
	UNIT_EQ(vmalloc_size(p + 1), 0);
	UNIT_EQ(vmalloc_size(p + PAGE_SIZE), 0);
	vfree(p + PAGE_SIZE); /* no start: nothing happens */
	UNIT_EQ(vmalloc_size(p), 204 * KB);
	vfree(p);
	vfree(p);
	vfree(NULL);
	expect_nothing_left();
}

static void sizes_that_cannot_be(void)
{
	CU_ASSERT_PTR_NULL(alloc(0));
	CU_ASSERT_PTR_NULL(alloc(SIZE_MAX));
	CU_ASSERT_PTR_NULL(alloc(SIZE_MAX - PAGE_SIZE));
	CU_ASSERT_PTR_NULL(alloc((size_t)PTRDIFF_MAX + 1));
	CU_ASSERT_PTR_NULL(alloc(PTRDIFF_MAX));
	CU_ASSERT_PTR_NULL(alloc(1UL << VMALLOC_BITS));
	CU_ASSERT_PTR_NULL(__vmalloc(MB, 1UL << 62, GFP_KERNEL));
	expect_nothing_left();
}

/* mem= is the limit, not the address space. */
static void more_than_the_memory_there_is(void)
{
	char *p = alloc(MB), *q;
	struct page_stats st;

	fill(p, 0, 256, 8);
	page_stats_read(&st);
	CU_ASSERT_PTR_NULL(alloc(st.managed * PAGE_SIZE));
	UNIT_EQ(validate_vmap(), 0);
	q = vrealloc(p, st.managed * PAGE_SIZE, GFP_KERNEL);
	CU_ASSERT_PTR_NULL(q);
	UNIT_EQ(wrong(p, 256, 8), 0);
	vfree(p);
	expect_nothing_left();
}

static void alignment_is_kept(void)
{
	for (unsigned long align = PAGE_SIZE; align <= 1UL << 32; align <<= 1) {
		char *p = __vmalloc(300 * KB, align, GFP_KERNEL);
		char *q = __vmalloc(PAGE_SIZE, align, GFP_KERNEL);

		CU_ASSERT_PTR_NOT_NULL_FATAL(p);
		CU_ASSERT_PTR_NOT_NULL_FATAL(q);
		CU_ASSERT(IS_ALIGNED((unsigned long)p, align));
		CU_ASSERT(IS_ALIGNED((unsigned long)q, align));
		fill(p, 0, 75, align);
		vfree(q);
		UNIT_EQ(wrong(p, 75, align), 0);
		vfree(p);
	}
	expect_nothing_left();
}

static void guard_behind_each_area(void)
{
	char *p[20];

	for (int i = 0; i < 20; i++) {
		p[i] = alloc((150 + 10 * i) * KB);
		CU_ASSERT_PTR_NOT_NULL_FATAL(p[i]);
	}
	for (int i = 0; i < 20; i++) {
		struct vmap_area *a = vmap_live(p[i]);

		CU_ASSERT(readable(p[i] + vmap_bytes(a->cap) - 1));
		CU_ASSERT(!readable(p[i] + vmap_bytes(a->cap)));
	}
	/* Carved out of a larger one: guarded too. */
	for (int i = 0; i < 20; i++)
		vfree(p[i]);
	p[0] = alloc(MB);
	p[1] = alloc(100 * KB);
	CU_ASSERT(!readable(p[0] + vmap_bytes(vmap_live(p[0])->cap)));
	CU_ASSERT(!readable(p[1] + vmap_bytes(vmap_live(p[1])->cap)));
	memset(p[0], 1, MB);
	memset(p[1], 1, 100 * KB);
	vfree(p[0]);
	vfree(p[1]);
	expect_nothing_left();
}

static void freed_area_comes_back_warm(void)
{
	char *p = alloc(MB), *q;
	struct vmalloc_stats st;

	memset(p, 0x55, MB);
	vfree(p);
	vmalloc_stats_read(&st);
	UNIT_EQ(st.warm_areas, 1);
	UNIT_EQ(st.warm_pages, 256);
	q = alloc(MB - 64 * KB); /* more than 7/8 */
	CU_ASSERT_PTR_EQUAL(p, q);
	UNIT_EQ(q[0], 0x55);
	UNIT_EQ(vmalloc_size(q), MB - 64 * KB);
	vfree(q);
	expect_nothing_left();
	CU_ASSERT(trim_deadline_ms != 0);
}

static void zero_is_zero(void)
{
	static const size_t sizes[] = { MB, 300 * KB, 2 * MB, 200 * KB, 3 * MB, MB };

	for (int round = 0; round < 3; round++) {
		for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
			unsigned long pages = sizes[i] / PAGE_SIZE;
			char *p = __vmalloc(sizes[i], PAGE_SIZE, GFP_KERNEL | __GFP_ZERO);

			CU_ASSERT_PTR_NOT_NULL_FATAL(p);
			UNIT_EQ(not_zero(p, 0, pages), 0);
			fill(p, 0, pages, i + 1);
			p = vrealloc(p, sizes[i] * 2, GFP_KERNEL | __GFP_ZERO);
			CU_ASSERT_PTR_NOT_NULL_FATAL(p);
			UNIT_EQ(wrong(p, pages, i + 1), 0);
			UNIT_EQ(not_zero(p, pages, 2 * pages), 0);
			fill(p, pages, 2 * pages, 1);
			vfree(p);
		}
	}
	expect_nothing_left();
}

static void shrink_in_place(void)
{
	char *p = alloc(4 * MB), *q;

	fill(p, 0, 1024, 7);
	q = vrealloc(p, 4 * MB - 200 * KB, GFP_KERNEL);
	CU_ASSERT_PTR_EQUAL(p, q);
	q = vrealloc(p, MB, GFP_KERNEL);
	CU_ASSERT_PTR_EQUAL(p, q);
	UNIT_EQ(vmalloc_size(p), MB);
	UNIT_EQ(wrong(p, 256, 7), 0);
	CU_ASSERT(!readable(p + vmap_bytes(vmap_live(p)->cap)));
	CU_ASSERT(vmap_live(p)->cap <= 256 + 256 / 7 + 2);
	UNIT_EQ(validate_vmap(), 0);
	CU_ASSERT_PTR_NULL(vrealloc(p, SIZE_MAX, GFP_KERNEL));
	UNIT_EQ(vmalloc_size(p), MB);
	CU_ASSERT_PTR_NULL(vrealloc(p, 0, GFP_KERNEL));
	expect_nothing_left();
}

static void growing_in_small_steps(void)
{
	unsigned long size = 160 * KB, places = 0, pages = size / PAGE_SIZE;
	char *p = alloc(size), *wall, *q;

	fill(p, 0, pages, 99);
	wall = alloc(160 * KB); /* the first step can't be in place */
	for (; size < 64 * MB; size += 16 * KB) {
		q = vrealloc(p, size, GFP_KERNEL);
		CU_ASSERT_PTR_NOT_NULL_FATAL(q);
		places += q != p;
		p = q;
		fill(p, pages, size / PAGE_SIZE, 99);
		pages = size / PAGE_SIZE;
	}
	UNIT_EQ(wrong(p, pages, 99), 0);
	UNIT_EQ(validate_vmap(), 0);
	CU_ASSERT(places <= 12);
	vfree(p);
	vfree(wall);
	expect_nothing_left();
}

/* Copying would need memory for both: with a limit just above it can't. */
static void growing_a_gib_copies_nothing(void)
{
	unsigned long pages = (1UL << 30) / PAGE_SIZE;
	char *p = alloc(1UL << 30), *wall, *q;

	CU_ASSERT_PTR_NOT_NULL_FATAL(p);
	fill(p, 0, 10, 5);
	fill(p + (1UL << 30) - PAGE_SIZE, 0, 1, 6);
	wall = alloc(MB);
	q = vrealloc(p, (1UL << 30) + 256 * MB, GFP_KERNEL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(q);
	CU_ASSERT(vmap.no_move || q != p || vmap_live(q)->cap > pages);
	UNIT_EQ(wrong(q, 10, 5), 0);
	UNIT_EQ(wrong(q + (1UL << 30) - PAGE_SIZE, 1, 6), 0);
	vfree(q);
	vfree(wall);
	expect_nothing_left();
}

static void somebody_else_in_the_plan(void)
{
	char *p = alloc(200 * KB), *q, *big, *other;

	/* Right behind what has been given so far: the next fresh area's place. */
	other = mmap(p + 256 * MB, 64 * MB, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
	CU_ASSERT_PTR_EQUAL_FATAL(other, p + 256 * MB);
	fill(other, 0, 64 * MB / PAGE_SIZE, 1234);
	for (int i = 0; i < 40; i++) {
		q = alloc((8 + i) * MB);
		CU_ASSERT_PTR_NOT_NULL_FATAL(q);
		CU_ASSERT(q + (8 + i) * MB <= other || q >= other + 64 * MB);
		fill(q, 0, 4, i);
	}
	big = alloc(512 * MB);
	CU_ASSERT_PTR_NOT_NULL(big);
	UNIT_EQ(wrong(other, 64 * MB / PAGE_SIZE, 1234), 0);
	UNIT_EQ(validate_vmap(), 0);
	munmap(other, 64 * MB);
	vfree(big);
	vfree(p);
	for (struct vmap_area *a = vmap_areas + 1; a < vmap_areas + vmap.nr_areas; a++)
		if (a->state == VMAP_LIVE)
			vfree(vmap_addr(a));
	expect_nothing_left();
}

static void frames_are_assigned_once(void)
{
	enum { PAGES = 600 };
	static unsigned long pfn[PAGES];
	char *p = alloc(PAGES * PAGE_SIZE);
	unsigned long in_row = 0, twice = 0;

	for (int i = 0; i < PAGES; i++) {
		pfn[i] = vmalloc_to_pfn(p + i * PAGE_SIZE + 17);
		CU_ASSERT(pfn[i] != PFN_NONE);
		in_row += i && pfn[i] == pfn[i - 1] + 1;
		for (int j = 0; j < i; j++)
			twice += pfn[i] == pfn[j];
	}
	CU_ASSERT(in_row < PAGES / 20);
	UNIT_EQ(twice, 0);
	p = vrealloc(p, 2 * PAGES * PAGE_SIZE, GFP_KERNEL);
	for (int i = 0; i < PAGES; i++)
		UNIT_EQ(vmalloc_to_pfn(p + i * PAGE_SIZE), pfn[i]);
	CU_ASSERT(vmalloc_to_pfn(p + (2 * PAGES - 1) * PAGE_SIZE) != PFN_NONE);
	p = vrealloc(p, 20 * PAGE_SIZE, GFP_KERNEL);
	UNIT_EQ(vmalloc_to_pfn(p + 19 * PAGE_SIZE), pfn[19]);
	UNIT_EQ(vmalloc_to_pfn(p + 20 * PAGE_SIZE), PFN_NONE);
	UNIT_EQ(validate_vmap(), 0);
	vfree(p);
	UNIT_EQ(vmalloc_to_pfn(p), PFN_NONE);
	UNIT_EQ(vmalloc_to_pfn(&p), PFN_NONE);
	expect_nothing_left();
}

/* --- while this thread has the lock, as in a handler ---------------------- */

static void without_the_lock(void)
{
	char *mine = alloc(MB), *p, *q, *r, *s;
	size_t size;

	fill(mine, 0, 256, 3);
	CU_ASSERT_FATAL(spin_lock(&vmap_lock));
	p = alloc(300 * KB);
	q = __vmalloc(160 * KB, 64 * KB, GFP_KERNEL | __GFP_ZERO);
	s = alloc(PAGE_SIZE);
	CU_ASSERT_PTR_NOT_NULL_FATAL(p);
	CU_ASSERT_PTR_NOT_NULL_FATAL(q);
	CU_ASSERT(is_vmalloc_addr(p));
	CU_ASSERT(IS_ALIGNED((unsigned long)q, 64 * KB));
	fill(p, 0, 75, 1);
	UNIT_EQ(not_zero(q, 0, 40), 0);
	fill(q, 0, 40, 2);
	UNIT_EQ(vmalloc_size(p), 300 * KB);
	UNIT_EQ(vmalloc_size(mine), MB);
	CU_ASSERT_PTR_EQUAL(vmalloc_area_start(q + 9999, &size), q);
	UNIT_EQ(size, 160 * KB);
	r = vrealloc(p, 2 * MB, GFP_KERNEL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(r);
	UNIT_EQ(wrong(r, 75, 1), 0);
	UNIT_EQ(vmalloc_size(p), 0);
	vfree(p); /* twice: nothing happens */
	vfree(mine);
	vfree(mine);
	UNIT_EQ(vmalloc_size(mine), 0);
	spin_unlock(&vmap_lock);

	UNIT_EQ(validate_vmap(), 0); /* takes the lock: what waited is done */
	UNIT_EQ(vmap.nr_live, 3);
	UNIT_EQ(vmalloc_size(r), 2 * MB);
	UNIT_EQ(wrong(q, 40, 2), 0);
	q = vrealloc(q, 3 * MB, GFP_KERNEL);
	UNIT_EQ(wrong(q, 40, 2), 0);
	vfree(q);
	vfree(r);
	vfree(s);
	expect_nothing_left();
}

/* --- the model ------------------------------------------------------------ */

#define SLOTS 48

struct slot {
	char *p;
	unsigned long pages, tag;
};

struct model {
	struct slot slot[SLOTS];
	u64 rng;
	unsigned long errors, nulls;
	bool may_fail, check_budget;
};

static unsigned long rnd(struct model *m, unsigned long below)
{
	m->rng ^= m->rng << 13;
	m->rng ^= m->rng >> 7;
	m->rng ^= m->rng << 17;
	return (m->rng >> 16) % below;
}

static unsigned long some_pages(struct model *m)
{
	switch (rnd(m, 16)) {
	case 0:
		return 1 + rnd(m, 8);
	case 1:
		return 1 + rnd(m, 4096);
	case 2:
		return 256;
	default:
		return 30 + rnd(m, 600);
	}
}

static void model_alloc(struct model *m, struct slot *s)
{
	gfp_t flags = GFP_KERNEL | (rnd(m, 4) ? 0 : __GFP_ZERO);
	size_t align = rnd(m, 8) ? PAGE_SIZE : PAGE_SIZE << rnd(m, 12);

	s->pages = some_pages(m);
	s->tag = rnd(m, ~0UL >> 20);
	s->p = __vmalloc(s->pages * PAGE_SIZE - rnd(m, PAGE_SIZE), align, flags);
	if (!s->p) {
		m->nulls++;
		m->errors += !m->may_fail;
		return;
	}
	m->errors += !IS_ALIGNED((unsigned long)s->p, align);
	m->errors += vmalloc_size(s->p) != s->pages * PAGE_SIZE;
	if (flags & __GFP_ZERO)
		m->errors += not_zero(s->p, 0, s->pages);
	fill(s->p, 0, s->pages, s->tag);
}

static void model_free(struct model *m, struct slot *s)
{
	m->errors += wrong(s->p, s->pages, s->tag);
	vfree(s->p);
	s->p = NULL;
}

static void model_realloc(struct model *m, struct slot *s)
{
	gfp_t flags = GFP_KERNEL | (rnd(m, 3) ? 0 : __GFP_ZERO);
	unsigned long pages = rnd(m, 3) ? s->pages + 1 + rnd(m, s->pages) : some_pages(m);
	char *q = vrealloc(s->p, pages * PAGE_SIZE, flags);

	if (!q) {
		m->nulls++;
		m->errors += !m->may_fail;
		return;
	}
	s->p = q;
	m->errors += wrong(q, min(pages, s->pages), s->tag);
	if (pages > s->pages) {
		if (flags & __GFP_ZERO)
			m->errors += not_zero(q, s->pages, pages);
		fill(q, s->pages, pages, s->tag);
	}
	s->pages = pages;
}

static void model_step(struct model *m)
{
	struct slot *s = &m->slot[rnd(m, SLOTS)];
	unsigned long inner;

	if (!rnd(m, 400))
		vmalloc_purge(rnd(m, 2) ? 0 : rnd(m, 20));
	if (!s->p) {
		model_alloc(m, s);
	} else if (!rnd(m, 4)) {
		model_realloc(m, s);
	} else {
		inner = rnd(m, s->pages * PAGE_SIZE);
		m->errors += vmalloc_area_start(s->p + inner, NULL) != s->p;
		model_free(m, s);
	}
	if (m->check_budget)
		m->errors += vmap.resident > vmap_budget();
}

static void model_end(struct model *m)
{
	for (int i = 0; i < SLOTS; i++)
		if (m->slot[i].p)
			model_free(m, &m->slot[i]);
}

static u64 model_ms(void)
{
	const char *s = getenv("KMEMU_PROPERTY_SECONDS");
	long seconds = s ? atol(s) : 3;

	return (u64)clamp(seconds, 1, 600) * 1000 / 7;
}

static void model_run(const char *mode, u64 ms)
{
	struct model m = { .rng = unit_seed() * 2 + 1, .check_budget = true };
	u64 end = os_monotonic_ms() + ms;
	unsigned long steps = 0;

	while (os_monotonic_ms() < end && !m.errors) {
		model_step(&m);
		if (!(++steps & 63))
			m.errors += (unsigned long)validate_vmap();
	}
	model_end(&m);
	if (m.errors)
		printf("mode %s: wrong after %lu steps\n", mode, steps);
	UNIT_EQ(m.errors, 0);
	CU_ASSERT(steps > 5); /* a sanitizer on a slow machine takes long for each */
	expect_nothing_left();
}

static void model_with_guard_marks(void)
{
	model_run("marks", model_ms());
}

static void model_with_holes(void)
{
	bool had = vmap.no_marks;

	vmap.no_marks = true;
	model_run("holes", model_ms());
	vmap.no_marks = had;
}

static void model_unguarded(void)
{
	kmemu_opts.vmalloc_guard = false;
	model_run("unguarded", model_ms());
	kmemu_opts.vmalloc_guard = true;
}

static void model_without_moving(void)
{
	vmap.no_move = true;
	model_run("no move", model_ms());
	vmap.no_move = false;
}

static void model_lazy(void)
{
	kmemu_opts.vmalloc_lazy = true;
	model_run("lazy", model_ms());
	kmemu_opts.vmalloc_lazy = false;
}

static unsigned long mappings(void)
{
	FILE *f = fopen("/proc/self/maps", "r");
	unsigned long lines = 0;
	int c;

	while (f && (c = getc(f)) != EOF)
		lines += c == '\n';
	if (f)
		fclose(f);
	return lines;
}

/* vm.max_map_count is 65530, and fork copies each mapping. */
static void many_areas_make_few_mappings(void)
{
	enum { NR = 20000 };
	static char *p[NR];
	unsigned long before = mappings();

	if (vmap.no_marks)
		return;
	for (int i = 0; i < NR; i++) {
		p[i] = alloc(160 * KB);
		CU_ASSERT_PTR_NOT_NULL_FATAL(p[i]);
	}
	CU_ASSERT(mappings() < before + 64);
	for (int i = 0; i < NR; i += 2)
		vfree(p[i]);
	vmalloc_purge(0);
	CU_ASSERT(mappings() < before + 64);
	UNIT_EQ(validate_vmap(), 0);
	for (int i = 1; i < NR; i += 2)
		vfree(p[i]);
	expect_nothing_left();
	CU_ASSERT(mappings() < before + 64);
}

/* Without marks each guard is a gap; later areas go without one. */
static void holes_stop_before_the_limit(void)
{
	enum { NR = 50000 };
	static char *p[NR];
	unsigned long before = mappings();
	bool had = vmap.no_marks;

	vmap.no_marks = true;
	for (int i = 0; i < NR; i++) {
		p[i] = alloc(132 * KB);
		CU_ASSERT_PTR_NOT_NULL_FATAL(p[i]);
	}
	CU_ASSERT(mappings() < before + 46000);
	UNIT_EQ(validate_vmap(), 0);
	for (int i = 0; i < NR; i++)
		vfree(p[i]);
	expect_nothing_left();
	vmap.no_marks = had;
}

/* The kernel's promise to those who hunt for use after free. */
static void lazy_addresses_are_not_reused(void)
{
	char *p, *q;

	kmemu_opts.vmalloc_lazy = true;
	p = alloc(200 * KB);
	memset(p, 1, 200 * KB);
	vfree(p);
	for (int i = 0; i < 50; i++) {
		q = alloc(200 * KB);
		CU_ASSERT(q >= p + 200 * KB || q + 200 * KB <= p);
		vfree(q);
	}
	CU_ASSERT(vmap.no_marks || !readable(p));
	UNIT_EQ(vmap.resident, 0);
	for (int i = 0; i < 20000 && q != p; i++) {
		q = alloc(200 * KB);
		vfree(q);
	}
	CU_ASSERT_PTR_EQUAL(p, q); /* 64 MiB later it is */
	kmemu_opts.vmalloc_lazy = false;
	expect_nothing_left();
}

/* --- threads -------------------------------------------------------------- */

static void *thread_main(void *arg)
{
	struct model *m = arg;
	u64 end = os_monotonic_ms() + model_ms();

	while (os_monotonic_ms() < end && !m->errors)
		model_step(m);
	model_end(m);
	return NULL;
}

static void threads_do_not_disturb_each_other(void)
{
	static struct model m[4];
	pthread_t t[4];

	for (int i = 0; i < 4; i++) {
		m[i] = (struct model){ .rng = (unit_seed() + (unsigned long)i) * 2 + 1 };
		pthread_create(&t[i], NULL, thread_main, &m[i]);
	}
	for (int i = 0; i < 4; i++) {
		pthread_join(t[i], NULL);
		UNIT_EQ(m[i].errors, 0);
	}
	expect_nothing_left();
}

/* --- signals -------------------------------------------------------------- */

static struct model handler_model;
static volatile sig_atomic_t handled;

/* One signal: each handler asks for the next, so that the program gets on. */
static void alarm_in(long us)
{
	struct itimerval it = { { 0, 0 }, { 0, us } };

	setitimer(ITIMER_REAL, &it, NULL);
}

/* Interrupts the lock's holders at any instruction. */
static void on_alarm(int sig)
{
	(void)sig;
	for (int i = 0; i < 3; i++)
		model_step(&handler_model);
	handled++;
	alarm_in(100 + handled % 100);
}

static void handlers_interrupt_anything(void)
{
	static struct model m[2];
	struct sigaction sa = { .sa_handler = on_alarm, .sa_flags = SA_RESTART }, old;
	sigset_t set;
	pthread_t t;

	for (int i = 0; i < 2; i++)
		m[i] = (struct model){ .rng = (unit_seed() + (unsigned long)i) * 2 + 1 };
	handler_model = (struct model){ .rng = unit_seed() + 99 };
	handled = 0;
	sigaction(SIGALRM, &sa, &old);
	/* The handler has one model, so one thread takes the signals. */
	sigemptyset(&set);
	sigaddset(&set, SIGALRM);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	pthread_create(&t, NULL, thread_main, &m[1]);
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
	alarm_in(300);
	thread_main(&m[0]);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	alarm_in(0);
	pthread_join(t, NULL);
	sigaction(SIGALRM, &(struct sigaction){ .sa_handler = SIG_IGN }, NULL);
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
	sigaction(SIGALRM, &old, NULL);
	model_end(&handler_model);
	UNIT_EQ(m[0].errors, 0);
	UNIT_EQ(m[1].errors, 0);
	UNIT_EQ(handler_model.errors, 0);
	CU_ASSERT(handled > 10);
	validate_vmap(); /* takes the lock: what was deferred is done */
	expect_nothing_left();
}

/* --- every system call fails once ----------------------------------------- */

/* True when it is the last: it made fewer calls, or something is wrong. */
static bool fail_scenario(unsigned long nr, unsigned long seed)
{
	struct model m = { .rng = seed * 2 + 1, .may_fail = true };

	os_fail_nth = (long)nr;
	for (int i = 0; i < 60; i++)
		model_step(&m);
	model_end(&m);
	vmalloc_purge(0);
	nr = os_fail_nth > 0;
	os_fail_nth = 0;
	m.errors += (unsigned long)validate_vmap();
	UNIT_EQ(m.errors, 0);
	return nr || m.errors;
}

static void any_system_call_may_fail(void)
{
	unsigned long nr;

	/* Moved to memory that was somebody's: what is behind is not zero. */
	fail_scenario(60, 1974599977);
	for (nr = 1; nr < 3000 && !fail_scenario(nr, unit_seed()); nr++)
		;
	CU_ASSERT(nr > 20);
	CU_ASSERT(nr < 3000);
	expect_nothing_left();
}

UNIT_MAIN_INIT("vmalloc", suite_init, NULL,
	       UNIT_TEST(address_is_in_the_plan),
	       UNIT_TEST(found_by_any_inner_pointer),
	       UNIT_TEST(sizes_that_cannot_be),
	       UNIT_TEST(more_than_the_memory_there_is),
	       UNIT_TEST(alignment_is_kept),
	       UNIT_TEST(guard_behind_each_area),
	       UNIT_TEST(freed_area_comes_back_warm),
	       UNIT_TEST(zero_is_zero),
	       UNIT_TEST(shrink_in_place),
	       UNIT_TEST(growing_in_small_steps),
	       UNIT_TEST(growing_a_gib_copies_nothing),
	       UNIT_TEST(somebody_else_in_the_plan),
	       UNIT_TEST(frames_are_assigned_once),
	       UNIT_TEST(without_the_lock),
	       UNIT_TEST(model_with_guard_marks),
	       UNIT_TEST(model_with_holes),
	       UNIT_TEST(model_unguarded),
	       UNIT_TEST(model_without_moving),
	       UNIT_TEST(model_lazy),
	       UNIT_TEST(many_areas_make_few_mappings),
	       UNIT_TEST(holes_stop_before_the_limit),
	       UNIT_TEST(lazy_addresses_are_not_reused),
	       UNIT_TEST(threads_do_not_disturb_each_other),
	       UNIT_TEST(handlers_interrupt_anything),
	       UNIT_TEST(any_system_call_may_fail));
