/*
 * sparse.c - which frames are memory: mem_map, the frame table and the
 * mappings of the frames themselves (kernel: mm/sparse.c, sections).
 *
 * The kernel's sections are 128 MiB and come with the machine. Here memory
 * "appears" in much smaller pieces when the page allocator needs it, since
 * what is mapped counts to RLIMIT_AS, mlockall and strict overcommit. What has
 * appeared is kept as an array of runs of frames; a piece behind the end of a
 * run extends it, so there are as many runs as holes plus one.
 *
 * A piece consists of mappings made in this order: its part of mem_map
 * (granules of 1024 struct pages, 64 KiB), of frame_class (granules of 4096
 * frames, one page), of the three tables of marks (granules of 64 KiB), and
 * the frames. Granules once mapped stay. -EEXIST for frames means that somebody
 * else sits there: a hole in memory, for good.
 *
 * frame_class must be readable for every frame in [span_lo, span_lo +
 * span_frames), which is what free()'s hit path compares with. The span starts
 * as the first run and swallows later runs behind it, its table being mapped
 * over the gap, as long as the gap is small; runs elsewhere work, but their
 * frees take the slow path. span_frames only grows.
 *
 * The emergency area at the plan's end has no runs: all frames between
 * emergency_low_pfn and emergency_end_pfn that were handed out are memory. It
 * grows downward by an atomic bump in page_alloc.c and takes no lock.
 *
 * Locks: zone_lock, but for the emergency area. Cost: up to six system calls
 * for up to 4 MiB.
 */
#include <errno.h>

#include "config/options.h"
#include "core/mm/alloc_tag.h"
#include "core/mm/internal.h"
#include "core/mm/slab.h"
#include "core/os/os.h"

#define MEMMAP_GRANULE	   1024UL
#define CLASS_GRANULE	   4096UL
#define MARK_GRANULE_BYTES 65536UL
#define MAX_GAP		   (1UL << 18) /* 1 GiB: a table of 256 KiB over nothing */

struct frame_runs frame_runs;

/* Granules of these tables that are mapped, as one range each. */
static struct frame_run map_range, class_range;

unsigned long span_lo, span_frames;
unsigned long emergency_low_pfn, emergency_end_pfn;

/* The tables of marks (slab.h), and of tags beside them (alloc_tag.c). */
static struct {
	unsigned int shift;
	struct frame_run range, tags;
} marks[] = { { .shift = MARK_SHIFT_SMALL },
	      { .shift = MARK_SHIFT_MIDDLE },
	      { .shift = MARK_SHIFT_LARGE } };

/* Maps granules so that [start, end) (in units of entries) is covered. */
static bool cover(struct frame_run *have, unsigned long start, unsigned long end,
		  unsigned long granule, unsigned long base, unsigned long entry_bytes)
{
	unsigned long lo = ALIGN_DOWN(start, granule), hi = ALIGN(end, granule);
	unsigned long at;
	int err;

	if (lo >= have->start && hi <= have->end)
		return true;
	/* The usual case: the range grows at its end, by one call. */
	if (lo >= have->start && lo <= have->end && have->end)
		lo = have->end;
	err = os_map((void *)(base + lo * entry_bytes), (hi - lo) * entry_bytes);
	for (at = lo; err == -EEXIST && at < hi; at += granule) {
		/* A granule that is ours already (runs far apart share none). */
		int one = os_map((void *)(base + at * entry_bytes), granule * entry_bytes);

		if (one && one != -EEXIST)
			return false;
		if (at + granule >= hi)
			err = 0;
	}
	if (err)
		return false;
	if (!have->end || hi < have->start || lo > have->end)
		*have = (struct frame_run){ lo, hi };
	else
		*have = (struct frame_run){ min(lo, have->start), max(hi, have->end) };
	return true;
}

static unsigned long marks_per_frame(unsigned int i)
{
	return PAGE_SIZE >> marks[i].shift;
}

static bool cover_marks(unsigned int i, unsigned long pfn, unsigned long end)
{
	unsigned long per_frame = marks_per_frame(i), granule = MARK_GRANULE_BYTES / per_frame;

	if (alloc_tags_on && !cover(&marks[i].tags, pfn, end, granule,
				    TAGTAB_BASE(marks[i].shift), per_frame * sizeof(u32)))
		return false;
	return cover(&marks[i].range, pfn, end, granule, MARKTAB_BASE(marks[i].shift), per_frame);
}

