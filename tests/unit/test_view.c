// SPDX-License-Identifier: MIT
/*
 * The views: each line's format, the sums that must agree, what a reader is told
 * that reads garbage, and that looking while others allocate does no harm.
 */
#include <errno.h>
#include <pthread.h>
#include <regex.h>

#include "core/mm/view.h"
#include "core/mm/view_zone.h"
#include "core/mm/vmalloc.h"
#include "core/lib/vsprintf.h"
#include "core/report/symbols.h"
#include "include/kmemu/view.h"
#include "tests/unit/heap.h"

static char text[1 << 20];

static void get(const char *name)
{
	ssize_t n = kmemu_view(name, text, sizeof(text));

	OK(n > 0 && n < (ssize_t)sizeof(text));
	UNIT_EQ(n, (ssize_t)strlen(text));
}

/* --- formats --- */

static bool matches(const char *line, const char *re)
{
	regex_t rx;
	bool ok;

	if (regcomp(&rx, re, REG_EXTENDED | REG_NOSUB))
		return false;
	ok = !regexec(&rx, line, 0, NULL, 0);
	regfree(&rx);
	return ok;
}

/* Every line from the n-th on matches; how many there are. */
static unsigned int each_line(unsigned int from, const char *re)
{
	char *copy = strdup(text), *line, *rest = copy;
	unsigned int n = 0;

	while ((line = strsep(&rest, "\n")) && (*line || rest)) {
		if (n >= from && !matches(line, re)) {
			printf("\nline %u: '%s' is not '%s'\n", n, line, re);
			OK(!"format");
		}
		n++;
	}
	OK(line && !*line); /* the text ends with a newline */
	free(copy);
	return n;
}

static bool has_line(const char *re)
{
	char *copy = strdup(text), *line, *rest = copy;
	bool found = false;

	while (!found && (line = strsep(&rest, "\n")))
		found = matches(line, re);
	free(copy);
	return found;
}

#define SLAB_HEAD                                                                        \
	"slabinfo - version: 2.1\n"                                                      \
	"# name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab>" \
	" : tunables <limit> <batchcount> <sharedfactor>"                                \
	" : slabdata <active_slabs> <num_slabs> <sharedavail>\n"

HEAP_TEST(slabinfo_has_the_kernels_lines, "")
{
	get("slabinfo");
	OK(!strncmp(text, SLAB_HEAD, strlen(SLAB_HEAD)));
	OK(each_line(2, "^[^ ]+ +[0-9]+ +[0-9]+ +[0-9]+ +[0-9]+ +[0-9]+ : tunables    0    0"
			"    0 : slabdata +[0-9]+ +[0-9]+      0$") > 50);
	each_line(2, "^.{17} [ 0-9]{6} [ 0-9]{6} [ 0-9]{6} [ 0-9]{4} [ 0-9]{4} : tunables");
	OK(has_line("^kmalloc-8k +[0-9]+ +[0-9]+   8192    4    8 : "));
	OK(has_line("^dma-kmalloc-96 "));
}

static struct view_cache found_cache;
static unsigned int cache_place, cache_nr;

static void find_cache(void *name, const struct view_cache *c)
{
	if (!strcmp(c->name, name)) {
		found_cache = *c;
		cache_place = cache_nr;
	}
	cache_nr++;
}

static bool copy_own(void *ctx, void *dst, unsigned long addr, size_t n)
{
	(void)ctx;
	return os_read_safe(dst, (const void *)addr, n);
}

static const struct view_reader own = { .read = copy_own };

static bool look_up(const char *name)
{
	found_cache.name[0] = '\0';
	cache_nr = 0;
	UNIT_EQ(view_caches(&own, &kmemu_view_roots, find_cache, (void *)name), 0);
	return found_cache.name[0];
}

