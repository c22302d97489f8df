// SPDX-License-Identifier: MIT
/*
 * pagemap.c - the machine's own frames, by /proc/self/pagemap (kernel:
 * fs/proc/task_mmu.c, pagemap_read).
 *
 * The emulated physical memory is a model: that a kmalloc block is contiguous
 * there says nothing about the frames that the machine has given this process.
 * This file asks: an entry of eight bytes for each page, bit 63 "present", bits
 * 0 to 54 the frame. The frame is 0 for who has no CAP_SYS_ADMIN in the initial
 * user namespace: then it is said that nothing can be said.
 *
 * What was never touched, or is swapped out, has no frame, and ends a run. A page
 * of zeroes that was only read is the system's one zero page, so a buffer that
 * was only read looks scattered, and is.
 *
 * Agreement. The model promises runs; the machine keeps the promise when every page is
 * there and the runs are no more than the model's. Of memory that has no emulated frame
 * (stack, static, foreign) nothing is promised and nothing compared.
 *
 * Frames can be moved by the system at any time (compaction, swapping, a fork's
 * copy): the answer is of the moment. A driver would have pinned them.
 *
 * Locks: none. Cost: with contig.verify=off nothing; else some microseconds for each
 * judged buffer: open, read, close, as no descriptor is kept.
 */
#include "core/mm/pagemap.h"

#include <errno.h>

#include "config/options.h"
#include "core/lib/printk.h"
#include "core/mm/internal.h"
#include "core/mm/phys.h"
#include "core/os/files.h"
#include "core/report/run.h"

#define PM_PRESENT  (1UL << 63)
#define PM_PFN_MASK ((1UL << 55) - 1)
#define ENTRIES	    64UL

/* Of all judged buffers. */
static struct {
	unsigned long buffers, no_frames;  /* no_frames: without emulated memory */
	unsigned long one_page;		   /* in one page: contiguous whatever happens */
	unsigned long linear, linear_real; /* one run in the model; on the machine as well */
	unsigned long scattered;	   /* several runs in the model */
	unsigned long absent;		   /* pages not there */
	unsigned long unread;		   /* pagemap said nothing */
} verified;

static void count(unsigned long *counter, unsigned long n)
{
	__atomic_fetch_add(counter, n, __ATOMIC_RELAXED);
}

/* --- reading --- */

struct walk {
	struct kmemu_real_runs *real;
	u64 last;    /* frame of the page before, 0: none */
	size_t run;  /* pages of the run so far */
	bool hidden; /* present, and no frame is told */
};

static void see_entry(struct walk *w, u64 entry)
{
	u64 pfn = entry & PM_PRESENT ? entry & PM_PFN_MASK : 0;

	w->real->present += (entry & PM_PRESENT) != 0;
	w->hidden |= entry & PM_PRESENT && !pfn;
	if (!pfn) {
		w->run = 0;
	} else if (w->run && pfn == w->last + 1) {
		w->run++;
	} else {
		w->run = 1;
		w->real->runs++;
	}
	w->real->largest_pages = max(w->real->largest_pages, w->run);
	w->last = pfn;
}

static int read_entries(const struct os_file *f, unsigned long page, struct walk *w)
{
	size_t left = w->real->pages;
	u64 entry[ENTRIES];

	while (left) {
		size_t n = min(left, ENTRIES), i;
		ssize_t got = os_file_read(f, entry, n * sizeof(entry[0]), page * sizeof(entry[0]));

		if (got < 0)
			return (int)got;
		if ((size_t)got < n * sizeof(entry[0]))
			return -EIO; /* above the process's addresses */
		for (i = 0; i < n; i++)
			see_entry(w, entry[i]);
		page += n;
		left -= n;
	}
	return 0;
}

int real_runs_read(const void *p, size_t bytes, struct kmemu_real_runs *real)
{
	unsigned long at = (unsigned long)p;
	struct walk w = { .real = real };
	struct os_file f;
	int err;

	*real = (struct kmemu_real_runs){ .pages = 0 };
	if (!bytes)
		return 0;
	real->pages = ((at + bytes - 1) >> PAGE_SHIFT) - (at >> PAGE_SHIFT) + 1;
	err = os_file_open(&f, "/proc/self/pagemap");
	if (err)
		return err;
	err = read_entries(&f, at >> PAGE_SHIFT, &w);
	os_file_close(&f);
	if (!err && w.hidden) {
		real->runs = real->largest_pages = 0;
		err = -EPERM;
	}
	return err;
}

/* --- comparing --- */

static void count_verified(const struct phys_verified *v)
{
	count(&verified.buffers, 1);
	if (!v->model_runs) {
		count(&verified.no_frames, 1);
		return;
	}
	if (v->err) {
		count(&verified.unread, 1);
		return;
	}
	count(&verified.absent, v->real.pages - v->real.present);
	if (v->real.pages == 1)
		count(&verified.one_page, 1);
	else if (v->model_runs > 1)
		count(&verified.scattered, 1);
	else
		count(v->agrees ? &verified.linear_real : &verified.linear, 1);
}

bool phys_verify(const void *p, size_t bytes, struct phys_verified *v)
{
	size_t covered;

	*v = (struct phys_verified){ .model_runs = 0 };
	if (likely(kmemu_opts.contig_verify == VERIFY_OFF))
		return false;
	v->model_runs = phys_count_runs(p, bytes, &covered);
	v->err = real_runs_read(p, bytes, &v->real);
	v->agrees = !v->err && v->model_runs && v->real.present == v->real.pages &&
		    v->real.runs <= v->model_runs;
	count_verified(v);
	return true;
}

/* --- start and end --- */

static const char *why_unread(int err)
{
	return err == -EPERM ? "its frames are hidden from a process without CAP_SYS_ADMIN" :
			       "it cannot be read";
}

void pagemap_start(void)
{
	volatile char here = 1; /* a page that is surely there */
	struct kmemu_real_runs real;
	int err;

	err = real_runs_read((const void *)&here, 1, &real);
	if (!err)
		return;
	printk("kmemu: contig.verify: /proc/self/pagemap: %s\n", why_unread(err));
	if (run_is_checked())
		run_unchecked("no-pagemap", NULL, why_unread(err),
			      "run it as root, or leave contig.verify away");
}

void phys_show_huge(void)
{
	if (kmemu_opts.phys != PHYS_SMALL)
		printk("kmemu: phys: %lukB of the direct map were mapped, %lukB of them in huge "
		       "pages\n",
		       huge_wanted_bytes >> 10, huge_got_bytes >> 10);
}

void pagemap_end(void)
{
	unsigned long linear = verified.linear + verified.linear_real;

	phys_show_huge();
	if (!verified.buffers) {
		printk("kmemu: contig.verify: no buffer came by to be compared\n");
		return;
	}
	printk("kmemu: contig.verify: buffers: %lu; contiguous in the model: %lu, of these on this "
	       "machine: %lu; scattered in the model: %lu; within a page: %lu\n",
	       verified.buffers, linear, verified.linear_real, verified.scattered,
	       verified.one_page);
	if (verified.no_frames + verified.absent + verified.unread)
		printk("kmemu: contig.verify: not emulated: %lu; not readable: %lu; "
		       "pages that were not there: %lu\n",
		       verified.no_frames, verified.unread, verified.absent);
}
