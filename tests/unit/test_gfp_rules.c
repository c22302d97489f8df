// SPDX-License-Identifier: MIT
/*
 * gfp_rules, rules and functions: from the options' text to what an address
 * has; gfp_check and the flags that mm obeys: zones, reserves, __GFP_NOFAIL,
 * and what is reported of wrong combinations. Each test has a heap of its own.
 */
#include "tests/unit/heap.h"

#include <pthread.h>
#include <sched.h>

#include "core/check/functions.h"
#include "core/mm/gfp_rules.h"
#include "core/mm/slab.h"
#include "core/mm/util.h"
#include "core/report/funcs.h"
#include "core/report/report.h"

__attribute__((noinline)) static int dma_function(int x)
{
	return x * (int)getpid();
}

__attribute__((noinline)) static int plain_function(int x)
{
	return x - (int)getpid();
}

/* An address in it, as of a return. */
static const void *in(const void *function)
{
	return (const char *)function + 5;
}

static bool must_not_sleep;

static bool ask(void)
{
	return must_not_sleep;
}

HEAP_TEST(nothing_asked_for, "mem=64M")
{
	OK(!gfp_by_caller && !slab_armed && !context_functions_on);
	UNIT_EQ(gfp_for_caller(in(dma_function)), GFP_KERNEL);
	OK(!gfp_is_auto(in(dma_function)));
	UNIT_EQ(context_function_of((unsigned long)in(dma_function)), CONTEXT_FUNCTION_NONE);
}

HEAP_TEST(one_for_all, "gfp=GFP_DMA|GFP_ATOMIC")
{
	OK(gfp_by_caller && slab_armed);
	UNIT_EQ(gfp_for_caller(in(dma_function)), GFP_DMA | GFP_ATOMIC);
	UNIT_EQ(gfp_for_caller(NULL), GFP_DMA | GFP_ATOMIC);
}

HEAP_TEST(kernel_arms_nothing, "gfp=GFP_KERNEL")
{
	OK(!gfp_by_caller && !slab_armed);
}

HEAP_TEST(by_caller,
	  "gfp=noio \"gfp.rules= y:dma, main!dma_* : GFP_DMA | GFP_KERNEL ;\nx:atomic;\"")
{
	OK(slab_armed);
	UNIT_EQ(gfp_for_caller(in(dma_function)), KMEMU_GFP_NOIO); /* symbols are not read yet */
	funcs_refresh();
	UNIT_EQ(gfp_for_caller(in(dma_function)), GFP_DMA | GFP_KERNEL);
	UNIT_EQ(gfp_for_caller(in(plain_function)), KMEMU_GFP_NOIO);
	UNIT_EQ(options_status.bad, 0);
}

HEAP_TEST(auto_asks, "gfp=auto gfp.rules=dma_function:auto|dma")
{
	funcs_refresh();
	OK(gfp_is_auto(in(dma_function)) && gfp_is_auto(in(plain_function)));
	UNIT_EQ(gfp_for_caller(in(plain_function)), GFP_KERNEL); /* nobody to ask */
	gfp_must_not_sleep = ask;
	UNIT_EQ(gfp_for_caller(in(plain_function)), GFP_KERNEL);
	must_not_sleep = true;
	UNIT_EQ(gfp_for_caller(in(plain_function)), GFP_ATOMIC);
	UNIT_EQ(gfp_for_caller(in(dma_function)), GFP_DMA | GFP_ATOMIC);
	must_not_sleep = false;
	UNIT_EQ(gfp_for_caller(in(dma_function)), GFP_DMA | GFP_KERNEL);
}

HEAP_TEST(bad_rules_are_left_out,
	  "log=/dev/null gfp.rules=a;b:;:kernel;c:none;dma_function:dma;;:;x!:kernel")
{
	funcs_refresh();
	UNIT_EQ(options_status.bad, 6);
	UNIT_EQ(gfp_for_caller(in(dma_function)), GFP_DMA);
	UNIT_EQ(gfp_for_caller(in(plain_function)), GFP_KERNEL);
}