HEAP_TEST(a_cache_is_counted_as_the_kernel_counts, "")
{
	struct kmem_cache *old = kmem_cache_create("older", 100, 0, 0, NULL);
	struct kmem_cache *s = kmem_cache_create("newer_with_a_long_name", 300, 8,
						 KMEMU_SLAB_RECLAIM_ACCOUNT, NULL);
	void *objs[100];
	int i;

	OK(look_up("newer_with_a_long_name"));
	UNIT_EQ(cache_place, 0); /* the newest comes first */
	UNIT_EQ(found_cache.num_objs, 0);
	for (i = 0; i < 100; i++)
		objs[i] = kmem_cache_alloc(s, GFP_KERNEL);
	OK(look_up("newer_with_a_long_name"));
	UNIT_EQ(found_cache.objsize, 304);
	UNIT_EQ(found_cache.num_objs, found_cache.num_slabs * found_cache.objperslab);
	OK(found_cache.active_objs >= 100 && found_cache.active_objs <= found_cache.num_objs);
	get("slabinfo");
	OK(has_line("^newer_with_a_long_name +[0-9]+ +[0-9]+    304 "));
	get("meminfo");
	OK(!has_line("^SReclaimable: +0 kB$"));
	/* Back in the slabs they are not active any more. */
	for (i = 0; i < 99; i++)
		kmem_cache_free(s, objs[i]);
	kmem_cache_shrink(s);
	OK(look_up("newer_with_a_long_name"));
	UNIT_EQ(found_cache.active_objs, 1);
	UNIT_EQ(found_cache.num_slabs, 1);
	kmem_cache_free(s, objs[99]);
	UNIT_EQ(kmem_cache_destroy(s), 0);
	OK(!look_up("newer_with_a_long_name"));
	OK(look_up("older"));
	UNIT_EQ(kmem_cache_destroy(old), 0);
}

HEAP_TEST(vmallocinfo_has_the_kernels_lines, "")
{
	void *a = kvmalloc(200000, GFP_KERNEL), *b = kvmalloc(3 << 20, GFP_KERNEL);
	char want[128];

	get("vmallocinfo");
	UNIT_EQ(each_line(0, "^0x[0-9a-f]{16}-0x[0-9a-f]{16} [ 0-9]{7} pages=[0-9]+ vmalloc"
			     " N0=[0-9]+$"), 2);
	/* 200000 bytes are 49 pages, and the guard. */
	snprintf(want, sizeof(want), "^0x%016lx-0x%016lx  204800 pages=49 vmalloc N0=49$",
		 (unsigned long)a, (unsigned long)a + 204800);
	OK(has_line(want));
	kvfree(a);
	get("vmallocinfo");
	OK(!has_line(want));
	OK(has_line(" pages=768 vmalloc N0=768$"));
	kvfree(b);
	UNIT_EQ(kmemu_view("vmallocinfo", text, sizeof(text)), 0);
	UNIT_EQ(strlen(text), 0);
}

HEAP_TEST(areas_without_guard_have_no_page_for_it, "vmalloc_guard=0")
{
	void *a = kvmalloc(200000, GFP_KERNEL);

	get("vmallocinfo");
	UNIT_EQ(each_line(0, " +200704 pages=49 vmalloc N0=49$"), 1);
	kvfree(a);
}

HEAP_TEST(lazy_areas_are_unpurged, "vmalloc_lazy=1")
{
	void *a = kvmalloc(200000, GFP_KERNEL);

	kvfree(a);
	get("vmallocinfo");
	UNIT_EQ(each_line(0, "^0x[0-9a-f]{16}-0x[0-9a-f]{16} [ 0-9]{7} unpurged vm_area$"), 1);
}

