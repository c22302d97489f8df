/*
 * lock_order_text.c - reports about the order of locks, and what locks are called (kernel:
 * kernel/locking/lockdep.c print_circular_bug, print_deadlock_bug, __print_lock_name).
 *
 *	circular-locking	"WARNING: possible circular locking dependency detected"
 *	recursive-locking	"WARNING: possible recursive locking detected"
 *	irq-lock-order		"WARNING: HARDIRQ-safe -> HARDIRQ-unsafe lock order detected",
 *				"WARNING: possible irq lock inversion dependency detected"
 *
 * A class is called what spin_lock_init() and its like were given ("&dev->lock"), a static
 * lock as its variable; one that a program set up by pthread_*_init() as the place where it
 * did. #2 is the second of this name, /1 the subclass, as in the kernel.
 *
 * Different from the kernel: a chain has REPORT_LINKS locks at the most; usage characters
 * are those of a lock that is taken with interrupts on, where no state is known. Of states
 * the two that do not go together have their traces.
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

/* Kernel: get_usage_chars(). For hard interrupts and softirqs, writers and readers. */
const char *lock_usage_chars(u8 usage, char chars[5])
{
	static const char what[] = ".-+?";

	memcpy(chars, "+.+.", 5);
	if (!usage)
		return chars;
	for (int i = 0; i < 4; i++) {
		u8 bits = (u8)(usage >> (i / 2 * 4 + i % 2));

		chars[i] = what[(bits & 1) | (bits >> 2 & 1) << 1];
	}
	return chars;
}