HEAP_TEST(contexts_by_function,
	  "context.functions=hardirq:dma_function,softirq:main!plain_*;atomic:getp?id,"
	  "atomic:f(a,b)")
{
	OK(context_functions_on && !slab_armed);
	UNIT_EQ(options_status.bad, 0);
	funcs_refresh();
	UNIT_EQ(context_function_of((unsigned long)in(dma_function)), CONTEXT_FUNCTION_HARDIRQ);
	UNIT_EQ(context_function_of((unsigned long)in(plain_function)), CONTEXT_FUNCTION_SOFTIRQ);
	UNIT_EQ(context_function_of((unsigned long)in(getppid)), CONTEXT_FUNCTION_ATOMIC);
	UNIT_EQ(context_function_of_now((unsigned long)in(getppid)), CONTEXT_FUNCTION_ATOMIC);
	UNIT_EQ(context_function_of((unsigned long)in(ask)), CONTEXT_FUNCTION_NONE);
	UNIT_EQ(context_function_of(0), CONTEXT_FUNCTION_NONE);
}

HEAP_TEST(bad_contexts, "log=/dev/null context.functions=dma_function,irq:f,hardirq:,atomic:f")
{
	UNIT_EQ(options_status.bad, 3);
	OK(context_functions_on);
}

static char rules_file[] = "/tmp/kmemu-gfp-rules-XXXXXX";

static void file_body(void)
{
	funcs_refresh();
	UNIT_EQ(options_status.bad, 1); /* the third line */
	UNIT_EQ(gfp_for_caller(in(dma_function)), GFP_DMA | GFP_KERNEL);
	UNIT_EQ(gfp_for_caller(in(plain_function)), GFP_ATOMIC);
}

static void a_file_of_rules(void)
{
	static const char text[] = "# devices\ndma_*:dma|kernel # all of them\nbad\n\n"
				   "plain_function:atomic;f:nofs";
	char options[128];
	int fd = mkstemp(rules_file);

	CU_ASSERT(write(fd, text, sizeof(text) - 1) == sizeof(text) - 1);
	close(fd);
	snprintf(options, sizeof(options), "log=/dev/null gfp.rules=@%s", rules_file);
	heap_child(options, file_body);
	unlink(rules_file);
	strcpy(rules_file + strlen(rules_file) - 6, "XXXXXX");
}

static void large_file_body(void)
{
	UNIT_EQ(options_status.bad, 1);
	OK(!gfp_by_caller);
}

static void a_file_too_large(void)
{
	char options[128];
	int fd = mkstemp(rules_file);

	CU_ASSERT(ftruncate(fd, 1 << 20) == 0);
	close(fd);
	snprintf(options, sizeof(options), "log=/dev/null gfp.rules=@%s", rules_file);
	heap_child(options, large_file_body);
	unlink(rules_file);
	heap_child("log=/dev/null gfp.rules=@/", large_file_body);
}

/* --- the flags' meaning -------------------------------------------------- */

static unsigned long pfn_of(const void *p)
{
	return virt_to_pfn(p);
}

static const char *cache_of(const void *p)
{
	struct object_info info;

	object_lookup(p, &info);
	return info.cache ? info.cache->name : "";
}

HEAP_TEST(zones_and_types, "mem=8G")
{
	void *p = kmalloc(100, GFP_DMA | GFP_KERNEL), *q = kmalloc(60000, GFP_DMA | GFP_ATOMIC);

	OK(p && pfn_of(p) < 4096 && !strcmp(cache_of(p), "dma-kmalloc-128"));
	OK(q && pfn_of(q) + 14 < 4096);
	OK(!strcmp(cache_of(kmalloc(100, GFP_KERNEL | __GFP_RECLAIMABLE)), "kmalloc-rcl-128"));
	OK(!strcmp(cache_of(kmalloc(100, GFP_KERNEL | __GFP_ACCOUNT)), "kmalloc-cg-128"));
	OK(!strcmp(cache_of(kmalloc(100, GFP_ATOMIC)), "kmalloc-128"));
	OK(page_to_pfn(alloc_pages(GFP_KERNEL | __GFP_DMA32, 3)) < 1UL << 20);
	/* Two zones: the lowest. */
	OK(page_to_pfn(alloc_pages(GFP_KERNEL | __GFP_DMA32 | __GFP_HIGHMEM, 0)) < 4096);
	OK(__vmalloc(1 << 20, PAGE_SIZE, GFP_KERNEL | GFP_DMA) != NULL);
}