HEAP_TEST(areas_come_by_address, "")
{
	unsigned long start, end, last = 0;
	static void *p[1000];
	char *line, *rest = text;
	u64 seed = unit_seed() | 1;
	unsigned int i, n = 0;

	for (i = 0; i < 3000; i++) {
		unsigned int at = rnd(&seed) % 1000;

		kvfree(p[at]);
		p[at] = i < 2000 ? kvmalloc(140000 + rnd(&seed) % 1000000, GFP_KERNEL) : NULL;
	}
	for (i = 0; i < 1000; i++)
		n += p[i] != NULL;
	get("vmallocinfo");
	UNIT_EQ(each_line(0, "^0x[0-9a-f]{16}-0x[0-9a-f]{16} [ 0-9]{7} pages="), n);
	while ((line = strsep(&rest, "\n")) && *line) {
		OK(sscanf(line, "0x%lx-0x%lx", &start, &end) == 2);
		OK(start >= last && end > start);
		last = end;
	}
	for (i = 0; i < 1000; i++)
		kvfree(p[i]);
}

HEAP_TEST(zoneinfo_has_the_kernels_lines, "mem=512M")
{
	get("zoneinfo");
	each_line(0, "^(Node 0, zone +(DMA|DMA32|Normal|Movable|Device)|  per-node stats|"
		     "  pages free     [0-9]+|        "
		     "(boost|min|low|high|promo|spanned|present|managed|cma) +[0-9]+|"
		     "        protection: \\(([0-9]+, ){4}[0-9]+\\)|      [a-z_]+ +[0-9]+|"
		     "  pagesets|    cpu: [0-9]+|              (count: |high:  |batch: )[0-9]+|"
		     "  vm stats threshold: [0-9]+|  node_unreclaimable:  0|"
		     "  start_pfn:           [0-9]+)$");
	OK(has_line("^Node 0, zone      DMA$"));
	OK(has_line("^Node 0, zone  Movable$"));
	OK(has_line("^      nr_mlock     0$"));
	OK(has_line("^      nr_slab_unreclaimable [0-9]+$"));
	OK(has_line("^        managed  4080$"));
	/* 512M: nothing in Normal, all above 16M in DMA32. */
	OK(has_line("^        protection: \\(0, 496, 496, 496, 496\\)$"));
}

HEAP_TEST(buddyinfo_has_the_kernels_lines, "")
{
	get("buddyinfo");
	UNIT_EQ(each_line(0, "^Node 0, zone [ A-Za-z0-9]{8} ([ 0-9]{6}[0-9]* ){11}$"), 3);
}

static const char *const meminfo_fields[] = {
	"MemTotal", "MemFree", "MemAvailable", "Buffers", "Cached", "SwapCached", "Active",
	"Inactive", "Active(anon)", "Inactive(anon)", "Active(file)", "Inactive(file)",
	"Unevictable", "Mlocked", "SwapTotal", "SwapFree", "Zswap", "Zswapped", "Dirty",
	"Writeback", "AnonPages", "Mapped", "Shmem", "KReclaimable", "Slab", "SReclaimable",
	"SUnreclaim", "KernelStack", "PageTables", "SecPageTables", "NFS_Unstable", "Bounce",
	"WritebackTmp", "CommitLimit", "Committed_AS", "VmallocTotal", "VmallocUsed",
	"VmallocChunk", "Percpu", "HardwareCorrupted", "AnonHugePages", "ShmemHugePages",
	"ShmemPmdMapped", "FileHugePages", "FilePmdMapped", "Unaccepted", "HugePages_Total",
	"HugePages_Free", "HugePages_Rsvd", "HugePages_Surp", "Hugepagesize", "Hugetlb",
	"DirectMap4k", "DirectMap2M", "DirectMap1G",
};

HEAP_TEST(meminfo_has_the_kernels_fields_in_order, "")
{
	char *line, *rest = text;
	unsigned int i = 0;

	get("meminfo");
	each_line(0, "^[A-Za-z0-9_()]+: +[0-9]+( kB)?$");
	each_line(0, "^(.{24} kB|HugePages_.{14}|.{24}[0-9]* kB)$");
	while ((line = strsep(&rest, "\n")) && *line && i < ARRAY_SIZE(meminfo_fields)) {
		size_t n = strlen(meminfo_fields[i]);

		OK(!strncmp(line, meminfo_fields[i], n) && line[n] == ':');
		i++;
	}
	UNIT_EQ(i, ARRAY_SIZE(meminfo_fields));
	OK(line && !*line);
}

