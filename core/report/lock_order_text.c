/*
 * lock_order_text.c - reports about the order of locks, and what locks are called (kernel:
 * kernel/locking/lockdep.c print_circular_bug, print_deadlock_bug, __print_lock_name).
 *
 *	circular-locking	"WARNING: possible circular locking dependency detected"
 *	recursive-locking	"WARNING: possible recursive locking detected"
 *
 * A class is called what spin_lock_init() and its like were given ("&dev->lock"), a static
 * lock as its variable; one that a program set up by pthread_*_init() as the place where it
 * did. #2 is the second of this name, /1 the subclass, as in the kernel.
 *
 * Different from the kernel: a chain has REPORT_LINKS locks at the most; usage characters
 * are those of a lock that is taken with interrupts on.
 *
 * Locks: none.
 */
#include <string.h>

#include "core/lib/vsprintf.h"
#include "core/report/finding.h"
#include "core/report/lock_text.h"

/* --- names --------------------------------------------------------------- */

/* "func+0x1d/0x60" of "func+0x1d/0x60 [program]". */
static void put_symbol(char *buf, size_t size, unsigned long pc)
{
	symbol_print(buf, size, pc);
	buf[strcspn(buf, " ")] = '\0';
}

/* "lock", of the compiler's "lock.0", or "table+0x10". */
static void put_variable(char *buf, size_t size, unsigned long address)
{
	char name[PLACE_BYTES];
	struct symbol sym;

	if (!symbol_lookup(address + 1, &sym, name, sizeof(name)))
		kmemu_scnprintf(buf, size, "0x%lx", address);
	else if (!sym.name)
		kmemu_scnprintf(buf, size, "%pE+0x%lx", sym.module, sym.module_offset - 1);
	else if (sym.offset > 1)
		kmemu_scnprintf(buf, size, "%s+0x%lx", name, sym.offset - 1);
	else
		kmemu_scnprintf(buf, size, "%s", name);
	if (sym.name && sym.offset <= 1)
		buf[strcspn(buf, ".")] = '\0';
}

/* Kernel: __print_lock_name(). */
const char *lock_name(const struct report_lock *l, char *buf, size_t size)
{
	char name[PLACE_BYTES], version[8] = "", subclass[8] = "";

	if (l->name[0])
		kmemu_scnprintf(name, sizeof(name), "%s", l->name);
	else if (l->site)
		put_symbol(name, sizeof(name), l->site);
	else
		put_variable(name, sizeof(name), (unsigned long)l->lock);
	if (l->version > 1)
		kmemu_scnprintf(version, sizeof(version), "#%d", l->version);
	if (l->subclass)
		kmemu_scnprintf(subclass, sizeof(subclass), "/%d", l->subclass);
	kmemu_scnprintf(buf, size, "%s%s%s", name, version, subclass);
	return buf;
}

/* Kernel: print_lock_name(). */
static void put_class(struct text_buf *t, const struct report_lock *l)
{
	char name[PLACE_BYTES];

	int wait_type = lock_wait_type(l->kind);

	text_put(t, " (%s){+.+.}-{%d:%d}", lock_name(l, name, sizeof(name)), wait_type, wait_type);
}

static void put_lock(struct text_buf *t, const struct report_lock *l, unsigned long pc)
{
	char place[PLACE_BYTES];

	symbol_print(place, sizeof(place), pc);
	text_put(t, "%px", l->lock);
	put_class(t, l);
	text_put(t, ", at: %s\n", place);
}

/* --- the kernel's text ----------------------------------------------------- */

static void put_two_locks(struct text_buf *t, const struct finding *f)
{
	const struct report_order *o = f->r.context->order;

	text_put(t, "%s/%d is trying to acquire lock:\n", f->r.task.comm, f->r.task.tid);
	put_lock(t, &o->next, (unsigned long)f->r.caller);
	text_put(t, "\nbut task is already holding lock:\n");
	put_lock(t, &o->prev, o->prev_pc);
}