static bool cover_tables(unsigned long pfn, unsigned long n)
{
	unsigned int i;

	if (!class_table_map() ||
	    !cover(&map_range, pfn, pfn + n, MEMMAP_GRANULE, VMEMMAP_BASE, sizeof(struct page)) ||
	    !cover(&class_range, pfn, pfn + n, CLASS_GRANULE, FRAMETAB_BASE, 1))
		return false;
	for (i = 0; i < ARRAY_SIZE(marks); i++)
		if (!cover_marks(i, pfn, pfn + n))
			return false;
	return true;
}

/* Whole pages of a table only: others' marks share the rest. */
void sparse_discard_marks(unsigned long pfn, unsigned long n)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(marks); i++) {
		unsigned long at = MARKTAB_BASE(marks[i].shift) + pfn * marks_per_frame(i);
		unsigned long bytes = n * marks_per_frame(i);

		if (bytes >= PAGE_SIZE)
			os_discard((void *)at, bytes);
	}
}

static void span_extend(unsigned long pfn, unsigned long n)
{
	unsigned long start = span_lo - FRAME_OF_PFN, end = start + span_frames;

	if (!span_frames) {
		WRITE_ONCE(span_lo, pfn + FRAME_OF_PFN);
		WRITE_ONCE(span_frames, n);
		return;
	}
	if (pfn < end || pfn - end > MAX_GAP)
		return;
	if (pfn != end && !cover(&class_range, end, pfn, CLASS_GRANULE, FRAMETAB_BASE, 1))
		return;
	WRITE_ONCE(span_frames, pfn + n - start);
}

/* Adds [pfn, pfn + n) to the runs; false when there are too many holes. */
static bool run_add(unsigned long pfn, unsigned long n)
{
	unsigned int i;

	for (i = 0; i < frame_runs.nr; i++)
		if (frame_runs.run[i].end == pfn) {
			WRITE_ONCE(frame_runs.run[i].end, pfn + n);
			return true;
		}
	if (frame_runs.nr == MAX_FRAME_RUNS)
		return false;
	/* Not sorted in: pfn_valid looks without the lock and must miss none. */
	frame_runs.run[frame_runs.nr] = (struct frame_run){ pfn, pfn + n };
	__atomic_store_n(&frame_runs.nr, frame_runs.nr + 1, __ATOMIC_RELEASE);
	return true;
}

unsigned long huge_wanted_bytes, huge_got_bytes;

int map_frames(unsigned long pfn, unsigned long n)
{
	void *addr = pfn_to_virt(pfn);
	size_t bytes = n << PAGE_SHIFT, got;
	int err;

	if (likely(kmemu_opts.phys == PHYS_SMALL))
		return os_map(addr, bytes);
	err = os_map_huge(addr, bytes, kmemu_opts.phys == PHYS_HUGETLB, &got);
	if (!err) {
		huge_wanted_bytes += bytes;
		huge_got_bytes += got;
	}
	return err;
}

enum present sparse_make_present(unsigned long pfn, unsigned long n)
{
	int err;

	if (!cover_tables(pfn, n))
		return PRESENT_NOMEM;
	err = map_frames(pfn, n);
	/* EINVAL: the address does not exist on this machine or emulator. */
	if (err == -EEXIST || err == -EINVAL || err == -EPERM)
		return PRESENT_HOLE;
	if (err)
		return PRESENT_NOMEM;
	if (!run_add(pfn, n)) {
		os_unmap(pfn_to_virt(pfn), n << PAGE_SHIFT);
		return PRESENT_NOMEM;
	}
	span_extend(pfn, n);
	return PRESENT_OK;
}

/* In a handler: each granule by its own call; EEXIST: it is there already. */
static bool cover_emergency(unsigned long start, unsigned long end, unsigned long granule,
			    unsigned long base, unsigned long entry_bytes)
{
	unsigned long at;

	for (at = ALIGN_DOWN(start, granule); at < end; at += granule) {
		int err = os_map((void *)(base + at * entry_bytes), granule * entry_bytes);

		if (err && err != -EEXIST)
			return false;
	}
	return true;
}