/* --- sums --- */

static unsigned long meminfo(const char *field)
{
	const char *at;

	get("meminfo");
	at = strstr(text, field);
	return at ? strtoul(at + strlen(field), NULL, 10) : ~0UL;
}

/* Pages free in all zones: by buddyinfo, by zoneinfo, by meminfo. */
static unsigned long by_buddyinfo(void)
{
	unsigned long pages = 0;
	char *line, *rest = text;

	get("buddyinfo");
	while ((line = strsep(&rest, "\n")) && *line) {
		char *at = line + strlen("Node 0, zone ") + 9;

		for (unsigned int o = 0; o < NR_PAGE_ORDERS; o++)
			pages += strtoul(at, &at, 10) << o;
	}
	return pages;
}

/* Of all migrate types; ~0: a number is cut. */
static unsigned long by_pagetypeinfo(void)
{
	unsigned long pages = 0;
	char *row = text;

	get("pagetypeinfo");
	while ((row = strstr(row, ", type "))) {
		char *at = row += strlen(", type ") + 12;

		for (unsigned int o = 0; o < NR_PAGE_ORDERS; o++) {
			if (strcspn(at, ">") < strcspn(at, "\n"))
				return ~0UL;
			pages += strtoul(at, &at, 10) << o;
		}
	}
	return pages;
}

static unsigned long by_zoneinfo(const char *field)
{
	unsigned long pages = 0;
	const char *at = text;

	get("zoneinfo");
	while ((at = strstr(at, field))) {
		at += strlen(field);
		pages += strtoul(at, NULL, 10);
	}
	return pages;
}

static void check_sums(void)
{
	unsigned long free = by_zoneinfo("pages free");

	UNIT_EQ(by_buddyinfo(), free);
	OK(by_pagetypeinfo() == free || by_pagetypeinfo() == ~0UL);
	UNIT_EQ(by_zoneinfo("nr_free_pages"), free);
	UNIT_EQ(meminfo("MemFree:"), free * 4);
	UNIT_EQ(meminfo("MemTotal:"), by_zoneinfo("managed") * 4);
}

static void blocks_of(enum zone_type i, struct zone_blocks *b)
{
	zone_free_blocks(&zones[i], NULL, b);
}

static unsigned long pages_of(const unsigned long nr[NR_PAGE_ORDERS])
{
	unsigned long pages = 0;

	for (unsigned int o = 0; o < NR_PAGE_ORDERS; o++)
		pages += nr[o] << o;
	return pages;
}

/* As in a kernel, whose first request for a page takes the largest block from them. */
HEAP_TEST(memory_is_movable_until_it_is_asked_for, "mem=256M")
{
	const struct zone *dma = &zones[ZONE_DMA];
	struct zone_blocks b;
	struct page *page;

	blocks_of(ZONE_DMA, &b);
	UNIT_EQ(pages_of(b.movable), zone_managed(dma));
	UNIT_EQ(pages_of(b.unmovable), 0);
	UNIT_EQ(b.movable_pageblocks, 8);
	page = alloc_pages(GFP_KERNEL | __GFP_DMA, 0);
	OK(page != NULL);
	blocks_of(ZONE_DMA, &b);
	UNIT_EQ(b.movable_pageblocks, 6);
	UNIT_EQ(pages_of(b.movable), 6 * PAGEBLOCK_FRAMES);
	UNIT_EQ(b.movable[MAX_PAGE_ORDER], 3);
	UNIT_EQ(pages_of(b.unmovable), zone_managed(dma) - 6 * PAGEBLOCK_FRAMES - 1);
	get("pagetypeinfo");
	OK(strstr(text, "Node 0, zone      DMA            2            6            0 "));
	free_pages(page, 0);
	blocks_of(ZONE_DMA, &b);
	UNIT_EQ(b.movable_pageblocks, 6); /* it stays */
	UNIT_EQ(pages_of(b.nr), zone_free_pages(dma));
}

