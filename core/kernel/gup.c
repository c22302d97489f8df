/*
 * gup.c - pages of the program's that a driver holds on to (kernel: mm/gup.c
 * pin_user_pages, unpin_user_page), and the program's mm_struct.
 *
 * include/kmemu/mm_struct.h says how: the program's memory is the system's and has no
 * struct page, so a pinned page is a copy that is merged when a pin goes, or a reference
 * (get_user_pages(), get_page()): put_page() knows such pages by a flag. `before`
 * is what both sides had when they were last equal: a byte of the page that differs from
 * it was written by the driver, any other is the program's.
 *
 * Different from the kernel: neither side sees what the other writes before the unpin
 * (a shared ring needs mmap() of the driver's memory, whose pages are got themselves).
 *
 * Invariants: pins > 0 or refs of the page > 0 for a listed one, outside of the lock; before
 * and page hold a page each.
 * Locks: pin_lock; pages are copied under it. Cost: nothing until the first.
 */
#include <errno.h>
#include <string.h>

#include "core/kernel/alloc.h"
#include "core/kernel/task.h"
#include "core/kernel/vma.h"
#include "core/lib/word_lock.h"
#include "core/mm/page_ref.h"
#include "include/kmemu/lib.h"
#include "include/kmemu/mm.h"
#include "include/kmemu/mm_struct.h"

struct pin {
	struct pin *next;
	char *user;
	struct page *page;
	char *before;
	u32 pins;
	bool write;
};

KMEMU_EXPORT struct mm_struct kmemu_mm = {
	.mm_users = { 1 },
	.mm_count = { 1 },
	.mmap_lock.sem.word = KMEMU_LOCK_SET_UP,
	.page_table_lock.rlock.word = KMEMU_LOCK_SET_UP,
	.kmemu_pmd_lock.rlock.word = KMEMU_LOCK_SET_UP,
	.kmemu_pte_lock.rlock.word = KMEMU_LOCK_SET_UP,
};

KMEMU_EXPORT int kmemu_sysctl_overcommit_memory;

static u32 pin_lock __own_word;
static struct pin *pins;

/* Under the lock, as all below. */
static struct pin **find(const char *user, const struct page *page)
{
	struct pin **at = &pins;

	while (*at && (*at)->page != page && (*at)->user != user)
		at = &(*at)->next;
	return at;
}

/* What the driver wrote, in runs. */
static void write_back(struct pin *p, const char *now)
{
	for (size_t i = 0, from; i < PAGE_SIZE; i++) {
		if (now[i] == p->before[i])
			continue;
		for (from = i; i < PAGE_SIZE && now[i] != p->before[i]; i++)
			;
		kmemu_copy_user(p->user + from, now + from, i - from);
	}
}

/* Makes both sides equal; false: the program's is not there any more. */
static bool merge(struct pin *p)
{
	char *now = page_address(p->page);

	if (p->write && memcmp(now, p->before, PAGE_SIZE))
		write_back(p, now);
	if (kmemu_copy_user(p->before, p->user, PAGE_SIZE))
		return false;
	memcpy(now, p->before, PAGE_SIZE);
	return true;
}

static void drop(struct pin *p)
{
	if (p->page) {
		p->page->flags &= ~PAGE_FLAG_USER;
		kmemu_put_page(p->page);
	}
	kfree_for(p->before, NULL);
	kfree_for(p, NULL);
}

static struct pin *pin_new(char *user, gfp_t gfp, const char *func, const void *caller)
{
	struct pin *p = kmalloc_for(sizeof(*p), gfp | __GFP_ZERO, func, caller);

	if (!p)
		return NULL;
	p->user = user;
	p->before = kmalloc_for(PAGE_SIZE, gfp, func, caller);
	p->page = alloc_pages_by(gfp, 0, func, caller);
	if (p->page)
		page_own(p->page, gfp);
	if (p->before && p->page) {
		p->page->flags |= PAGE_FLAG_USER;
		memset(p->before, 0, PAGE_SIZE);
		memset(page_address(p->page), 0, PAGE_SIZE);
		return p;
	}
	drop(p);
	return NULL;
}