static unsigned long use_up(gfp_t flags)
{
	unsigned long n = 0;

	while (alloc_pages(flags | __GFP_NOWARN, 0))
		n++;
	return n;
}

/* Each reaches deeper than the one before: min, 1/2 of it, 3/8, nothing kept. */
HEAP_TEST(reserves, "mem=16M")
{
	unsigned long wmark[NR_WMARK], nr_free[NR_PAGE_ORDERS], min;
	struct page_stats st;

	zone_stats_read(ZONE_DMA, &st, wmark, nr_free);
	min = wmark[WMARK_MIN];
	OK(use_up(GFP_KERNEL) > 0);
	UNIT_EQ(use_up(GFP_NOWAIT), 0);
	UNIT_EQ(use_up(GFP_KERNEL | __GFP_HIGH), min / 2);
	UNIT_EQ(use_up(GFP_KERNEL | __GFP_HIGH), 0);
	UNIT_EQ(use_up(GFP_ATOMIC | __GFP_NOMEMALLOC), 0);
	UNIT_EQ(use_up(GFP_ATOMIC), (min - min / 2) / 4);
	OK(use_up(GFP_KERNEL | __GFP_MEMALLOC) > 0);
	UNIT_EQ(use_up(GFP_ATOMIC), 0);
}

HEAP_TEST(nofail_never_fails, "mem=16M")
{
	struct page *page;
	int i;

	use_up(GFP_KERNEL | __GFP_MEMALLOC);
	OK(!alloc_pages(GFP_KERNEL, 0));
	for (i = 0; i < 100; i++) {
		page = alloc_pages(GFP_KERNEL | __GFP_NOFAIL | __GFP_ZERO, 1);
		OK(page != NULL);
		OK(page && !((char *)page_address(page))[5000]);
	}
	UNIT_EQ(report_count(REPORT_GFP_WARNING), 0);
	OK(report_count(REPORT_PAGE_ALLOC_FAILURE) > 0);
	OK(kmalloc(3000, GFP_KERNEL | __GFP_NOFAIL) != NULL);
	OK(__vmalloc(1 << 20, PAGE_SIZE, GFP_KERNEL | __GFP_NOFAIL) != NULL);
}

HEAP_TEST(nofail_that_may_not_sleep, "mem=16M log=/dev/null")
{
	use_up(GFP_KERNEL | __GFP_MEMALLOC);
	OK(!alloc_pages(GFP_ATOMIC | __GFP_NOFAIL, 0));
	UNIT_EQ(report_count(REPORT_GFP_WARNING), 1);
	OK(alloc_pages(GFP_KERNEL | __GFP_NOFAIL, 2) != NULL);
	UNIT_EQ(report_count(REPORT_GFP_WARNING), 2);
	current_flags |= PF_MEMALLOC;
	OK(alloc_pages(GFP_KERNEL | __GFP_NOFAIL, 0) != NULL);
	UNIT_EQ(report_count(REPORT_GFP_WARNING), 3);
	current_flags &= ~PF_MEMALLOC;
}

/* What another thread asks for with __GFP_NOFAIL where no memory is left. */
struct patient {
	void *(*ask)(void);
	void *got;
	bool done;
};

static void *be_patient(void *arg)
{
	struct patient *patient = arg;

	patient->got = patient->ask();
	WRITE_ONCE(patient->done, true);
	return NULL;
}

/* It is said once, and then it waits until somebody frees, without a lock. */
static void *is_waited_for(void *(*ask)(void), struct page *page, unsigned int order)
{
	struct patient patient = { .ask = ask };
	unsigned long before = report_count(REPORT_PAGE_ALLOC_FAILURE);
	pthread_t thread;

	UNIT_EQ(pthread_create(&thread, NULL, be_patient, &patient), 0);
	while (report_count(REPORT_PAGE_ALLOC_FAILURE) == before && !READ_ONCE(patient.done))
		sched_yield();
	OK(kmalloc(3000, GFP_KERNEL) != NULL);
	free_pages(page, order);
	UNIT_EQ(pthread_join(thread, NULL), 0);
	UNIT_EQ(report_count(REPORT_PAGE_ALLOC_FAILURE), before + 1);
	UNIT_EQ(validate_all(), 0);
	return patient.got;
}