/* vmalloc's pages come from there in whole blocks, and go back. */
HEAP_TEST(vmalloc_takes_movable_pageblocks, "mem=256M")
{
	const struct zone *z = &zones[ZONE_DMA32];
	struct zone_blocks before, b;
	void *p;

	blocks_of(ZONE_DMA32, &before);
	p = __vmalloc(100UL << 20, PAGE_SIZE, GFP_KERNEL);
	OK(p != NULL);
	blocks_of(ZONE_DMA32, &b);
	OK(before.movable_pageblocks - b.movable_pageblocks >= 49);
	OK(before.movable_pageblocks - b.movable_pageblocks <= 52);
	UNIT_EQ(pages_of(b.movable), b.movable_pageblocks * PAGEBLOCK_FRAMES);
	UNIT_EQ(pages_of(b.nr), zone_free_pages(z));
	vfree(p);
	vmalloc_unmap_free();
	blocks_of(ZONE_DMA32, &b);
	UNIT_EQ(b.movable_pageblocks, before.movable_pageblocks);
}

HEAP_TEST(fragmented_memory_is_movable_by_pageblocks, "mem=256M frag=60,5")
{
	const struct zone *z = &zones[ZONE_DMA32];
	struct zone_blocks b;

	OK(alloc_pages(GFP_KERNEL, 0) != NULL);
	blocks_of(ZONE_DMA32, &b);
	UNIT_EQ(b.movable_pageblocks,
		(z->end_pfn - ALIGN(z->next_pfn, PAGEBLOCK_FRAMES)) / PAGEBLOCK_FRAMES);
	OK(b.movable_pageblocks > 100 && b.movable[0] && b.movable[3]);
	UNIT_EQ(pages_of(b.nr), zone_free_pages(z));
}

static void churn(unsigned int steps, size_t most)
{
	static void *p[4096];
	u64 seed = unit_seed() | 1;
	unsigned int i;

	for (i = 0; i < steps; i++) {
		unsigned int at = rnd(&seed) % ARRAY_SIZE(p);

		kvfree(p[at]);
		p[at] = kvmalloc(1 + rnd(&seed) % (1UL << rnd(&seed) % fls64(most)), GFP_KERNEL);
		if (i % (steps / 10) == 0)
			check_sums();
	}
	vmalloc_unmap_free();
	check_sums();
	for (i = 0; i < ARRAY_SIZE(p); i++) {
		kvfree(p[i]);
		p[i] = NULL;
	}
	page_unmap_free(0);
	check_sums();
	trim_all();
	check_sums();
}

HEAP_TEST(free_pages_agree, "")
{
	check_sums();
	churn(20000, 2 << 20);
}

/* All memory appears, frames of vmalloc come from the lists. */
HEAP_TEST(free_pages_agree_when_memory_is_short, "mem=32M")
{
	void *p = kvmalloc(1 << 20, GFP_KERNEL);

	check_sums();
	OK(vmalloc_to_pfn(p) != PFN_NONE);
	check_sums();
	churn(20000, 1 << 20);
	kvfree(p);
	check_sums();
}

HEAP_TEST(vmalloc_and_slab_are_in_meminfo, "")
{
	void *p = kvmalloc(1 << 20, GFP_KERNEL), *q = kmalloc(100, GFP_KERNEL);

	UNIT_EQ(meminfo("VmallocUsed:"), 1024);
	UNIT_EQ(meminfo("VmallocTotal:"), (VMALLOC_END - VMALLOC_START) >> 10);
	OK(meminfo("SUnreclaim:") >= 4);
	UNIT_EQ(meminfo("Slab:"), meminfo("SUnreclaim:") + meminfo("SReclaimable:"));
	UNIT_EQ(meminfo("SUnreclaim:"), by_zoneinfo("nr_slab_unreclaimable") * 4);
	kvfree(p);
	kvfree(q);
}

