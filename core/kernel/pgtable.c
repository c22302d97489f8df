/*
 * pgtable.c - page tables that kernel code walks and writes to (kernel: mm/memory.c,
 * mm/pgtable-generic.c, arch/x86/include/asm/pgtable.h).
 *
 * include/kmemu/pgtable.h says how. A table is a page of the page allocator's; its struct page
 * has the table's mm and level (private), the first address (index), and `mapping`
 * says that it is one. An upper table's entry is there when anything is mapped below it, or
 * once was; a lowest table is filled with what is mapped now.
 *
 * Different from the kernel: linear memory is in pages of 4 KiB (as with
 * debug_pagealloc=on), and processors write nothing into entries: what is mapped is
 * accessed, what is writable is dirty. A page that a private mapping has a copy of, and the
 * program's own memory, have no frame, so they are none; in a mapping that no driver's
 * mmap() made, an entry is what was written to it. A swap entry in a program's mapping is
 * none. Tables stay as long as their mm.
 *
 * Locks: table_lock, for filling a lowest table and writing to it, around those of what is
 * mapped. Upper entries are put in by compare and exchange. Cost: a look down is a pass over
 * vmalloc's areas for each gap, and 512 entries.
 */
#include "core/kernel/pgtable.h"

#include <errno.h>

#include "core/kernel/alloc.h"
#include "core/kernel/task.h"
#include "core/kernel/vma.h"
#include "core/mm/alloc_tag.h"
#include "core/mm/vmap_page.h"
#include "include/kmemu/context.h"
#include "include/kmemu/pgtable.h"
#include "include/kmemu/printk.h"

#define PTRS	     512UL
#define LEVEL_BITS   9
#define TOP_LEVEL    3u

KMEMU_EXPORT struct mm_struct kmemu_init_mm = { .mm_users = { 2 }, .mm_count = { 1 } };

static struct address_space *const table_mark = (struct address_space *)&kmemu_init_mm;
static u32 table_lock __own_word;

/* --- tables ------------------------------------------------------------------------- */

static unsigned int shift_of(unsigned int level)
{
	return PAGE_SHIFT + level * LEVEL_BITS;
}

static unsigned int level_of(const struct page *table)
{
	return table->private & 3;
}

static struct mm_struct *mm_of(const struct page *table)
{
	return (struct mm_struct *)(table->private & ~3UL);
}

/* NULL: it lies in none of ours. */
static struct page *table_at(const void *entry)
{
	struct page *page;

	if (!in_direct_map(entry) || !pfn_valid(virt_to_pfn(entry)))
		return NULL;
	page = pfn_to_page(virt_to_pfn(entry));
	return page->state == PAGE_LARGE && page->mapping == table_mark ? page : NULL;
}

static unsigned long *entries_of(const struct page *table)
{
	return page_address(table);
}

/* Of the library's own. NULL: no memory. */
static struct page *page_of_zeroes(void)
{
	struct page *page = kernel_is_ready() ? alloc_pages(GFP_ATOMIC | __GFP_NOWARN, 0) : NULL;

	if (!page)
		return NULL;
	alloc_tag_none(page_address(page));
	__builtin_memset(page_address(page), 0, PAGE_SIZE);
	return page;
}

/* For addresses from base on; its memory, or NULL. */
static unsigned long *table_new(struct mm_struct *mm, unsigned long base, unsigned int level)
{
	struct page *page = page_of_zeroes();

	if (!page)
		return NULL;
	page->mapping = table_mark;
	page->index = base;
	page->private = (unsigned long)mm | level;
	return page_address(page);
}

static void table_free(void *table)
{
	struct page *page = pfn_to_page(virt_to_pfn(table));

	page->mapping = NULL;
	free_pages(page, 0);
}

/* The table below an entry of `level` for addr is there; false: no memory. */
static bool make_below(struct mm_struct *mm, unsigned long *entry, unsigned long addr,
		       unsigned int level)
{
	unsigned long none = 0, val;
	void *table;

	if (READ_ONCE(*entry))
		return true;
	table = table_new(mm, addr & -(1UL << shift_of(level)), level - 1);
	if (!table)
		return false;
	val = virt_to_pfn(table) << PAGE_SHIFT | KMEMU_PTE_TABLE;
	if (!__atomic_compare_exchange_n(entry, &none, val, false, __ATOMIC_ACQ_REL,
					 __ATOMIC_RELAXED))
		table_free(table);
	else if (level == 1)
		__atomic_add_fetch(&mm->pgtables_bytes.counter, (long)PAGE_SIZE,
				   __ATOMIC_RELAXED);
	return true;
}

static void free_below(unsigned long *table, unsigned int level)
{
	for (unsigned long i = 0; level && i < PTRS; i++)
		if (table[i] & KMEMU_PTE_PRESENT)
			free_below(pfn_to_virt(pte_frame(table[i])), level - 1);
	table_free(table);
}

/* --- an mm of kernel code's own ---------------------------------------------------- */