#define DMA_NOFAIL (GFP_KERNEL | __GFP_DMA | __GFP_NOFAIL)

static void *ask_page(void)
{
	return alloc_pages(DMA_NOFAIL | __GFP_NOWARN, 0);
}

static void *ask_object(void)
{
	return kmalloc(8, DMA_NOFAIL);
}

static void *ask_large(void)
{
	return kmalloc(16384 - 8192 + 1, DMA_NOFAIL);
}

static void *ask_area(void)
{
	return __vmalloc(3 * PAGE_SIZE, PAGE_SIZE, DMA_NOFAIL);
}

/* NULL at last: no memory is left. */
static struct page *last_pages(gfp_t flags, unsigned int order)
{
	struct page *page = NULL, *next;

	while ((next = alloc_pages(flags | __GFP_NOWARN, order)))
		page = next;
	use_up(flags | __GFP_NOWARN);
	return page;
}

HEAP_TEST(nofail_waits_where_nothing_can_grow, "mem=64M log=/dev/null")
{
	gfp_t flags = GFP_KERNEL | __GFP_DMA | __GFP_HIGH;
	struct page *page = last_pages(flags, 5);
	void *p;

	OK(page && !alloc_pages(flags | __GFP_NOWARN, 0));
	p = is_waited_for(ask_page, page, 5);
	OK(p && page_to_pfn(p) < 4096);
	p = is_waited_for(ask_object, last_pages(flags, 1), 1);
	OK(p && virt_to_pfn(p) < 4096);
	kvfree(p);
}

HEAP_TEST(nofail_waits_for_large_ones, "mem=64M log=/dev/null")
{
	gfp_t flags = GFP_KERNEL | __GFP_DMA | __GFP_HIGH;
	struct page *page = last_pages(flags, 5);

	OK(is_waited_for(ask_large, page, 5) != NULL);
	page = last_pages(flags, 3);
	OK(is_waited_for(ask_area, page, 3) != NULL);
}

/* Objects that need a map of their own beside the slab. */
HEAP_TEST(nofail_of_many_objects, "mem=16M log=/dev/null")
{
	use_up(GFP_KERNEL | __GFP_MEMALLOC);
	while (kmalloc(64, GFP_ATOMIC | __GFP_NOWARN))
		;
	for (int i = 0; i < 600; i++)
		OK(kmalloc(8, GFP_KERNEL | __GFP_NOFAIL) != NULL);
}

static bool all_below(const void *p, size_t size, unsigned long end_pfn)
{
	for (size_t at = 0; at < size; at += PAGE_SIZE)
		if (vmalloc_to_pfn((const char *)p + at) >= end_pfn)
			return false;
	return true;
}

static unsigned long zone_free(enum zone_type zone)
{
	unsigned long wmark[NR_WMARK], nr_free[NR_PAGE_ORDERS];
	struct page_stats st;

	zone_stats_read(zone, &st, wmark, nr_free);
	return st.managed - st.used - st.vmalloc;
}

#define DMA_END	  ((16UL << 20) >> PAGE_SHIFT)
#define DMA32_END ((4UL << 30) >> PAGE_SHIFT)
#define DMA_GFP	  (GFP_KERNEL | __GFP_DMA | __GFP_NOWARN)

