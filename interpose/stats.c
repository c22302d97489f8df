/*
 * stats.c - what glibc lets a program ask about its heap: malloc_trim, mallopt,
 * mallinfo, malloc_stats, malloc_info. The forms are glibc's; the numbers are
 * counted in pages, since that is what the emulated page allocator knows:
 *
 *	arena     memory mapped for kmalloc (direct map)     = uordblks + fordblks
 *	uordblks  of it, handed out (slabs and page blocks)
 *	fordblks  of it, free in the buddy lists
 *	keepcost  of the free, what malloc_trim could give back
 *	hblks, hblkhd   vmalloc areas in use, and their bytes
 *
 * What malloc_stats prints goes to stderr by stdio as with glibc: the program
 * asked for it. No line of kmemu's own appears there.
 *
 * mallopt: the tunables of glibc's allocator mean nothing here. They are taken
 * and refused as by glibc, and have no effect.
 */
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <stdio.h>

#include "core/init/init.h"
#include "core/mm/mm.h"
#include "interpose/interpose.h"

struct heap_numbers {
	size_t arena, used, free, dirty, peak;
	size_t areas, area_bytes, area_peak;
};

static void read_heap(struct heap_numbers *n)
{
	struct page_stats ps = { 0 };
	struct vmalloc_stats vs = { 0 };

	kmemu_init();
	page_stats_read(&ps);
	vmalloc_stats_read(&vs);
	n->arena = ps.committed * PAGE_SIZE;
	n->free = min(ps.free_buddy, ps.committed) * PAGE_SIZE;
	n->used = n->arena - n->free;
	n->dirty = min(ps.dirty, ps.free_buddy) * PAGE_SIZE;
	n->peak = ps.used_peak * PAGE_SIZE;
	n->areas = vs.areas;
	n->area_bytes = vs.pages * PAGE_SIZE;
	n->area_peak = vs.peak_pages * PAGE_SIZE;
}

KMEMU_EXPORT int malloc_trim(size_t pad)
{
	int saved = errno;
	int ret = kmemu_init() && trim_all();

	(void)pad; /* glibc keeps so much at the top of brk; there is none */
	errno = saved;
	return ret;
}

KMEMU_EXPORT struct mallinfo2 mallinfo2(void)
{
	struct heap_numbers n;
	struct mallinfo2 info = { 0 };

	read_heap(&n);
	info.arena = n.arena;
	info.ordblks = n.free / PAGE_SIZE;
	info.hblks = n.areas;
	info.hblkhd = n.area_bytes;
	info.uordblks = n.used;
	info.fordblks = n.free;
	info.keepcost = n.dirty;
	return info;
}

/* Its fields are int: above 2 GiB they wrap, as glibc's do. */
KMEMU_EXPORT struct mallinfo mallinfo(void)
{
	struct mallinfo2 n = mallinfo2();
	struct mallinfo info = { 0 };

	info.arena = (int)n.arena;
	info.ordblks = (int)n.ordblks;
	info.hblks = (int)n.hblks;
	info.hblkhd = (int)n.hblkhd;
	info.uordblks = (int)n.uordblks;
	info.fordblks = (int)n.fordblks;
	info.keepcost = (int)n.keepcost;
	return info;
}

KMEMU_EXPORT void malloc_stats(void)
{
	struct heap_numbers n;
	int state;

	read_heap(&n);
	/* glibc's is no cancellation point, as its stdio writes with that bit for it. */
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state);
	fprintf(stderr,
		"Arena 0:\n"
		"system bytes     = %10zu\n"
		"in use bytes     = %10zu\n"
		"Total (incl. mmap):\n"
		"system bytes     = %10zu\n"
		"in use bytes     = %10zu\n"
		"max mmap regions = %10zu\n"
		"max mmap bytes   = %10zu\n",
		n.arena, n.used, n.arena + n.area_bytes, n.used + n.area_bytes, n.areas,
		n.area_peak);
	pthread_setcancelstate(state, NULL);
}

KMEMU_EXPORT int malloc_info(int options, FILE *fp)
{
	struct heap_numbers n;

	if (options)
		return EINVAL;
	read_heap(&n);
	fprintf(fp,
		"<malloc version=\"1\">\n"
		"<heap nr=\"0\">\n"
		"<sizes>\n"
		"</sizes>\n"
		"<total type=\"fast\" count=\"0\" size=\"0\"/>\n"
		"<total type=\"rest\" count=\"%zu\" size=\"%zu\"/>\n"
		"<system type=\"current\" size=\"%zu\"/>\n"
		"<system type=\"max\" size=\"%zu\"/>\n"
		"<aspace type=\"total\" size=\"%zu\"/>\n"
		"<aspace type=\"mprotect\" size=\"%zu\"/>\n"
		"</heap>\n",
		n.free / PAGE_SIZE, n.free, n.arena, n.arena, n.arena, n.arena);
	fprintf(fp,
		"<total type=\"fast\" count=\"0\" size=\"0\"/>\n"
		"<total type=\"rest\" count=\"%zu\" size=\"%zu\"/>\n"
		"<total type=\"mmap\" count=\"%zu\" size=\"%zu\"/>\n"
		"<system type=\"current\" size=\"%zu\"/>\n"
		"<system type=\"max\" size=\"%zu\"/>\n"
		"<aspace type=\"total\" size=\"%zu\"/>\n"
		"<aspace type=\"mprotect\" size=\"%zu\"/>\n"
		"</malloc>\n",
		n.free / PAGE_SIZE, n.free, n.areas, n.area_bytes, n.arena,
		max(n.peak, n.arena), n.arena, n.arena);
	return 0;
}

/* glibc's bounds: MAX_FAST_SIZE, half of HEAP_MAX_SIZE. */
#define FAST_BYTES_MAX 160
#define MMAP_THRESHOLD_MAX (32 << 20)

KMEMU_EXPORT int mallopt(int param, int value)
{
	switch (param) {
	case M_MXFAST:
		return value >= 0 && value <= FAST_BYTES_MAX;
	case M_MMAP_THRESHOLD:
		return value >= 0 && value <= MMAP_THRESHOLD_MAX;
	default: /* the others, and what it does not know, glibc takes too */
		return 1;
	}
}
