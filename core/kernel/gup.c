/*
 * gup.c - pages of the program's that a driver holds on to (kernel: mm/gup.c
 * pin_user_pages, unpin_user_page), and the program's mm_struct.
 *
 * include/kmemu/mm_struct.h says how: the program's memory is the system's and has no
 * struct page, so a pinned page is a copy that is merged when the last pin goes. `before`
 * is what both sides had when they were last equal: a byte of the page that differs from
 * it was written by the driver, any other is the program's.
 *
 * Different from the kernel: neither side sees what the other writes before the unpin
 * (a shared ring needs mmap() of the driver's memory); no get_user_pages(), whose
 * put_page() would not be known for an unpin; mappings are not looked at, so VM_PFNMAP
 * is no -EFAULT.
 *
 * Invariants: pins > 0 for a listed one; before and page hold a page each.
 * Locks: pin_lock, a mutex; pages are copied under it. Cost: nothing until the first.
 */
#include <errno.h>
#include <string.h>

#include "core/kernel/alloc.h"
#include "core/kernel/task.h"
#include "core/mm/mm.h"
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

KMEMU_EXPORT struct mm_struct kmemu_mm = { .mm_users = { 1 }, .mm_count = { 1 } };

static struct kmemu_mutex pin_lock;
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
	if (p->page)
		kmemu_put_page(p->page);
	kfree_for(p->before, NULL);
	kfree_for(p, NULL);
}

static struct pin *pin_new(char *user, const char *func, const void *caller)
{
	struct pin *p = kmalloc_for(sizeof(*p), GFP_KERNEL | __GFP_ZERO, func, caller);

	if (!p)
		return NULL;
	p->user = user;
	p->before = kmalloc_for(PAGE_SIZE, GFP_KERNEL, func, caller);
	p->page = kmemu_alloc_pages(GFP_KERNEL, 0);
	if (p->before && p->page) {
		memset(p->before, 0, PAGE_SIZE);
		memset(page_address(p->page), 0, PAGE_SIZE);
		return p;
	}
	drop(p);
	return NULL;
}

static int pin_one(char *user, bool write, struct page **page, const char *func,
		   const void *caller)
{
	struct pin *p = *find(user, NULL);
	bool fresh = !p;

	if (write && !os_is_writable(user))
		return -EFAULT;
	if (fresh)
		p = pin_new(user, func, caller);
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
	p->pins++;
	*page = p->page;
	return 0;
}

KMEMU_EXPORT long kmemu_pin_user_pages(unsigned long start, unsigned long nr, bool write,
				       struct page **pages, const char *func)
{
	unsigned long i;
	int err = 0;

	might_sleep_in(func, CALLER);
	if (!kernel_is_ready())
		return -ENOMEM;
	kmemu_mutex_lock(&pin_lock);
	for (i = 0; i < nr && !err; i++)
		err = pin_one((char *)(start & PAGE_MASK) + (i << PAGE_SHIFT), write, &pages[i],
			      func, CALLER);
	kmemu_mutex_unlock(&pin_lock);
	if (err)
		i--;
	return i || !err ? (long)i : err;
}

KMEMU_EXPORT void kmemu_unpin_user_page(struct page *page)
{
	struct pin **at, *p;

	kmemu_mutex_lock(&pin_lock);
	at = find(NULL, page);
	p = *at;
	if (p) {
		merge(p);
		if (--p->pins)
			p = NULL;
		else
			*at = p->next;
		page = NULL;
	}
	kmemu_mutex_unlock(&pin_lock);
	if (p)
		drop(p);
	if (page)
		kmemu_put_page(page);
}

KMEMU_EXPORT bool kmemu_page_is_pinned(const struct page *page)
{
	bool pinned;

	if (!READ_ONCE(pins))
		return false;
	kmemu_mutex_lock(&pin_lock);
	pinned = *find(NULL, page) != NULL;
	kmemu_mutex_unlock(&pin_lock);
	return pinned;
}