bool sparse_cover_emergency(unsigned long pfn, unsigned long n)
{
	unsigned int i;

	if (!class_table_map() ||
	    !cover_emergency(pfn, pfn + n, MEMMAP_GRANULE, VMEMMAP_BASE, sizeof(struct page)) ||
	    !cover_emergency(pfn, pfn + n, CLASS_GRANULE, FRAMETAB_BASE, 1))
		return false;
	for (i = 0; i < ARRAY_SIZE(marks); i++) {
		unsigned long per_frame = marks_per_frame(i);
		unsigned long granule = MARK_GRANULE_BYTES / per_frame;

		if (!cover_emergency(pfn, pfn + n, granule, MARKTAB_BASE(marks[i].shift),
				     per_frame))
			return false;
		if (alloc_tags_on &&
		    !cover_emergency(pfn, pfn + n, granule, TAGTAB_BASE(marks[i].shift),
				     per_frame * sizeof(u32)))
			return false;
	}
	return true;
}

/*
 * Frames of vmalloc that were asked for their struct page: no memory has appeared
 * there, so they are in no run above. Under vmap_lock; looked up without.
 */
#define MAX_VMALLOC_RUNS 32
static struct frame_run vmalloc_runs[MAX_VMALLOC_RUNS];
static unsigned int nr_vmalloc_runs;

bool sparse_vmalloc_covered(unsigned long pfn)
{
	unsigned int i;

	for (i = 0; i < __atomic_load_n(&nr_vmalloc_runs, __ATOMIC_ACQUIRE); i++)
		if (pfn >= READ_ONCE(vmalloc_runs[i].start) && pfn < READ_ONCE(vmalloc_runs[i].end))
			return true;
	return false;
}

static bool vmalloc_run_add(unsigned long start, unsigned long end)
{
	unsigned int i;

	for (i = 0; i < nr_vmalloc_runs; i++)
		if (vmalloc_runs[i].start == end || vmalloc_runs[i].end == start) {
			WRITE_ONCE(vmalloc_runs[i].start, min(vmalloc_runs[i].start, start));
			WRITE_ONCE(vmalloc_runs[i].end, max(vmalloc_runs[i].end, end));
			return true;
		}
	if (i == MAX_VMALLOC_RUNS)
		return false;
	vmalloc_runs[i] = (struct frame_run){ start, end };
	__atomic_store_n(&nr_vmalloc_runs, i + 1, __ATOMIC_RELEASE);
	return true;
}

bool sparse_cover_vmalloc(unsigned long pfn)
{
	unsigned long start = ALIGN_DOWN(pfn, MEMMAP_GRANULE);
	int err;

	if (sparse_vmalloc_covered(pfn))
		return true;
	err = os_map(pfn_to_page(start), MEMMAP_GRANULE * sizeof(struct page));
	/* EEXIST: a granule that memory's frames have as well. */
	return (!err || err == -EEXIST) && vmalloc_run_add(start, start + MEMMAP_GRANULE);
}

unsigned long next_valid_pfn(unsigned long pfn)
{
	unsigned long next = PFN_NONE, low = READ_ONCE(emergency_low_pfn);

	if (pfn < emergency_end_pfn && low < emergency_end_pfn)
		next = max(pfn, low);
	for (unsigned int i = 0; i < __atomic_load_n(&frame_runs.nr, __ATOMIC_ACQUIRE); i++)
		if (pfn < READ_ONCE(frame_runs.run[i].end))
			next = min(next, max(pfn, frame_runs.run[i].start));
	return next;
}

bool pfn_valid(unsigned long pfn)
{
	unsigned int i;

	if (pfn >= READ_ONCE(emergency_low_pfn) && pfn < emergency_end_pfn)
		return true;
	for (i = 0; i < __atomic_load_n(&frame_runs.nr, __ATOMIC_ACQUIRE); i++)
		if (pfn >= frame_runs.run[i].start && pfn < READ_ONCE(frame_runs.run[i].end))
			return true;
	return false;
}