/* A freed block of 16 KiB waits in this CPU's list of order 2. */
static void pagesets_count(void)
{
	kvfree(kmalloc(16384, GFP_KERNEL));
	OK(by_zoneinfo("count:") >= 4);
	OK(by_zoneinfo(" high: ") >= 4);
	trim_all();
	UNIT_EQ(by_zoneinfo("count:"), 0);
}

HEAP_TEST(pagesets_hold_what_was_freed, "")
{
	pagesets_count();
}

HEAP_TEST(pagesets_of_guarded_slots_too, "percpu=guarded")
{
	pagesets_count();
}

/* --- allocinfo --- */

static void name_site(void *ctx, unsigned long pc, char *buf, size_t size)
{
	(void)ctx;
	kmemu_scnprintf(buf, size, "prog.c:%lu [libx.so] func:f", pc);
}

HEAP_TEST(allocinfo_without_tags_is_its_head, "")
{
	get("allocinfo");
	OK(!strcmp(text, "allocinfo - version: 1.0\n#     <size>  <calls> <tag info>\n"));
}

static __attribute__((noinline)) void *allocate_here(size_t size)
{
	void *p = kmemu_kvmalloc(size, GFP_KERNEL);

	return p;
}

HEAP_TEST(allocinfo_lists_call_sites, "leak=count")
{
	struct view_reader r = own;
	void *p[3], *q = kmemu_kmalloc(8000, GFP_KERNEL);

	for (int i = 0; i < 3; i++)
		p[i] = allocate_here(i < 2 ? 100 : 200000);
	get("allocinfo");
	OK(has_line("^      200960        3 \\?\\?:0 func:0x[0-9a-f]+ $"));
	symbols_prepare();
	get("allocinfo");
	UNIT_EQ(each_line(2, "^ *[0-9]+ +[0-9]+ [^ ]+:[0-9]+ (\\[[^]]+\\] )?func:[^ ]+ $"), 4);
	/* 128 + 128 + 49 pages. */
	OK(has_line("^      200960        3 \\?\\?:0 func:allocate_here $"));
	OK(has_line("^        8192        1 \\?\\?:0 func:[a-z_]+ $"));
	r.site = name_site;
	OK(view_print(&r, &kmemu_view_roots, "allocinfo", text, sizeof(text)) > 0);
	OK(has_line("^      200960        3 prog.c:[0-9]+ \\[libx.so\\] func:f $"));
	for (int i = 0; i < 3; i++)
		kmemu_kvfree(p[i]);
	get("allocinfo");
	UNIT_EQ(each_line(2, "^        8192        1 "), 3);
	kmemu_kfree(q);
}

HEAP_TEST(vmallocinfo_tells_callers, "leak=count")
{
	struct view_reader r = own;
	void *p = allocate_here(200000);

	get("allocinfo"); /* whose symbols are wanted */
	symbols_prepare();
	get("vmallocinfo");
	OK(has_line("^0x[0-9a-f]{16}-0x[0-9a-f]{16}  204800 allocate_here.0x[0-9a-f]+/0x[0-9a-f]+"
		    " pages=49 vmalloc N0=49$"));
	r.caller = name_site;
	OK(view_print(&r, &kmemu_view_roots, "vmallocinfo", text, sizeof(text)) > 0);
	OK(has_line("  204800 prog.c:[0-9]+ \\[libx.so\\] func:f pages=49 vmalloc N0=49$"));
	r.caller = NULL;
	OK(view_print(&r, &kmemu_view_roots, "vmallocinfo", text, sizeof(text)) > 0);
	OK(has_line("  204800 0x[0-9a-f]+ pages=49 vmalloc N0=49$"));
	kmemu_kvfree(p);
}

/* --- the call --- */

