// SPDX-License-Identifier: MIT
/*
 * Shows what phys.c says of each kind of memory, and that the runs of a buffer
 * are those of its frames: one for linear memory, the frames' own for vmalloc,
 * none for what is not emulated.
 */
#include "tests/unit/heap.h"

#include <errno.h>
#include <pthread.h>
#include <sys/mman.h>

#include "core/mm/phys.h"

#define MAX_RUNS 4096

static char in_bss[64];
static const char in_rodata[] = "constant";

static enum kmemu_phys_kind kind_of(const void *p)
{
	struct phys_buffer b;

	phys_lookup(p, &b);
	return b.kind;
}

static void expect_owner(const void *p, enum kmemu_phys_kind kind, const void *object, size_t size)
{
	struct phys_buffer b;

	phys_lookup(p, &b);
	UNIT_EQ(b.kind, kind);
	OK(b.object == object);
	UNIT_EQ(b.object_size, size);
}

HEAP_TEST(objects_of_slabs, "")
{
	struct kmem_cache *s = kmem_cache_create("seventy", 70, 0, 0, NULL);
	char *p = kmalloc(100, GFP_KERNEL), *q = kmem_cache_alloc(s, GFP_KERNEL);
	struct phys_buffer b;

	expect_owner(p, KMEMU_PHYS_SLAB, p, 128);
	expect_owner(p + 127, KMEMU_PHYS_SLAB, p, 128);
	expect_owner(q + 69, KMEMU_PHYS_SLAB, q, 70);
	expect_owner(q + 70, KMEMU_PHYS_FREE, NULL, 0); /* padding */
	phys_lookup(q, &b);
	OK(b.cache == s && b.page == pfn_to_page(virt_to_pfn(q)));
	kmem_cache_free(s, q);
	UNIT_EQ(kind_of(q), KMEMU_PHYS_FREE);
	OK(phys_is_linear(KMEMU_PHYS_FREE) && !phys_is_linear(KMEMU_PHYS_VMALLOC));
}

HEAP_TEST(blocks_of_pages, "")
{
	char *p = kmalloc(100000, GFP_KERNEL);
	struct page *page = alloc_pages(GFP_KERNEL, 7);

	expect_owner(p + 99999, KMEMU_PHYS_PAGES, p, 131072);
	expect_owner((char *)page_address(page) + 5000, KMEMU_PHYS_PAGES, page_address(page),
		     PAGE_SIZE << 7);
	free_pages(page, 7);
	UNIT_EQ(kind_of(page_address(page)), KMEMU_PHYS_FREE);
	kvfree(p);
	UNIT_EQ(kind_of(p), KMEMU_PHYS_FREE);
}

HEAP_TEST(areas_of_vmalloc, "")
{
	char *p = __vmalloc(200000, PAGE_SIZE, GFP_KERNEL);

	expect_owner(p, KMEMU_PHYS_VMALLOC, p, PAGE_ALIGN(200000));
	expect_owner(p + 199999, KMEMU_PHYS_VMALLOC, p, PAGE_ALIGN(200000));
	vfree(p);
	UNIT_EQ(kind_of(p), KMEMU_PHYS_VMALLOC_FREE);
	UNIT_EQ(kind_of((void *)(VMALLOC_END - PAGE_SIZE)), KMEMU_PHYS_VMALLOC_FREE);
}

#ifdef __x86_64__
static char *of_thread;
static pthread_barrier_t at;

static void *lends_its_stack(void *arg)
{
	char large[100000], small[16];

	memset(large, 0, sizeof(large));
	for (int i = 0; i < 2; i++) {
		of_thread = i ? large : small;
		pthread_barrier_wait(&at);
		pthread_barrier_wait(&at);
	}
	return arg;
}

/* Its stack is in memory of ours: only that is a stack. */
static void on_stack_of(pthread_attr_t *attr)
{
	pthread_t thread;

	pthread_create(&thread, attr, lends_its_stack, NULL);
	for (int i = 0; i < 2; i++) {
		pthread_barrier_wait(&at);
		UNIT_EQ(kind_of(of_thread), KMEMU_PHYS_STACK);
		pthread_barrier_wait(&at);
	}
	pthread_join(thread, NULL);
}

HEAP_TEST(stacks_of_other_threads, "")
{
	char *m = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	pthread_attr_t attr;

	phys_init();
	pthread_barrier_init(&at, NULL, 2);
	on_stack_of(NULL);
	pthread_attr_init(&attr);
	pthread_attr_setstack(&attr, m + (1 << 19), 1 << 19);
	on_stack_of(&attr);
	UNIT_EQ(kind_of(m + (1 << 19)), KMEMU_PHYS_STACK); /* it has ended; the block is there */
	UNIT_EQ(kind_of(m + (1 << 19) - 1), KMEMU_PHYS_FOREIGN);
	/* In vain so often that it is not looked for any more. */
	for (int i = 0; i < 300; i++)
		kind_of(m);
	UNIT_EQ(kind_of(of_thread), KMEMU_PHYS_FOREIGN);
}
#endif