/* Pages of vmalloc are of the zone; as many as it has, however often. */
HEAP_TEST(areas_of_a_zone, "mem=8G")
{
	unsigned long before = zone_free(ZONE_DMA), plenty = zone_free(ZONE_NORMAL);
	char *p, *plain = __vmalloc(1 << 20, PAGE_SIZE, GFP_KERNEL);
	char *keep = __vmalloc(64 << 10, PAGE_SIZE, DMA_GFP);

	OK(vmalloc_to_pfn(plain) >= DMA32_END);
	OK(keep && all_below(keep, 64 << 10, DMA_END));
	UNIT_EQ(before - zone_free(ZONE_DMA), 16);
	for (int i = 0; i < 100; i++) {
		p = __vmalloc(4 << 20, PAGE_SIZE, DMA_GFP | __GFP_ZERO);
		OK(p && all_below(p, 4 << 20, DMA_END));
		memset(p, 1, 4 << 20);
		vfree(p);
	}
	UNIT_EQ(before - zone_free(ZONE_DMA), 16);
	OK(!__vmalloc(16 << 20, PAGE_SIZE, DMA_GFP));
	OK(!__vmalloc(1UL << 40, PAGE_SIZE, DMA_GFP));
	UNIT_EQ(before - zone_free(ZONE_DMA), 16);
	keep = vrealloc(keep, 128 << 10, DMA_GFP);
	OK(keep && all_below(keep, 128 << 10, DMA_END));
	plain = vrealloc(plain, 2 << 20, DMA_GFP);
	OK(plain && all_below(plain, 2 << 20, DMA_END));
	UNIT_EQ(before - zone_free(ZONE_DMA), 32 + 512);
	p = __vmalloc(64 << 20, PAGE_SIZE, GFP_KERNEL | __GFP_DMA32);
	OK(p && all_below(p, 64 << 20, DMA32_END) && !all_below(p, 64 << 20, DMA_END));
	vfree(p);
	vfree(plain);
	vfree(keep);
	UNIT_EQ(zone_free(ZONE_DMA), before);
	OK(kmalloc(3000, DMA_GFP) != NULL);
	vmalloc_purge(0);
	UNIT_EQ(zone_free(ZONE_NORMAL), plenty);
	UNIT_EQ(validate_all(), 0);
}

/* Where the zone is all there is, and every frame has appeared. */
HEAP_TEST(areas_of_the_only_zone, "mem=16M")
{
	void *p;

	for (int i = 0; i < 100; i++) {
		p = __vmalloc(10 << 20, PAGE_SIZE, DMA_GFP);
		OK(p && all_below(p, 10 << 20, DMA_END));
		vfree(p);
	}
	vmalloc_purge(0);
	OK(use_up(DMA_GFP) > 0);
	OK(!__vmalloc(64 << 10, PAGE_SIZE, DMA_GFP));
	UNIT_EQ(validate_all(), 0);
}

/* What the other zones lack is no matter of the zone's. */
HEAP_TEST(areas_of_a_zone_that_is_not_full, "mem=64M")
{
	char *p;

	OK(use_up(GFP_KERNEL) > 0);
	OK(!__vmalloc(64 << 10, PAGE_SIZE, GFP_KERNEL | __GFP_NOWARN));
	p = __vmalloc(64 << 10, PAGE_SIZE, DMA_GFP);
	OK(p && all_below(p, 64 << 10, DMA_END));
	vfree(p);
	UNIT_EQ(validate_all(), 0);
}

/* From plenty nobody looks, as in the kernel. */
HEAP_TEST(nofail_from_plenty, "mem=64M")
{
	OK(alloc_pages(GFP_ATOMIC | __GFP_NOFAIL, 4) != NULL);
	UNIT_EQ(report_count(REPORT_GFP_WARNING), 0);
}

static void construct(void *object)
{
	*(int *)object = 42;
}

HEAP_TEST(wrong_flags_are_reported, "log=/dev/null")
{
	struct kmem_cache *s = kmem_cache_create("made", 200, 0, 0, construct);
	int *object;

	OK(kmalloc(5000, GFP_KERNEL | __GFP_DMA32) != NULL);
	UNIT_EQ(report_count(REPORT_GFP_UNEXPECTED), 1);
	OK(kmalloc(5000, GFP_KERNEL | __GFP_DMA32) != NULL); /* from the slab that is there */
	UNIT_EQ(report_count(REPORT_GFP_UNEXPECTED), 1);
	OK(kmalloc(60000, GFP_KERNEL | __GFP_HIGHMEM) != NULL);
	OK(kmalloc(3000, GFP_KERNEL | 1U << 30) != NULL);
	UNIT_EQ(report_count(REPORT_GFP_UNEXPECTED), 3);
	object = kmem_cache_alloc(s, GFP_KERNEL | __GFP_ZERO);
	OK(object && *object == 42);
	UNIT_EQ(report_count(REPORT_GFP_WARNING), 1);
	OK(!alloc_pages(GFP_KERNEL, 11));
	UNIT_EQ(report_count(REPORT_GFP_WARNING), 2);
	OK(!alloc_pages(GFP_KERNEL | __GFP_NOWARN, 11));
	UNIT_EQ(report_count(REPORT_GFP_WARNING), 2);
	OK(!kmemu_vmalloc(0) && !kmemu_vzalloc(0));
	UNIT_EQ(report_count(REPORT_GFP_WARNING), 4);
}