HEAP_TEST(what_does_not_fit_is_cut, "")
{
	ssize_t all = kmemu_view("buddyinfo", NULL, 0);
	char small[40];

	OK(all > 100);
	memset(small, 'x', sizeof(small));
	UNIT_EQ(kmemu_view("buddyinfo", small, 21), all);
	UNIT_EQ(strlen(small), 20);
	UNIT_EQ(small[21], 'x');
	OK(!strncmp(small, "Node 0, zone      DMA", 20));
	UNIT_EQ(kmemu_view("buddyinfo", small, 1), all);
	UNIT_EQ(small[0], '\0');
}

HEAP_TEST(wrong_calls_are_refused, "")
{
	errno = 42;
	UNIT_EQ(kmemu_view("slabinf", text, sizeof(text)), -ENOENT);
	UNIT_EQ(kmemu_view("", text, sizeof(text)), -ENOENT);
	UNIT_EQ(kmemu_view(NULL, text, sizeof(text)), -EINVAL);
	UNIT_EQ(kmemu_view("slabinfo", NULL, 10), -EINVAL);
	UNIT_EQ(errno, 42);
}

HEAP_TEST(another_build_is_refused, "")
{
	struct view_roots roots = kmemu_view_roots;

	OK(!view_roots_check(&roots));
	UNIT_EQ(roots.self, (u64)&kmemu_view_roots);
	roots.layout ^= 1;
	OK(strstr(view_roots_check(&roots), "another build"));
	roots.version++;
	OK(strstr(view_roots_check(&roots), "another version"));
	roots.magic = 0;
	OK(strstr(view_roots_check(&roots), "no kmemu heap"));
}

/* In a handler that has interrupted a lock's holder it reads as a stranger. */
HEAP_TEST(a_held_lock_is_no_obstacle, "")
{
	void *p = kvmalloc(1 << 20, GFP_KERNEL);
	unsigned int i;

	OK(spin_lock(&slab_mutex) && spin_lock(&zone_lock));
	for (i = 0; view_name(i); i++)
		get(view_name(i));
	spin_unlock(&zone_lock);
	spin_unlock(&slab_mutex);
	UNIT_EQ(i, 9);
	kvfree(p);
}

/* --- a reader that cannot be trusted --- */

struct liar {
	u64 seed;
	unsigned int one_in; /* reads that are lied to */
	unsigned long reads;
};

static bool read_lies(void *ctx, void *dst, unsigned long addr, size_t n)
{
	struct liar *l = ctx;

	l->reads++;
	if (!os_read_safe(dst, (const void *)addr, n))
		return false;
	if (rnd(&l->seed) % l->one_in)
		return true;
	switch (rnd(&l->seed) % 4) {
	case 0:
		return false;
	case 1:
		((u8 *)dst)[rnd(&l->seed) % n] ^= (u8)(1U << rnd(&l->seed) % 8);
		break;
	case 2:
		memset(dst, (int)rnd(&l->seed), n);
		break;
	default:
		for (size_t i = 0; i < n; i++)
			((u8 *)dst)[i] = (u8)rnd(&l->seed);
	}
	return true;
}

static void refresh_nothing(void *ctx)
{
	(void)ctx;
}

HEAP_TEST(garbage_neither_hangs_nor_crashes, "vmalloc_lazy=1")
{
	struct liar l = { .seed = unit_seed() | 1 };
	struct view_reader r = { .read = read_lies, .refresh = refresh_nothing, .ctx = &l };
	u64 end = os_monotonic_ms() + property_ms(2);
	static void *p[200];
	unsigned int i, done = 0, failed = 0;

	for (i = 0; i < 200; i++)
		p[i] = kvmalloc(130000 + i * 4096, GFP_KERNEL);
	for (i = 0; i < 200; i += 2) {
		kvfree(p[i]);
		p[i] = NULL;
	}
	page_unmap_free(0);
	for (i = 0; os_monotonic_ms() < end; i++) {
		const char *name = view_name(i % 6);
		ssize_t n;

		l.one_in = 1U << rnd(&l.seed) % 12;
		n = view_print(&r, &kmemu_view_roots, name, text, 4096);
		OK(n >= 0 || n == -EFAULT || n == -EAGAIN);
		done += n >= 0;
		failed += n < 0;
	}
	OK(done > 10 && failed > 10);
	for (i = 0; i < 200; i++)
		kvfree(p[i]);
}

