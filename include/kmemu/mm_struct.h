/* SPDX-License-Identifier: MIT */
/*
 * mm_struct.h - the program's memory, as far as a driver looks at it (kernel: struct
 * mm_struct), and pages of it that a driver holds on to (kernel: mm/gup.c).
 *
 * There is one of the program's, which each of its threads has as current->mm; a kthread has
 * none until kthread_use_mm(). It is counted, and never freed. One of mm_alloc() has nothing.
 *
 * A program's memory has no struct page. A page that is pinned, or got a
 * reference, is one of the page allocator's with the bytes of the program's; at the unpin, or
 * put_page(), what the driver wrote goes
 * back, byte by byte, so that what the program wrote meanwhile beside it stays. Pinned
 * again, it is the same page, and both sides are made equal. Until then neither sees
 * what the other writes.
 */
#ifndef KMEMU_MM_STRUCT_H
#define KMEMU_MM_STRUCT_H

#include "atomic_types.h"
#include "locks.h"
#include "sched.h"
#include "types.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

struct page;

enum {
	MM_FILEPAGES,
	MM_ANONPAGES,
	MM_SWAPENTS,
	MM_SHMEMPAGES,
	NR_MM_COUNTERS
};

struct mm_struct {
	struct rw_semaphore mmap_lock;
	struct spinlock page_table_lock;
	struct spinlock kmemu_pmd_lock, kmemu_pte_lock; /* of all such entries */
	pgd_t *pgd; /* NULL until somebody asks */
	atomic64_t pgtables_bytes;
	atomic_t mm_users, mm_count; /* mmget(), mmgrab() */
	atomic64_t pinned_vm; /* pages, drivers' own accounts */
	unsigned long hiwater_rss; /* pages: the most that somebody saw */
	unsigned long total_vm, locked_vm, data_vm, exec_vm, stack_vm;
	atomic64_t rss_stat[NR_MM_COUNTERS]; /* what add_mm_counter() has added */
	struct task_struct *owner;
};

extern struct mm_struct kmemu_mm;

/*
 * mm_alloc: an mm without any mapping, NULL: no memory. May sleep. free: nobody has it any more
 * (kernel: kernel/fork.c).
 */
struct mm_struct *kmemu_mm_alloc(void);
void kmemu_mm_free(struct mm_struct *mm);

/*
 * pin: how many of the nr pages from start on; -EFAULT: the first is not there, or not
 * writable; -ENOMEM. WRITE: what is written to the pages is the program's at the unpin.
 * unpin: a page that was not pinned loses a reference. get: the same by a reference of each
 * page, which kmemu_put_page() ends. pin and get may sleep; the others: any context.
 */
#define KMEMU_GUP_WRITE 1u /* FOLL_WRITE */
#define KMEMU_GUP_LOCKED 2u /* the caller has mmap_lock */
#define KMEMU_GUP_NOW 4u /* nothing is waited for, in any context */
long kmemu_pin_user_pages(unsigned long start, unsigned long nr, unsigned int how,
			  struct page **pages, const char *func);
long kmemu_get_user_pages(unsigned long start, unsigned long nr, unsigned int how,
			  struct page **pages, const char *func);
/* Once more, of a page that is pinned. */
void kmemu_pin_again(struct page *page);
void kmemu_unpin_user_page(struct page *page);
bool kmemu_page_is_pinned(const struct page *page);

/* Pages of the program's (MM_*), as the system counts them, with rss_stat. */
unsigned long kmemu_mm_counter(const struct mm_struct *mm, int member);
/* Kernel: sysctl vm.overcommit_memory. */
extern int kmemu_sysctl_overcommit_memory;
/* Bytes of the program's command line, at most size. May sleep. */
int kmemu_get_cmdline(char *buf, int size);
/* Where an anonymous mapping would be, or -errno; nothing is mapped. */
unsigned long kmemu_unmapped_area(unsigned long addr, unsigned long len, unsigned long flags);

#ifdef __cplusplus
}
#endif

#endif /* KMEMU_MM_STRUCT_H */