static int pin_one(char *user, bool write, bool pin, gfp_t gfp, struct page **page,
		   const char *func, const void *caller)
{
	struct pin *p = *find(user, NULL);
	bool fresh = !p;

	if (write && !os_is_writable(user))
		return -EFAULT;
	if (fresh)
		p = pin_new(user, gfp, func, caller);
	if (!p)
		return -ENOMEM;
	if (!merge(p)) {
		if (fresh)
			drop(p);
		return -EFAULT;
	}
	if (fresh) {
		p->next = pins;
		pins = p;
	}
	p->write |= write;
	if (pin)
		p->pins++;
	else
		get_page(p->page);
	*page = p->page;
	return 0;
}

/* Under the lock, when one is gone: the last is taken off the list, else NULL. */
static struct pin *take_last(struct pin **at)
{
	struct pin *p = *at;

	if (p->pins || page_count(p->page) > 1)
		return NULL;
	*at = p->next;
	return p;
}

/* Kernel: put_page(). */
static void put_user(struct page *page, const void *caller)
{
	struct pin **at, *last = NULL;
	bool held;

	word_lock(&pin_lock, os_tid());
	at = find(NULL, page);
	held = *at && page_count(page) > 1;
	if (held) {
		merge(*at);
		__atomic_fetch_sub(&page->refs, 1, __ATOMIC_ACQ_REL);
		last = take_last(at);
	}
	word_unlock(&pin_lock);
	if (last)
		drop(last);
	if (!held)
		kernel_warn(caller, "mm/gup.c", 0,
			    "put_page() of a page that is pinned: unpin_user_page() gives it back");
}

static long pin_pages(unsigned long start, unsigned long nr, unsigned int how, bool pin,
		      struct page **pages, const char *func, const void *caller)
{
	gfp_t gfp = how & KMEMU_GUP_NOW ? GFP_ATOMIC : GFP_KERNEL;
	unsigned long i;
	int err = 0;

	if (!(how & KMEMU_GUP_NOW))
		might_sleep_in(func, caller);
	if (!kernel_is_ready())
		return -ENOMEM;
	WRITE_ONCE(page_put_user, put_user);
	for (i = 0; i < nr && !err; i++) {
		char *user = (char *)(start & PAGE_MASK) + (i << PAGE_SHIFT);

		err = area_get_page((unsigned long)user, how, &pages[i]);
		if (err != -ENOENT)
			continue;
		word_lock(&pin_lock, os_tid());
		err = pin_one(user, how & KMEMU_GUP_WRITE, pin, gfp, &pages[i], func, caller);
		word_unlock(&pin_lock);
	}
	if (err)
		i--;
	return i || !err ? (long)i : err;
}

KMEMU_EXPORT long kmemu_pin_user_pages(unsigned long start, unsigned long nr, unsigned int how,
				       struct page **pages, const char *func)
{
	return pin_pages(start, nr, how, true, pages, func, CALLER);
}

KMEMU_EXPORT long kmemu_get_user_pages(unsigned long start, unsigned long nr, unsigned int how,
				       struct page **pages, const char *func)
{
	return pin_pages(start, nr, how, false, pages, func, CALLER);
}

KMEMU_EXPORT void kmemu_pin_again(struct page *page)
{
	struct pin *p;

	word_lock(&pin_lock, os_tid());
	p = *find(NULL, page);
	if (p)
		p->pins++;
	else
		get_page(page);
	word_unlock(&pin_lock);
}

KMEMU_EXPORT void kmemu_unpin_user_page(struct page *page)
{
	struct pin **at, *last = NULL;
	bool pinned;

	word_lock(&pin_lock, os_tid());
	at = find(NULL, page);
	pinned = *at && (*at)->pins;
	if (pinned) {
		merge(*at);
		(*at)->pins--;
		last = take_last(at);
	}
	word_unlock(&pin_lock);
	if (last)
		drop(last);
	if (pinned)
		return;
	if (page->flags & PAGE_FLAG_USER)
		kernel_warn(CALLER, "mm/gup.c", 0,
			    "unpin_user_page() of a page that is not pinned: put_page() does it");
	else
		kmemu_put_page(page);
}

KMEMU_EXPORT bool kmemu_page_is_pinned(const struct page *page)
{
	const struct pin *p;
	bool pinned;

	if (!READ_ONCE(pins))
		return false;
	word_lock(&pin_lock, os_tid());
	p = *find(NULL, page);
	pinned = p && p->pins;
	word_unlock(&pin_lock);
	return pinned;
}