/* 6.12: not even tried. vmalloc and a program's realloc have no such limit. */
HEAP_TEST(kvmalloc_ends_at_int_max, "log=/dev/null report.dedup=0")
{
	size_t crazy = (size_t)INT32_MAX + 1;
	void *p;

	OK(!kmemu_kvmalloc(crazy, GFP_KERNEL) && !kmemu_kvzalloc(crazy, GFP_KERNEL));
	UNIT_EQ(report_count(REPORT_GFP_WARNING), 2);
	OK(!kmemu_kvmalloc(crazy, GFP_KERNEL | __GFP_NOWARN));
	OK(!kmemu_kvmalloc(crazy, GFP_ATOMIC));
	UNIT_EQ(report_count(REPORT_GFP_WARNING), 2);
	p = kmemu_kvmalloc(100, GFP_KERNEL);
	OK(p && !kmemu_kvrealloc(p, crazy, GFP_KERNEL));
	UNIT_EQ(report_count(REPORT_GFP_WARNING), 3);
	p = realloc_sized(p, 128, crazy, GFP_KERNEL, __builtin_return_address(0));
	OK(p != NULL);
	kmemu_kvfree(p);
	p = kmemu_kvmalloc(INT32_MAX, GFP_KERNEL);
	OK(p != NULL);
	kmemu_kvfree(p);
	p = kmemu_vmalloc(crazy);
	OK(p != NULL);
	kmemu_kvfree(p);
	UNIT_EQ(report_count(REPORT_GFP_WARNING), 3);
}

HEAP_TEST(wrong_flags_fail, "log=/dev/null gfp.check=fail")
{
	struct kmem_cache *s = kmem_cache_create("made", 200, 0, 0, construct);

	OK(!kmalloc(5000, GFP_KERNEL | __GFP_DMA32));
	OK(!kmalloc(60000, GFP_KERNEL | __GFP_HIGHMEM));
	OK(!kmem_cache_alloc(s, GFP_KERNEL | __GFP_ZERO));
	OK(kmem_cache_alloc(s, GFP_KERNEL) != NULL);
	OK(kmalloc(5000, GFP_KERNEL) != NULL);
	UNIT_EQ(dma_function(0) + plain_function(0), -getpid());
}

UNIT_MAIN("gfp_rules",
	  UNIT_TEST(nothing_asked_for),
	  UNIT_TEST(one_for_all),
	  UNIT_TEST(kernel_arms_nothing),
	  UNIT_TEST(by_caller),
	  UNIT_TEST(auto_asks),
	  UNIT_TEST(bad_rules_are_left_out),
	  UNIT_TEST(contexts_by_function),
	  UNIT_TEST(bad_contexts),
	  UNIT_TEST(a_file_of_rules),
	  UNIT_TEST(a_file_too_large),
	  UNIT_TEST(zones_and_types),
	  UNIT_TEST(reserves),
	  UNIT_TEST(areas_of_a_zone),
	  UNIT_TEST(areas_of_the_only_zone),
	  UNIT_TEST(areas_of_a_zone_that_is_not_full),
	  UNIT_TEST(nofail_never_fails),
	  UNIT_TEST(nofail_that_may_not_sleep),
	  UNIT_TEST(nofail_waits_where_nothing_can_grow),
	  UNIT_TEST(nofail_waits_for_large_ones),
	  UNIT_TEST(nofail_of_many_objects),
	  UNIT_TEST(nofail_from_plenty),
	  UNIT_TEST(wrong_flags_are_reported),
	  UNIT_TEST(kvmalloc_ends_at_int_max),
	  UNIT_TEST(wrong_flags_fail));