HEAP_TEST(the_programs_own_memory, "")
{
	char on_stack[16];
	char *mapped = mmap(NULL, PAGE_SIZE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct phys_buffer b;
	size_t covered;

	phys_init();
	memset(on_stack, 0, sizeof(on_stack));
	UNIT_EQ(kind_of(on_stack), KMEMU_PHYS_STACK);
	UNIT_EQ(kind_of(program_invocation_name), KMEMU_PHYS_STACK);
	UNIT_EQ(kind_of(in_bss), KMEMU_PHYS_STATIC);
	UNIT_EQ(kind_of(in_rodata), KMEMU_PHYS_STATIC);
	UNIT_EQ(kind_of(mapped), KMEMU_PHYS_FOREIGN);
	UNIT_EQ(kind_of(NULL), KMEMU_PHYS_FOREIGN);
	UNIT_EQ(kind_of((void *)8), KMEMU_PHYS_FOREIGN);
	phys_lookup(in_bss, &b);
	OK(b.module && (const char *)b.object <= in_bss &&
	   in_bss < (const char *)b.object + b.object_size);
	UNIT_EQ(phys_count_runs(on_stack, sizeof(on_stack), &covered), 0);
	UNIT_EQ(covered, 0);
	UNIT_EQ(phys_count_runs(mapped, PAGE_SIZE, &covered), 0);
}

HEAP_TEST(linear_memory_is_one_run, "")
{
	char *p = kmalloc(131072, GFP_KERNEL);
	struct kmemu_phys_run run;
	size_t covered;

	OK(phys_run_at(p + 100, 131072 - 100, &run));
	UNIT_EQ(run.phys, (unsigned long)p + 100 - PAGE_OFFSET);
	UNIT_EQ(run.bytes, 131072 - 100);
	UNIT_EQ(phys_count_runs(p, 0, &covered), 0);
	UNIT_EQ(phys_count_runs(p, 1, &covered), 1);
	UNIT_EQ(covered, 1);
}

/* The frames as vmalloc_to_pfn tells them, joined where they are neighbours. */
static size_t count_by_pfn(const char *p, size_t bytes)
{
	unsigned long last = PFN_NONE;
	size_t n = 0;

	for (size_t at = 0; at < bytes; at += PAGE_SIZE) {
		unsigned long pfn = vmalloc_to_pfn(p + at);

		n += last == PFN_NONE || pfn != last + 1;
		last = pfn;
	}
	return n;
}

HEAP_TEST(vmalloc_memory_is_many_runs, "")
{
	size_t bytes = 300 * PAGE_SIZE, covered, n, sum = 0;
	char *p = __vmalloc(bytes, PAGE_SIZE, GFP_KERNEL), *at = p;
	struct kmemu_phys_run run;

	n = phys_count_runs(p, bytes, &covered);
	UNIT_EQ(n, count_by_pfn(p, bytes));
	OK(n > 200);
	UNIT_EQ(covered, bytes);
	for (; phys_run_at(at, bytes - sum, &run); at += run.bytes, sum += run.bytes)
		UNIT_EQ(run.phys, vmalloc_to_pfn(at) << PAGE_SHIFT);
	UNIT_EQ(sum, bytes);
	UNIT_EQ(phys_count_runs(p + bytes - 1, 100, &covered), 1); /* the area's end */
	UNIT_EQ(covered, 1);
}

static void runs_of_the_public_call(void)
{
	static struct kmemu_phys_run runs[MAX_RUNS];
	struct kmemu_phys_buffer b;
	char *p = kmemu_vmalloc(10 * PAGE_SIZE), *q = kmemu_kmalloc(5000, KMEMU_GFP_KERNEL);
	size_t n = kmemu_phys_runs(p, 10 * PAGE_SIZE, &b, runs, MAX_RUNS);

	OK(n > 0 && n <= 10);
	UNIT_EQ(b.kind, KMEMU_PHYS_VMALLOC);
	OK(b.object == p && b.name == NULL);
	UNIT_EQ(kmemu_phys_runs(p, 10 * PAGE_SIZE, NULL, NULL, 0), n);
	UNIT_EQ(kmemu_phys_runs(q, 5000, &b, runs, 1), 1);
	UNIT_EQ(runs[0].phys, kmemu_virt_to_phys(q));
	UNIT_EQ(runs[0].bytes, 5000);
	OK(b.name && !strcmp(b.name, "kmalloc-8k"));
	UNIT_EQ(kmemu_phys_runs(in_bss, 1, &b, runs, 1), 0);
	UNIT_EQ(b.kind, KMEMU_PHYS_STATIC);
	OK(!strcmp(kmemu_phys_kind_name(b.kind), "static data"));
}

static void public_call(void)
{
	heap_child("", runs_of_the_public_call);
}

UNIT_MAIN("phys", UNIT_TEST(objects_of_slabs), UNIT_TEST(blocks_of_pages),
	  UNIT_TEST(areas_of_vmalloc), UNIT_TEST(the_programs_own_memory),
#ifdef __x86_64__
	  UNIT_TEST(stacks_of_other_threads),
#endif
	  UNIT_TEST(linear_memory_is_one_run), UNIT_TEST(vmalloc_memory_is_many_runs),
	  UNIT_TEST(public_call));
