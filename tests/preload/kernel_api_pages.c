// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * Kernel code with pages, areas, per-CPU memory, folios and a shrinker: nothing is
 * said of what is right, and what is wrong is one line each (argument: which).
 */
#include <linux/highmem.h>
#include <linux/kmemleak.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/string.h>
#include <linux/topology.h>
#include <stdio.h>

#define CHECK(cond)                                               \
	do {                                                      \
		if (!(cond)) {                                    \
			printf("%d: %s\n", __LINE__, #cond);      \
			bad = 1;                                  \
		}                                                 \
	} while (0)

static int bad;

struct counters {
	unsigned long packets;
	u64 bytes;
};

static DEFINE_PER_CPU(struct counters, counters);
static DEFINE_PER_CPU(int, started) = 5;

static void cpus(void)
{
	struct counters __percpu *dynamic = alloc_percpu(struct counters);
	int cpu = get_cpu(), i, sum = 0;

	CHECK(cpu == smp_processor_id() && preempt_count() == 1);
	put_cpu();
	this_cpu_inc(dynamic->packets);
	this_cpu_add(dynamic->bytes, 100);
	CHECK(per_cpu_ptr(dynamic, cpu)->bytes == 100 && this_cpu_read(dynamic->packets) == 1);
	for_each_possible_cpu(i) {
		per_cpu(counters, i).packets = 3;
		sum += per_cpu(started, i);
	}
	CHECK(sum == 5 * (int)num_possible_cpus());
	get_cpu_var(counters).packets++;
	put_cpu_var(counters);
	CHECK(per_cpu(counters, cpu).packets == 4);
	CHECK(this_cpu_cmpxchg(started, 5, 6) == 5 && this_cpu_xchg(started, 7) == 6);
	free_percpu(dynamic);
	free_percpu(NULL);
	CHECK(numa_mem_id() == 0);
}

static void folios(void)
{
	struct folio *folio = folio_alloc(GFP_KERNEL, 2);
	struct page *page = folio_page(folio, 3);

	CHECK(page_folio(page) == folio && folio_nr_pages(folio) == 4 && PageTail(page));
	CHECK(folio_size(folio) == 4 * PAGE_SIZE);
	CHECK(folio_address(folio) == page_address(&folio->page));
	folio_get(folio);
	CHECK(folio_ref_count(folio) == 2);
	folio_set_uptodate(folio);
	CHECK(PageUptodate(&folio->page) && !folio_test_dirty(folio));
	folio_put(folio);
	folio_put(folio);
}

static void pages(void)
{
	unsigned long addr = get_zeroed_page(GFP_KERNEL), dma = __get_dma_pages(GFP_KERNEL, 1);
	struct page *page = virt_to_page((void *)addr), *two[2] = { NULL, NULL };
	LIST_HEAD(list);

	CHECK(page_to_pfn(page) == page_to_phys(page) >> PAGE_SHIFT);
	CHECK(pfn_to_page(page_to_pfn(page)) == page && virt_to_phys((void *)dma) < 1 << 24);
	CHECK(!memchr_inv((void *)addr, 0, PAGE_SIZE));
	set_page_private(page, 7);
	SetPageReserved(page);
	CHECK(page_private(page) == 7 && PageReserved(page) && !PageCompound(page));
	ClearPageReserved(page);
	CHECK(get_order(0) == 52 && get_order(1) == 0 && get_order(PAGE_SIZE + 1) == 1);
	free_page(addr);
	free_pages(dma, 1);
	free_page(0);
	CHECK(alloc_pages_bulk_array(GFP_KERNEL, 2, two) == 2);
	memcpy_to_page(two[0], 10, "text", 5);
	copy_highpage(two[1], two[0]);
	CHECK(!strcmp((char *)kmap_local_page(two[1]) + 10, "text"));
	release_pages(two, 2);
	CHECK(alloc_pages_bulk_list(GFP_KERNEL, 3, &list) == 3);
	put_pages_list(&list);
	CHECK(list_empty(&list));
}

static void areas(void)
{
	struct page *two[2];
	char *p = (char *)vmalloc(3 * PAGE_SIZE), *q;

	strcpy(p + PAGE_SIZE, "area");
	two[0] = vmalloc_to_page(p + PAGE_SIZE);
	two[1] = alloc_page(GFP_KERNEL | __GFP_ZERO);
	CHECK(!strcmp((char *)page_address(two[0]), "area"));
	q = (char *)vmap(two, 2, VM_MAP, PAGE_KERNEL);
	CHECK(is_vmalloc_addr(q) && !strcmp(q, "area"));
	q[PAGE_SIZE] = 'x';
	CHECK(*(char *)page_address(two[1]) == 'x');
	CHECK(find_vm_area(q)->flags & VM_MAP);
	CHECK(get_vm_area_size(find_vm_area(p)) == 3 * PAGE_SIZE);
	vunmap(q);
	__free_page(two[1]);
	vfree(p);
	CHECK(!vmalloc_array((size_t)1 << 40, (size_t)1 << 40));
	p = (char *)__vmalloc_node(PAGE_SIZE, 1 << 16, GFP_KERNEL, 0, NULL);
	CHECK((unsigned long)p % (1 << 16) == 0);
	kmemleak_not_leak(p);
	CHECK(kmemu_kmemleak_calls(KMEMU_KMEMLEAK_NOT_LEAK) == 1);
	vfree(p);
}

static unsigned long count(struct shrinker *shrinker, struct shrink_control *sc)
{
	return shrinker->private_data && sc ? 0 : SHRINK_EMPTY;
}

static unsigned long scan(struct shrinker *shrinker, struct shrink_control *sc)
{
	(void)shrinker;
	return sc->nr_to_scan;
}

static void shrinkers(void)
{
	struct shrinker *shrinker = shrinker_alloc(0, "cache-%d", 1);

	shrinker->count_objects = count;
	shrinker->scan_objects = scan;
	shrinker->private_data = shrinker;
	shrinker_register(shrinker);
	CHECK(!strcmp(shrinker->name, "cache-1"));
	shrinker_free(shrinker);
}

static void wrong(const char *what)
{
	struct page *page = alloc_pages(GFP_KERNEL, 1);
	void *small = kmalloc(64, GFP_KERNEL), *area = vmalloc(100);

	if (!strcmp(what, "twice")) {
		__free_pages(page, 1);
		__free_pages(page, 1);
	} else if (!strcmp(what, "order")) {
		__free_pages(page, 0);
	} else if (!strcmp(what, "slab")) {
		__free_page(virt_to_page(small));
	} else if (!strcmp(what, "put")) {
		put_page(page + 1);
	} else if (!strcmp(what, "kfree")) {
		kfree(page_address(page));
	} else if (!strcmp(what, "vfree")) {
		vfree(small);
	} else if (!strcmp(what, "kfree-area")) {
		kfree(area);
	} else if (!strcmp(what, "vunmap")) {
		vunmap((char *)area + PAGE_SIZE * 16);
	} else if (!strcmp(what, "percpu")) {
		free_percpu(small);
	} else if (!strcmp(what, "flag")) {
		SetPageLocked(page);
		__free_pages(page, 1);
	}
}

int main(int argc, char **argv)
{
	if (argc > 1) {
		wrong(argv[1]);
		return 0;
	}
	cpus();
	folios();
	pages();
	areas();
	shrinkers();
	CHECK(kmemu_validate() == 0);
	return bad;
}
