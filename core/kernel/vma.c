/*
 * vma.c - mappings of the program's that kernel code looks for (kernel: mm/mmap.c find_vma,
 * mm/vma.c).
 *
 * The kernel looks into a tree. Here the mappings are the system's, which is asked each
 * time (core/os/vma.c), and those of drivers' files, which are a list: of them each is
 * many mappings of the system's, or a part of one, and stands in front of these.
 *
 * What is looked up is one object for each first address, which is made to agree with
 * the system at each look, so that two looks under one lock give one pointer. It lives
 * until mmap_lock is free again: whoever keeps it longer uses freed memory, as there.
 *
 * Different from the kernel: mmap_lock keeps the program from nothing but vm_mmap() and
 * vm_munmap().
 *
 * Invariants: areas are sorted and do not overlap. seen is empty when mmap_lock was
 * released last, and nobody has looked without it.
 * Locks: vma_lock, in mmap_lock. Cost: a look is four system calls.
 */
#include "core/kernel/vma.h"

#include <errno.h>
#include <sys/mman.h>

#include "core/kernel/alloc.h"
#include "core/kernel/task.h"
#include "core/os/vma.h"

struct seen {
	struct vm_area_struct vma;
	struct seen *next;
};

static u32 vma_lock __own_word;
static struct area *areas;
static struct seen *seen;
/* So that a mapping of the system's file is not taken for anonymous memory. */
static const struct vm_operations_struct system_file_ops;

void vma_lock_get(void)
{
	word_lock(&vma_lock, os_tid());
}

void vma_lock_put(void)
{
	word_unlock(&vma_lock);
}

/* --- of drivers ----------------------------------------------------------------- */

struct area *area_behind(unsigned long addr)
{
	struct area *a = areas;

	while (a && a->vma.vm_end <= addr)
		a = a->next;
	return a;
}

struct area *area_of(const struct vm_area_struct *vma)
{
	struct area *a = areas;

	while (a && &a->vma != vma)
		a = a->next;
	return a;
}

struct area *area_new(unsigned long pages)
{
	struct area *a = kmalloc(sizeof(*a), GFP_KERNEL | __GFP_ZERO);

	if (!a)
		return NULL;
	a->table_bytes = PAGE_ALIGN(pages * sizeof(*a->ptes));
	a->table = os_map_any(a->table_bytes);
	if (!a->table) {
		kfree_from(a, NULL);
		return NULL;
	}
	a->ptes = a->table;
	return a;
}

void area_free(struct area *a)
{
	os_unmap(a->table, a->table_bytes);
	kfree_from(a, NULL);
}

static struct area **place(unsigned long addr)
{
	struct area **at = &areas;

	while (*at && (*at)->vma.vm_start < addr)
		at = &(*at)->next;
	return at;
}

void area_insert(struct area *a)
{
	struct area **at = place(a->vma.vm_start);

	a->next = *at;
	*at = a;
}

void area_remove(struct area *a)
{
	*place(a->vma.vm_start) = a->next;
}

/* --- of the system -------------------------------------------------------------- */

KMEMU_EXPORT pgprot_t kmemu_page_prot(unsigned long vm_flags)
{
	bool write = vm_flags & VM_WRITE && vm_flags & VM_SHARED;

	if (!(vm_flags & VM_ACCESS_FLAGS))
		return (pgprot_t){ 0x120UL };
	return (pgprot_t){ (write ? 0x27UL : 0x25UL) |
			   (vm_flags & VM_EXEC ? 0 : 0x8000000000000000UL) };
}

static unsigned long flags_of(const struct os_vma *v)
{
	bool shared = v->flags & OS_VMA_SHARED, file = v->flags & OS_VMA_FILE;
	unsigned long flags = v->flags & VM_ACCESS_FLAGS;

	flags |= VM_MAYREAD | VM_MAYEXEC | (shared ? VM_SHARED | VM_MAYSHARE : 0);
	if (!shared || !file || flags & VM_WRITE)
		flags |= VM_MAYWRITE;
	return flags | (v->flags & OS_VMA_STACK ? VM_GROWSDOWN : 0);
}

static void fill(struct vm_area_struct *vma, const struct os_vma *v)
{
	bool file = v->flags & OS_VMA_FILE;

	vma->vm_start = v->start;
	vma->vm_end = v->end;
	vma->vm_pgoff = (file ? v->offset : v->start) >> PAGE_SHIFT;
	vma->vm_flags = flags_of(v);
	vma->vm_page_prot = kmemu_page_prot(vma->vm_flags);
	vma->vm_ops = file ? &system_file_ops : NULL;
	vma->vm_mm = &kmemu_mm;
	vma->kmemu_named = v->flags & (OS_VMA_HEAP | OS_VMA_STACK);
}