/* Kernel: print_lock_name(). */
static void put_class(struct text_buf *t, const struct report_lock *l)
{
	int wait_type = lock_wait_type(l->kind);
	char name[PLACE_BYTES], chars[5];

	text_put(t, " (%s){%s}-{%d:%d}", lock_name(l, name, sizeof(name)),
		 lock_usage_chars(l->usage, chars), wait_type, wait_type);
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

/* --- interrupts and the order -------------------------------------------------- */

static const char *irq_name(u8 state)
{
	return state & 4 ? "SOFTIRQ" : "HARDIRQ";
}

/* Kernel: state_name(). */
static const char *state_name(u8 state)
{
	static const char *const names[] = { "HARDIRQ", "HARDIRQ-READ", "SOFTIRQ", "SOFTIRQ-READ" };

	return names[state >> 2 << 1 | (state & 1)];
}

static void put_stack(struct text_buf *t, u32 stack, int indent)
{
	const unsigned long *entries;
	unsigned int nr = finding_stack(stack, &entries);

	if (nr)
		put_frames(t, entries, nr, indent);
}

/* Kernel: print_lock_class_header(). state: of which there is a stack; -1: none. */
static void put_class_header(struct text_buf *t, const struct report_lock *l, int state, u32 stack)
{
	text_put(t, "->");
	put_class(t, l);
	text_put(t, " {\n");
	if (state >= 0) {
		text_put(t, state & 2 ? "   %s-ON-%c at:\n" : "   IN-%s-%c at:\n",
			 irq_name((u8)state), state & 1 ? 'R' : 'W');
		put_stack(t, stack, 6);
	}
	text_put(t, " }\n");
}

/* Kernel: print_shortest_lock_dependencies(). Of link[], how each was taken under the last. */
static void put_dependencies(struct text_buf *t, const struct finding *f, u32 from, u32 to)
{
	const struct report_order *o = f->r.context->order;

	for (u32 i = from; i < to; i++) {
		bool safe = !i, unsafe = i == o->nr_links - 1;

		put_class_header(t, &o->link[i].lock,
				 safe	? o->safe_state :
				 unsafe ? o->unsafe_state :
					  -1,
				 safe ? o->safe_stack : o->unsafe_stack);
		if (!i)
			continue;
		text_put(t, " ... acquired at:\n");
		if (!o->inversion && i == o->nr_before)
			put_frames(t, f->here.entries, f->here.nr, 3);
		else
			put_stack(t, o->link[i].stack, 3);
	}
}

/* Kernel: print_irq_lock_scenario(). */
static void put_irq_scenario(struct text_buf *t, const struct report_order *o)
{
	char safe[PLACE_BYTES], unsafe[PLACE_BYTES], middle[PLACE_BYTES];

	lock_name(&o->link[0].lock, safe, sizeof(safe));
	lock_name(&o->link[o->nr_links - 1].lock, unsafe, sizeof(unsafe));
	lock_name(&o->link[o->middle].lock, middle, sizeof(middle));
	if (o->middle != o->nr_links - 1)
		text_put(t, "Chain exists of:\n  %s --> %s --> %s\n\n", safe, middle, unsafe);
	text_put(t, " Possible interrupt unsafe locking scenario:\n\n"
		    "       CPU0                    CPU1\n"
		    "       ----                    ----\n");
	text_put(t, "  lock(%s);\n", unsafe);
	text_put(t, "                               local_irq_disable();\n");
	text_put(t, "                               lock(%s);\n", safe);
	text_put(t, "                               lock(%s);\n", middle);
	text_put(t, "  <Interrupt>\n");
	text_put(t, "    lock(%s);\n", safe);
	text_put(t, "\n *** DEADLOCK ***\n\n");
}

static void print_bad_irq_dependency(struct text_buf *t, const struct finding *f)
{
	const struct report_context *c = f->r.context;
	const struct report_order *o = c->order;
	u32 hard = c->preempt_count >> 16 & 0xf, soft = c->preempt_count >> 8 & 0xff;
	const char *irq = state_name(o->safe_state);
	char title[72];

	kmemu_scnprintf(title, sizeof(title), "%s-safe -> %s-unsafe lock order detected", irq, irq);
	put_lock_head(t, title, 53);
	text_put(t, "%s/%d [HC%u[%u]:SC%u[%u]:HE%u:SE%u] is trying to acquire:\n", f->r.task.comm,
		 f->r.task.tid, hard != 0, hard, soft & 1, soft, !c->irqs_disabled, !soft);
	put_lock(t, &o->next, (unsigned long)f->r.caller);
	text_put(t, "\nand this task is already holding:\n");
	put_lock(t, &o->prev, o->prev_pc);
	text_put(t, "which would create a new lock dependency:\n");
	put_class(t, &o->prev);
	text_put(t, " ->");
	put_class(t, &o->next);
	text_put(t, "\n\nbut this new dependency connects a %s-irq-safe lock:\n", irq);
	put_class(t, &o->link[0].lock);
	text_put(t, "\n... which became %s-irq-safe at:\n", irq);
	put_stack(t, o->safe_stack, 1);
	text_put(t, "\nto a %s-irq-unsafe lock:\n", irq);
	put_class(t, &o->link[o->nr_links - 1].lock);
	text_put(t, "\n... which became %s-irq-unsafe at:\n...", irq);
	put_stack(t, o->unsafe_stack, 1);
	text_put(t, "\nother info that might help us debug this:\n\n");
	put_irq_scenario(t, o);
	put_held_locks(t, f);
	text_put(t, "\nthe dependencies between %s-irq-safe lock and the holding lock:\n", irq);
	put_dependencies(t, f, 0, o->nr_before);
	text_put(t, "\nthe dependencies between the lock to be acquired and %s-irq-unsafe lock:\n",
		 irq);
	put_dependencies(t, f, o->nr_before, o->nr_links);
	put_backtrace(t, f);
}

static void print_irq_inversion_bug(struct text_buf *t, const struct finding *f)
{
	const struct report_order *o = f->r.context->order;
	bool forwards = o->inversion == 1;

	put_lock_head(t, "possible irq lock inversion dependency detected", 56);
	text_put(t, "%s/%d just changed the state of lock:\n", f->r.task.comm, f->r.task.tid);
	put_lock(t, &o->next, (unsigned long)f->r.caller);
	text_put(t,
		 forwards ? "but this lock took another, %s-unsafe lock in the past:\n" :
			    "but this lock was taken by another, %s-safe lock in the past:\n",
		 state_name(forwards ? o->unsafe_state : o->safe_state));
	put_class(t, &o->link[forwards ? o->nr_links - 1 : 0].lock);
	text_put(t, "\n\nand interrupts could create inverse lock ordering between them.\n\n"
		    "\nother info that might help us debug this:\n");
	put_irq_scenario(t, o);
	put_held_locks(t, f);
	text_put(t, "\nthe shortest dependencies between 2nd lock and 1st lock:\n");
	put_dependencies(t, f, 0, o->nr_links);
	put_backtrace(t, f);
}

void print_irq_lock_order(struct text_buf *t, const struct finding *f)
{
	if (f->r.context->order->inversion)
		print_irq_inversion_bug(t, f);
	else
		print_bad_irq_dependency(t, f);
}

static int irq_order_line(const struct report_order *o, char *buf, size_t size)
{
	const char *irq = o->safe_state & 4 ? "softirq" : "hard interrupt";
	char safe[PLACE_BYTES], unsafe[PLACE_BYTES];

	lock_name(&o->link[0].lock, safe, sizeof(safe));
	lock_name(&o->link[o->nr_links - 1].lock, unsafe, sizeof(unsafe));
	return kmemu_scnprintf(buf, size,
			       "a %s takes %s, with which held %s is taken, which is elsewhere "
			       "taken while a %s may come",
			       irq, safe, unsafe, irq);
}

/* --- our line ---------------------------------------------------------------- */

int lock_order_line(const struct report *r, char *buf, size_t size)
{
	const struct report_order *o = r->context->order;
	char next[PLACE_BYTES], prev[PLACE_BYTES], place[PLACE_BYTES];

	if (r->kind == REPORT_IRQ_LOCK_ORDER)
		return irq_order_line(o, buf, size);
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
