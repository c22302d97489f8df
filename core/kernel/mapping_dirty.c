/*
 * mapping_dirty.c - which pages of a file's mappings have been written to (kernel:
 * mm/mapping_dirty_helpers.c).
 *
 * Drivers that have no page_mkwrite(), or do not want it for each page, ask the entries. What
 * is made clean is read-only to the system until the next write (memory.c).
 *
 * Different from the kernel: a page that could be written to from the beginning (a mapping
 * without page_mkwrite() or pfn_mkwrite()) is dirty when it comes.
 *
 * Locks: memory.c's of a file's mappings, and vma_lock.
 */
#include "core/kernel/alloc.h"
#include "core/kernel/task.h"
#include "core/kernel/vma.h"

struct dirty_walk {
	unsigned long pages;
	/* Of clean_record: a bit for each page of the file from pgoff on, and which are set. */
	unsigned long pgoff, *bitmap, start, end;
};

/* Kernel: wp_clean_test_walk(). */
static bool is_shared(const struct area *a)
{
	return (a->vma.vm_flags & (VM_SHARED | VM_MAYWRITE)) == (VM_SHARED | VM_MAYWRITE);
}

static void record(struct dirty_walk *walk, const struct area *a, unsigned long addr)
{
	unsigned long bit = a->vma.vm_pgoff + ((addr - a->vma.vm_start) >> PAGE_SHIFT) -
			    walk->pgoff;

	walk->bitmap[bit / 64] |= 1UL << (bit % 64);
	walk->start = min(walk->start, bit);
	walk->end = max(walk->end, bit + 1);
}

/* Entries that have `bit` lose it, and pages are read-only. */
static void take_bit(struct area *a, unsigned long from, unsigned long to, unsigned long bit,
		     struct dirty_walk *walk)
{
	if (!is_shared(a))
		return;
	vma_lock_get();
	for (; from < to; from += PAGE_SIZE) {
		unsigned long *pte = area_pte(a, from);

		if (!(*pte & PTE_PRESENT) || !(*pte & bit) ||
		    area_protect(&a->vma, from, PAGE_SIZE, false))
			continue;
		*pte &= ~bit;
		walk->pages++;
		if (walk->bitmap)
			record(walk, a, from);
	}
	vma_lock_put();
}

static void write_protect(struct area *a, unsigned long from, unsigned long to, void *walk)
{
	take_bit(a, from, to, PTE_WRITABLE, walk);
}

static void clean(struct area *a, unsigned long from, unsigned long to, void *walk)
{
	take_bit(a, from, to, KMEMU_PTE_DIRTY, walk);
}

KMEMU_EXPORT unsigned long kmemu_wp_mapping(struct address_space *mapping, unsigned long first,
					    unsigned long nr)
{
	struct dirty_walk walk = { 0 };

	if (nr)
		area_for_each(mapping, first, nr, write_protect, &walk);
	return walk.pages;
}

KMEMU_EXPORT unsigned long kmemu_clean_mapping(struct address_space *mapping,
					       unsigned long first, unsigned long nr,
					       unsigned long pgoff, unsigned long *bitmap,
					       unsigned long *start, unsigned long *end)
{
	bool none = *start >= *end;
	struct dirty_walk walk = { .pgoff = pgoff,
				   .bitmap = bitmap,
				   .start = none ? nr : *start,
				   .end = none ? 0 : *end };

	if (nr)
		area_for_each(mapping, first, nr, clean, &walk);
	*start = walk.start;
	*end = walk.end;
	return walk.pages;
}