static struct vm_area_struct *remember(const struct os_vma *v)
{
	struct seen *s = seen;

	while (s && s->vma.vm_start != v->start)
		s = s->next;
	if (!s) {
		s = kmalloc(sizeof(*s), GFP_ATOMIC | __GFP_ZERO);
		if (!s)
			return NULL;
		s->next = seen;
		WRITE_ONCE(seen, s);
	}
	fill(&s->vma, v);
	return &s->vma;
}

static void forget(struct seen *s)
{
	while (s) {
		struct seen *next = s->next;

		kfree_from(s, NULL);
		s = next;
	}
}

KMEMU_EXPORT void kmemu_vmas_put(void)
{
	struct seen *gone = NULL;

	if (likely(!READ_ONCE(seen)))
		return;
	vma_lock_get();
	/* Who takes it now has not looked yet. */
	if (!word_owner(&kmemu_mm.mmap_lock.sem.word)) {
		gone = seen;
		WRITE_ONCE(seen, NULL);
	}
	vma_lock_put();
	forget(gone);
}

/* --- looks ---------------------------------------------------------------------- */

/* What of the mapping is no driver's. */
static void cut(struct os_vma *v, unsigned long addr, const struct area *behind)
{
	const struct area *a;

	for (a = areas; a && a->vma.vm_end <= addr; a = a->next)
		if (a->vma.vm_end > v->start) {
			v->offset += a->vma.vm_end - v->start;
			v->start = a->vma.vm_end;
		}
	if (behind && v->end > behind->vma.vm_start)
		v->end = behind->vma.vm_start;
}

/* The first that ends behind addr: a driver's, else *v (found); NULL and !found: none. */
static struct area *look(unsigned long addr, struct os_vma *v, bool *found)
{
	struct area *behind = area_behind(addr);

	*found = false;
	if (behind && behind->vma.vm_start <= addr)
		return behind;
	if (!os_vma_find(addr, v) || (behind && v->start >= behind->vma.vm_start))
		return behind;
	cut(v, addr, behind);
	*found = true;
	return NULL;
}

static bool can_look(const struct mm_struct *mm)
{
	return mm == &kmemu_mm && kernel_is_ready();
}

KMEMU_EXPORT struct vm_area_struct *kmemu_find_vma(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma = NULL;
	struct os_vma v;
	struct area *a;
	bool found;

	if (!can_look(mm))
		return NULL;
	vma_lock_get();
	a = look(addr, &v, &found);
	if (found)
		vma = remember(&v);
	else if (a)
		vma = &a->vma;
	vma_lock_put();
	return vma;
}

KMEMU_EXPORT struct vm_area_struct *kmemu_vma_before(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma = NULL;
	struct os_vma v, last;
	unsigned long end = 0;
	bool found, any = false;

	if (!can_look(mm))
		return NULL;
	vma_lock_get();
	for (;;) {
		struct area *a = look(end, &v, &found);

		if (!a && !found)
			break;
		end = found ? v.end : a->vma.vm_end;
		if (end > addr)
			break;
		any = found;
		last = v;
		vma = a ? &a->vma : NULL;
	}
	if (any)
		vma = remember(&last);
	vma_lock_put();
	return vma;
}

KMEMU_EXPORT unsigned long kmemu_mm_counter(const struct mm_struct *mm, int member)
{
	unsigned long pages[NR_MM_COUNTERS] = { 0 };
	long n = __atomic_load_n(&mm->rss_stat[member].counter, __ATOMIC_RELAXED);

	if (mm == &kmemu_mm)
		os_rss(pages);
	n += (long)pages[member];
	return n > 0 ? (unsigned long)n : 0;
}

KMEMU_EXPORT int kmemu_get_cmdline(char *buf, int size)
{
	struct os_file f;
	ssize_t n, got = 0;

	if (os_file_open(&f, "/proc/self/cmdline"))
		return 0;
	do {
		n = os_file_read(&f, buf + got, (size_t)(size - got), (u64)got);
		got += n > 0 ? n : 0;
	} while (n > 0 && got < size);
	os_file_close(&f);
	return (int)got;
}

KMEMU_EXPORT unsigned long kmemu_unmapped_area(unsigned long addr, unsigned long len,
					       unsigned long flags)
{
	unsigned long fixed = flags & (MAP_FIXED | MAP_FIXED_NOREPLACE) ? MAP_FIXED_NOREPLACE : 0;
	long at;

	if (flags & MAP_FIXED)
		return addr & ~PAGE_MASK ? (unsigned long)-EINVAL : addr;
	at = os_vma_map(addr, PAGE_ALIGN(len), PROT_NONE, MAP_PRIVATE | MAP_NORESERVE | fixed);
	if (!is_err((void *)at))
		os_unmap((void *)at, PAGE_ALIGN(len));
	return (unsigned long)at;
}