/* --- while others allocate --- */

static bool stop;

static void *allocate(void *arg)
{
	u64 seed = (u64)arg * 0x9e3779b97f4a7c15UL + unit_seed();
	void *p[64] = { NULL };
	unsigned int i = 0;

	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		void **at = &p[rnd(&seed) % 64];

		kvfree(*at);
		*at = kvmalloc(1 + rnd(&seed) % (i % 16 ? 2000 : 300000), GFP_KERNEL);
		if (++i % 256 == 0) {
			struct kmem_cache *s = kmem_cache_create("passing", 72, 0, 0, NULL);

			kmem_cache_free(s, kmem_cache_alloc(s, GFP_KERNEL));
			kmem_cache_destroy(s);
		}
	}
	for (i = 0; i < 64; i++)
		kvfree(p[i]);
	return NULL;
}

/* As the process itself, and as one that has no lock. */
HEAP_TEST(looking_while_four_threads_allocate, "")
{
	struct view_reader r = own;
	pthread_t t[4];
	u64 end = os_monotonic_ms() + property_ms(2);
	unsigned int i, lost = 0, reads = 0;

	r.refresh = refresh_nothing;
	for (i = 0; i < 4; i++)
		OK(!pthread_create(&t[i], NULL, allocate, (void *)(unsigned long)i));
	for (; os_monotonic_ms() < end; reads++) {
		const char *name = view_name(reads % 6);
		ssize_t n;

		OK(kmemu_view(name, text, sizeof(text)) >= 0);
		n = view_print(&r, &kmemu_view_roots, name, text, sizeof(text));
		OK(n >= 0 || n == -EAGAIN);
		lost += n < 0;
	}
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	for (i = 0; i < 4; i++)
		pthread_join(t[i], NULL);
	OK(lost * 10 < reads);
}

UNIT_MAIN("view", UNIT_TEST(slabinfo_has_the_kernels_lines),
	  UNIT_TEST(a_cache_is_counted_as_the_kernel_counts),
	  UNIT_TEST(vmallocinfo_has_the_kernels_lines),
	  UNIT_TEST(areas_without_guard_have_no_page_for_it),
	  UNIT_TEST(lazy_areas_are_unpurged), UNIT_TEST(areas_come_by_address),
	  UNIT_TEST(zoneinfo_has_the_kernels_lines), UNIT_TEST(buddyinfo_has_the_kernels_lines),
	  UNIT_TEST(meminfo_has_the_kernels_fields_in_order), UNIT_TEST(free_pages_agree),
	  UNIT_TEST(free_pages_agree_when_memory_is_short),
	  UNIT_TEST(memory_is_movable_until_it_is_asked_for),
	  UNIT_TEST(vmalloc_takes_movable_pageblocks),
	  UNIT_TEST(fragmented_memory_is_movable_by_pageblocks),
	  UNIT_TEST(vmalloc_and_slab_are_in_meminfo), UNIT_TEST(pagesets_hold_what_was_freed),
	  UNIT_TEST(pagesets_of_guarded_slots_too), UNIT_TEST(allocinfo_without_tags_is_its_head),
	  UNIT_TEST(allocinfo_lists_call_sites),
	  UNIT_TEST(vmallocinfo_tells_callers),
	  UNIT_TEST(what_does_not_fit_is_cut), UNIT_TEST(wrong_calls_are_refused),
	  UNIT_TEST(another_build_is_refused), UNIT_TEST(a_held_lock_is_no_obstacle),
	  UNIT_TEST(garbage_neither_hangs_nor_crashes),
	  UNIT_TEST(looking_while_four_threads_allocate));