KMEMU_EXPORT struct mm_struct *kmemu_mm_alloc(void)
{
	struct mm_struct *mm;

	mm = kmalloc_for(sizeof(*mm), GFP_KERNEL | __GFP_ZERO, "mm_alloc", CALLER);
	if (!mm)
		return NULL;
	mm->mm_users.counter = mm->mm_count.counter = 1;
	mm->mmap_lock.sem.word = KMEMU_LOCK_SET_UP;
	mm->page_table_lock.rlock.word = KMEMU_LOCK_SET_UP;
	mm->kmemu_pmd_lock.rlock.word = KMEMU_LOCK_SET_UP;
	mm->kmemu_pte_lock.rlock.word = KMEMU_LOCK_SET_UP;
	return mm;
}

KMEMU_EXPORT void kmemu_mm_free(struct mm_struct *mm)
{
	if (mm->pgd)
		free_below(&mm->pgd->pgd, TOP_LEVEL);
	kfree_for(mm, CALLER);
}

/* --- what is mapped ------------------------------------------------------------------ */

static unsigned long next_linear(unsigned long addr)
{
	unsigned long pfn;

	if (addr >= PAGE_OFFSET + PLAN_BYTES)
		return ~0UL;
	pfn = next_valid_pfn(virt_to_pfn((void *)max(addr, PAGE_OFFSET)));
	return pfn == PFN_NONE ? ~0UL : (unsigned long)pfn_to_virt(pfn);
}

static unsigned long next_of_driver(unsigned long addr)
{
	const struct area *a;
	unsigned long next;

	vma_lock_get();
	a = area_behind(addr);
	next = a ? max(a->vma.vm_start, addr) : ~0UL;
	vma_lock_put();
	return next;
}

/* The first address from addr on where something may be; ~0: none. */
static unsigned long next_mapped(const struct mm_struct *mm, unsigned long addr)
{
	unsigned long next = min(next_linear(addr), vmap_next_live(addr));

	return mm == &kmemu_mm ? min(next, next_of_driver(addr)) : next;
}

static unsigned long vmalloc_entry(const void *p)
{
	unsigned long phys = ioremap_phys(p);
	struct page *page;
	u32 vm_flags;

	if (phys)
		return (phys & PAGE_MASK) | KMEMU_PTE_KERNEL_IO;
	if (vmap_kind_of(p, &vm_flags) == VMAP_KIND_AREA)
		return vmap_pte(p);
	page = vmalloc_to_page(p);
	return page ? page_to_pfn(page) << PAGE_SHIFT | KMEMU_PTE_KERNEL : 0;
}

/* had: what the table says. */
static unsigned long user_entry(unsigned long addr, unsigned long had)
{
	struct area *a;

	vma_lock_get();
	a = area_at(addr);
	if (a) {
		had = *area_pte(a, addr);
		had = had & PTE_COPIED ? 0 : had & ~PTE_OWN_BITS;
	}
	vma_lock_put();
	return had;
}

static bool is_kernel_address(unsigned long addr)
{
	return is_vmalloc_addr((void *)addr) || in_direct_map((void *)addr);
}

static unsigned long entry_now(const struct mm_struct *mm, unsigned long addr,
			       unsigned long had)
{
	const void *p = (const void *)addr;

	if (is_vmalloc_addr(p))
		return vmalloc_entry(p);
	if (in_direct_map(p))
		return pfn_valid(virt_to_pfn(p)) ?
			       virt_to_pfn(p) << PAGE_SHIFT | KMEMU_PTE_KERNEL :
			       0;
	return mm == &kmemu_mm ? user_entry(addr, had) : 0;
}

static void fill_lowest(struct page *table)
{
	unsigned long *at = entries_of(table);

	word_lock(&table_lock, os_tid());
	for (unsigned long i = 0; i < PTRS; i++)
		WRITE_ONCE(at[i], entry_now(mm_of(table), table->index + (i << PAGE_SHIFT),
					    at[i]));
	word_unlock(&table_lock);
}

static void fill_upper(struct page *table)
{
	unsigned int level = level_of(table), shift = shift_of(level);
	unsigned long addr = table->index, end = addr + (PTRS << shift);
	unsigned long *at = entries_of(table);

	while (addr < end) {
		unsigned long *entry = at + ((addr - table->index) >> shift);

		if (!READ_ONCE(*entry)) {
			unsigned long next = next_mapped(mm_of(table), addr);

			if (next >= end)
				break;
			entry = at + ((next - table->index) >> shift);
			addr = next;
			make_below(mm_of(table), entry, addr, level);
		}
		addr = (addr | ((1UL << shift) - 1)) + 1;
	}
}

static unsigned long *entry_in(void *table, unsigned long addr, unsigned int shift)
{
	struct page *page = table_at(table);

	if (page && level_of(page))
		fill_upper(page);
	else if (page)
		fill_lowest(page);
	return (unsigned long *)table + ((addr >> shift) & (PTRS - 1));
}

/* --- looks -------------------------------------------------------------------------- */