/* Kernel: print_circular_bug_entry(). */
static void put_chain(struct text_buf *t, const struct finding *f)
{
	const struct report_order *o = f->r.context->order;
	const unsigned long *entries;

	for (u32 i = o->nr_links; i--;) {
		unsigned int nr;

		text_put(t, "\n-> #%u", i);
		put_class(t, &o->link[i].lock);
		text_put(t, ":\n");
		nr = i ? finding_stack(o->link[i].stack, &entries) : 0;
		if (!i)
			put_frames(t, f->here.entries, f->here.nr, 6);
		else if (nr)
			put_frames(t, entries, nr, 6);
	}
}

/* Kernel: print_circular_lock_scenario(). */
static void put_circular_scenario(struct text_buf *t, const struct report_order *o)
{
	const struct report_lock *parent = &o->link[o->nr_links - 2].lock;
	char next[PLACE_BYTES], prev[PLACE_BYTES], middle[PLACE_BYTES];

	lock_name(&o->next, next, sizeof(next));
	lock_name(&o->prev, prev, sizeof(prev));
	lock_name(parent, middle, sizeof(middle));
	if (o->nr_links > 2)
		text_put(t, "Chain exists of:\n  %s --> %s --> %s\n\n", next, middle, prev);
	text_put(t, " Possible unsafe locking scenario:\n\n"
		    "       CPU0                    CPU1\n"
		    "       ----                    ----\n");
	text_put(t, "  %slock(%s);\n", o->prev_read ? "r" : "", prev);
	text_put(t, "                               lock(%s);\n", middle);
	text_put(t, "                               lock(%s);\n", prev);
	text_put(t, "  %slock(%s);\n", o->next_read ? "r" : "", next);
	text_put(t, "\n *** DEADLOCK ***\n\n");
}

void print_circular_bug(struct text_buf *t, const struct finding *f)
{
	put_lock_head(t, "possible circular locking dependency detected", 54);
	put_two_locks(t, f);
	text_put(t, "\nwhich lock already depends on the new lock.\n\n"
		    "\nthe existing dependency chain (in reverse order) is:\n");
	put_chain(t, f);
	text_put(t, "\nother info that might help us debug this:\n\n");
	put_circular_scenario(t, f->r.context->order);
	put_held_locks(t, f);
	put_backtrace(t, f);
}

void print_deadlock_bug(struct text_buf *t, const struct finding *f)
{
	const struct report_order *o = f->r.context->order;
	char next[PLACE_BYTES], prev[PLACE_BYTES];

	put_lock_head(t, "possible recursive locking detected", 44);
	put_two_locks(t, f);
	text_put(t, "\nother info that might help us debug this:\n"
		    " Possible unsafe locking scenario:\n\n"
		    "       CPU0\n"
		    "       ----\n");
	text_put(t, "  lock(%s);\n", lock_name(&o->prev, prev, sizeof(prev)));
	text_put(t, "  lock(%s);\n", lock_name(&o->next, next, sizeof(next)));
	text_put(t, "\n *** DEADLOCK ***\n\n"
		    " May be due to missing lock nesting notation\n\n");
	put_held_locks(t, f);
	put_backtrace(t, f);
}

/* --- our line ---------------------------------------------------------------- */

int lock_order_line(const struct report *r, char *buf, size_t size)
{
	const struct report_order *o = r->context->order;
	char next[PLACE_BYTES], prev[PLACE_BYTES], place[PLACE_BYTES];

	lock_name(&o->next, next, sizeof(next));
	lock_name(&o->prev, prev, sizeof(prev));
	symbol_print(place, sizeof(place), o->prev_pc);
	if (r->kind == REPORT_CIRCULAR_LOCKING)
		return kmemu_scnprintf(buf, size,
				       "%s is taken with %s held, taken at %s, and elsewhere in "
				       "the other order",
				       next, prev, place);
	if (o->next.lock == o->prev.lock)
		return kmemu_scnprintf(buf, size, "%s is held already, taken at %s", next, place);
	return kmemu_scnprintf(buf, size, "%s is taken with another of its class held, taken at %s",
			       next, place);
}