KMEMU_EXPORT unsigned long *kmemu_pgd_offset(struct mm_struct *mm, unsigned long addr)
{
	pgd_t *none = NULL, *new;

	if (!__atomic_load_n(&mm->pgd, __ATOMIC_ACQUIRE)) {
		new = (pgd_t *)table_new(mm, 0, TOP_LEVEL);
		if (!new)
			return NULL;
		if (!__atomic_compare_exchange_n(&mm->pgd, &none, new, false, __ATOMIC_ACQ_REL,
						 __ATOMIC_RELAXED))
			table_free(new);
	}
	return entry_in(mm->pgd, addr, shift_of(TOP_LEVEL));
}

KMEMU_EXPORT unsigned long *kmemu_pgtable_below(unsigned long parent, unsigned long addr,
						unsigned int shift)
{
	if (!(parent & KMEMU_PTE_PRESENT))
		return NULL;
	return entry_in(pfn_to_virt(pte_frame(parent)), addr, shift);
}

KMEMU_EXPORT unsigned long *kmemu_pgtable_alloc(struct mm_struct *mm, unsigned long *parent,
						unsigned long addr, unsigned int shift)
{
	unsigned int level = (shift - PAGE_SHIFT) / LEVEL_BITS;

	if (!parent || !make_below(mm, parent, addr, level + 1))
		return NULL;
	return kmemu_pgtable_below(READ_ONCE(*parent), addr, shift);
}

/* --- what is written ------------------------------------------------------------------ */

static int take_effect(const struct mm_struct *mm, unsigned long addr, unsigned long val)
{
	if (is_vmalloc_addr((void *)addr))
		return remap_area_pte(addr, val);
	if (is_kernel_address(addr) || mm != &kmemu_mm)
		return -EINVAL;
	return remap_user_pte(addr, val);
}

static void tell_of_refusal(unsigned long addr, int err)
{
	static struct kmemu_ratelimit state;

	if (kmemu_ratelimit(&state, "set_pte"))
		kmemu_printk("\0014kmemu: the entry of the page at %#lx cannot be set: error %d\n",
			     addr, err);
}

KMEMU_EXPORT unsigned long kmemu_set_pte(unsigned long *ptep, unsigned long val)
{
	struct page *table = table_at(ptep);
	unsigned long addr, old;
	int err = 0;

	if (!table || level_of(table))
		return __atomic_exchange_n(ptep, val, __ATOMIC_SEQ_CST);
	addr = table->index + ((unsigned long)(ptep - entries_of(table)) << PAGE_SHIFT);
	word_lock(&table_lock, os_tid());
	old = *ptep;
	if (old != val)
		err = take_effect(mm_of(table), addr, val);
	if (!err)
		WRITE_ONCE(*ptep, val);
	word_unlock(&table_lock);
	if (err)
		tell_of_refusal(addr, err);
	return old;
}

KMEMU_EXPORT bool kmemu_page_exists(unsigned long pfn)
{
	return page_exists(pfn);
}

static struct page *zero_page;

KMEMU_EXPORT struct page *kmemu_zero_page(void)
{
	struct page *page = __atomic_load_n(&zero_page, __ATOMIC_ACQUIRE), *none = NULL;

	if (page)
		return page;
	page = page_of_zeroes();
	if (!page)
		return NULL;
	if (__atomic_compare_exchange_n(&zero_page, &none, page, false, __ATOMIC_ACQ_REL,
					__ATOMIC_ACQUIRE))
		return page;
	free_pages(page, 0);
	return none;
}

/* --- a range -------------------------------------------------------------------------- */

/* The table of pages that has addr; NULL: there is none, or no memory. */
static pte_t *lowest(struct mm_struct *mm, unsigned long addr, bool make)
{
	unsigned long *entry = kmemu_pgd_offset(mm, addr);

	for (unsigned int level = TOP_LEVEL; level-- && entry;)
		entry = make ? kmemu_pgtable_alloc(mm, entry, addr, shift_of(level)) :
			       kmemu_pgtable_below(READ_ONCE(*entry), addr, shift_of(level));
	return (pte_t *)entry;
}

KMEMU_EXPORT int kmemu_apply_to_page_range(struct mm_struct *mm, unsigned long addr,
					   unsigned long size,
					   int (*fn)(pte_t *pte, unsigned long addr, void *data),
					   void *data, bool existing)
{
	unsigned long end = addr + size, next;
	bool locked = mm != &kmemu_init_mm;
	int err = 0;

	for (; addr < end && !err; addr = next) {
		pte_t *pte = lowest(mm, addr, !existing);

		next = min((addr | ((1UL << shift_of(1)) - 1)) + 1, end);
		if (!pte && !existing)
			return -ENOMEM;
		if (!pte || !fn)
			continue;
		if (locked)
			kmemu_spin_lock(&mm->kmemu_pte_lock.rlock);
		for (; addr < next && !err; addr += PAGE_SIZE, pte++)
			if (!existing || pte->pte & ~(KMEMU_PTE_ACCESSED | KMEMU_PTE_DIRTY))
				err = fn(pte, addr, data);
		if (locked)
			kmemu_spin_unlock(&mm->kmemu_pte_lock.rlock);
	}
	return err;
}
