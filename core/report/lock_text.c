/*
 * lock_text.c - reports about locks (kernel: kernel/locking/spinlock_debug.c
 * spin_dump, kernel/locking/lockdep.c print_usage_bug, print_held_locks_bug,
 * lockdep_rcu_suspicious,
 * print_freed_lock_bug, print_unlock_imbalance_bug, and WARNs of
 * kernel/sched/core.c, include/linux/irqflags.h).
 *
 *	spinlock-unlock		"BUG: spinlock already unlocked", "BUG: spinlock wrong owner"
 *	spinlock-recursion	"BUG: spinlock recursion"
 *	inconsistent-lock-state	"WARNING: inconsistent lock state"
 *	lock-held-at-exit	"WARNING: %s/%d still has locks held!"
 *	held-lock-freed		"WARNING: held lock freed!"
 *	context-imbalance	rcu_read_unlock and its kin: "WARNING: bad unlock balance
 *				detected!", else the WARN of the function
 *	suspicious-rcu-usage	"WARNING: suspicious RCU usage"
 *
 * Different from the kernel: a lock whose class is not known has the name of its type; of another
 * thread the name is not known, and .owner_cpu never is; there are no irq event
 * stamps and no list of modules. A context that is left raised is told as a lock
 * is. The last line names the place where the lock was taken.
 *
 * Locks: none.
 */
#include <string.h>

#include "core/lib/signal_name.h"
#include "core/lib/vsprintf.h"
#include "core/report/finding.h"
#include "core/report/lock_text.h"

bool (*report_lock_name)(const struct raise *held, struct report_lock *name);

/* --- words --------------------------------------------------------------- */

static const char *name_of(u32 kind)
{
	static const char *const names[NR_RAISE_KINDS] = {
		[RAISE_HARDIRQ] = "irq_enter",
		[RAISE_SOFTIRQ] = "softirq_enter",
		[RAISE_NMI] = "nmi_enter",
		[RAISE_SPIN] = "spinlock",
		[RAISE_RAW_SPIN] = "raw spinlock",
		[RAISE_MUTEX] = "mutex",
		[RAISE_RWLOCK] = "rwlock",
		[RAISE_SLEEP_MUTEX] = "mutex",
		[RAISE_RWSEM] = "rwsem",
		[RAISE_MAP] = "lockdep_map",
		[RAISE_SRCU] = "srcu_read_lock",
		[RAISE_RCU_BH] = "rcu_read_lock_bh",
		[RAISE_RCU_SCHED] = "rcu_read_lock_sched",
		[RAISE_PREEMPT] = "preempt_disable",
		[RAISE_BH] = "local_bh_disable",
		[RAISE_IRQS_OFF] = "local_irq_save",
		[RAISE_RCU] = "rcu_read_lock",
		[RAISE_NON_BLOCK] = "non_block_start",
		[RAISE_IGNORE] = "KMEMU_IGNORE_ENTER",
	};

	return kind < NR_RAISE_KINDS && names[kind] ? names[kind] : "lock";
}

/* What was not called before: an annotation has its own name for it. */
static int without_line(const struct report *r, char *buf, size_t size)
{
	static const char exit[] = "_EXIT";
	int n = (int)strlen(r->func) - (int)sizeof(exit) + 1;

	if (!strncmp(r->func, "KMEMU_", 6) && n > 0 && !strcmp(r->func + n, exit))
		return kmemu_scnprintf(buf, size, "%s without %.*s_ENTER", r->func, n, r->func);
	return kmemu_scnprintf(buf, size, "%s without %s", r->func,
			       name_of(r->context->why.kind));
}

/* "spinlock 0x...", "preempt_disable". */
static int what_text(const struct raise *r, char *buf, size_t size)
{
	if (r->what)
		return kmemu_scnprintf(buf, size, "%s 0x%px", name_of(r->kind), r->what);
	return kmemu_scnprintf(buf, size, "%s", name_of(r->kind));
}

/* ", taken at func+0x1d/0x60 [program]". */
static int taken_text(const struct raise *r, char *buf, size_t size)
{
	char place[PLACE_BYTES];

	if (!r->pc)
		return kmemu_scnprintf(buf, size, "%s", "");
	symbol_print(place, sizeof(place), (unsigned long)r->pc);
	return kmemu_scnprintf(buf, size, ", taken at %s", place);
}

static void signal_text(const struct report_context *c, char *buf, size_t size)
{
	char name[SIGNAL_NAME_BYTES];

	if (!c->other_signo)
		kmemu_scnprintf(buf, size, "%s", c->softirq ? "a softirq" : "a hard interrupt");
	else
		kmemu_scnprintf(buf, size, "the handler of %s", signal_name(c->other_signo, name));
}

static int inconsistent_line(const struct report *r, char *buf, size_t size)
{
	const struct report_context *c = r->context;
	char handler[48];

	signal_text(c, handler, sizeof(handler));
	if (c->in_handler)
		return kmemu_scnprintf(buf, size,
				       "lock 0x%px is taken in %s, and elsewhere while it may come",
				       c->lock, handler);
	return kmemu_scnprintf(buf, size,
			       "lock 0x%px is taken while %s may come, which takes it too", c->lock,
			       handler);
}

static int unlock_line(const struct report *r, const char *taken, char *buf, size_t size)
{
	const struct report_context *c = r->context;

	if (!c->owner)
		return kmemu_scnprintf(buf, size, "%s: %s 0x%px is not locked", r->func,
				       name_of(c->why.kind), c->lock);
	return kmemu_scnprintf(buf, size, "%s: %s 0x%px is held by thread %d%s", r->func,
			       name_of(c->why.kind), c->lock, c->owner, taken);
}

int lock_line(const struct report *r, char *buf, size_t size)
{
	const struct report_context *c = r->context;
	char what[64], taken[PLACE_BYTES + 16];

	if (!c)
		return 0;
	what_text(&c->why, what, sizeof(what));
	taken_text(&c->why, taken, sizeof(taken));
	switch (r->kind) {
	case REPORT_SPINLOCK_UNLOCK:
		return unlock_line(r, taken, buf, size);
	case REPORT_SPINLOCK_RECURSION:
		return kmemu_scnprintf(buf, size, "%s: this thread holds %s already%s", r->func,
				       what, taken);
	case REPORT_INCONSISTENT_LOCK_STATE:
		return inconsistent_line(r, buf, size);
	case REPORT_CIRCULAR_LOCKING:
	case REPORT_RECURSIVE_LOCKING:
	case REPORT_IRQ_LOCK_ORDER:
		return lock_order_line(r, buf, size);
	case REPORT_CONTEXT_IMBALANCE:
		return without_line(r, buf, size);
	case REPORT_SUSPICIOUS_RCU_USAGE:
		return kmemu_scnprintf(buf, size, "%s, at %s:%d", r->rule, r->file, r->line);
	case REPORT_LOCK_HELD_AT_EXIT:
		return kmemu_scnprintf(buf, size, "a thread ends with %s %s", what,
				       raise_is_lock(c->why.kind) ? "held" : "in force");
	case REPORT_HELD_LOCK_FREED:
		return kmemu_scnprintf(buf, size, "%s: %s is held by thread %d%s", r->func, what,
				       c->owner, taken);
	default:
		return 0;
	}
}

/* --- the kernel's text ----------------------------------------------------- */

/* Kernel: spin_bug(), spin_dump(); rwlock_bug(). */
static void spin_bug(struct text_buf *t, const struct finding *f, const char *what)
{
	const struct report_context *c = f->r.context;
	const struct report_task *task = &f->r.task;
	const char *owner = c->owner == task->tid ? task->comm : "thread";
	char place[PLACE_BYTES];

	if (c->why.kind == RAISE_RWLOCK) {
		text_put(t, "BUG: rwlock %s on CPU#%u, %s/%d, %px\n", what, task->cpu, task->comm,
			 task->tid, c->lock);
		put_dump_stack(t, f);
		return;
	}
	symbol_print_data(place, sizeof(place), c->lock);
	text_put(t, "BUG: spinlock %s on CPU#%u, %s/%d\n", what, task->cpu, task->comm, task->tid);
	text_put(t, " lock: %s, .magic: dead4ead, .owner: %s/%d, .owner_cpu: -1\n", place,
		 c->owner ? owner : "<none>", c->owner ? c->owner : -1);
	put_dump_stack(t, f);
}

/* A line of '=' or '-' as long as the title between. */
static void put_rule(struct text_buf *t, char c, size_t n)
{
	char rule[96];

	n = min(n, sizeof(rule) - 1);
	memset(rule, c, n);
	rule[n] = '\0';
	text_put(t, "%s\n", rule);
}

/* lockdep's heads have a rule of a length of their own each. */
void put_lock_head(struct text_buf *t, const char *title, size_t length)
{
	text_put(t, "\n");
	put_rule(t, '=', length);
	text_put(t, "WARNING: %s\n", title);
	put_kernel_ident(t);
	put_rule(t, '-', length);
}

/* What rcu_lock_map and its kin are for. */
static bool is_rcu(u32 kind)
{
	return kind == RAISE_RCU || kind == RAISE_RCU_BH || kind == RAISE_RCU_SCHED;
}

int lock_wait_type(u32 kind)
{
	if (kind == RAISE_MAP || kind == RAISE_SRCU)
		return 0;
	if (is_rcu(kind))
		return 2;
	return kind == RAISE_MUTEX || raise_may_sleep(kind) ? 3 : 2;
}

/* By its class, where that is known, else by its type; of that nothing bad is known. */
static const char *held_name(const struct raise *r, char *buf, size_t size, char usage[5])
{
	struct report_lock l = { .usage = 0 };
	bool known = raise_is_lock(r->kind) && report_lock_name && report_lock_name(r, &l);

	lock_usage_chars(l.usage, usage);
	if (is_rcu(r->kind))
		memcpy(usage, "....", 5);
	return known ? lock_name(&l, buf, size) : name_of(r->kind);
}

/* Kernel: print_lock(). usage: how it was taken, where the report is about that. */
static void print_lock(struct text_buf *t, const struct raise *r, const char *usage)
{
	int wait_type = lock_wait_type(r->kind);
	char place[PLACE_BYTES], buf[PLACE_BYTES], of_class[5];
	const char *name = held_name(r, buf, sizeof(buf), of_class);

	symbol_print(place, sizeof(place), (unsigned long)r->pc);
	text_put(t, "%px (%s){%s}-{%d:%d}, at: %s\n", r->what, name, usage ?: of_class,
		 is_rcu(r->kind) ? 1 : wait_type, wait_type, place); /* LD_WAIT_FREE outside */
}

/* Kernel: get_usage_chars(). Of the lock that the report is about. */
static void usage_chars(const struct report_context *c, char chars[5])
{
	bool read_in = c->in_handler ? c->read : c->other_read;
	bool read_on = c->in_handler ? c->other_read : c->read;
	char *irq = chars + (c->softirq ? 2 : 0);

	memcpy(chars, c->softirq ? "+..." : "..+.", 5); /* of the other kind nothing is known bad */
	irq[0] = irq[1] = '.';
	irq[read_on] = '+';
	irq[read_in] = read_in == read_on ? '?' : '-';
}

/* The same in each line of it; NULL: another lock. */
static const char *usage_of(const struct finding *f, const void *lock, char chars[5])
{
	if (f->r.kind != REPORT_INCONSISTENT_LOCK_STATE || lock != f->r.context->lock)
		return NULL;
	usage_chars(f->r.context, chars);
	return chars;
}

static bool is_held(const struct raise *r, u32 kinds, const void *except)
{
	return r->kind > RAISE_DROPPED && !r->by_handler && kinds >> r->kind & 1 &&
	       !(except && r->what == except);
}

/* Kernel: lockdep_print_held_locks(). */
void put_locks(struct text_buf *t, const struct finding *f, u32 kinds, const void *except)
{
	const struct context_stack *c = context_mine;
	const struct report_task *task = &f->r.task;
	u32 n = 0, held = 0;
	char chars[5];

	for (u32 i = 0; c && i < c->nr; i++)
		held += is_held(&c->raises[i], kinds, except);
	if (held)
		text_put(t, "%u lock%s held by %s/%d:\n", held, held > 1 ? "s" : "", task->comm,
			 task->tid);
	for (u32 i = 0; held && i < c->nr; i++) {
		const struct raise *r = &c->raises[i];

		if (!is_held(r, kinds, except))
			continue;
		text_put(t, " #%u: ", n++);
		print_lock(t, r, usage_of(f, r->what, chars));
	}
	if (!held && kinds == ~0U)
		text_put(t, "no locks held by %s/%d.\n", task->comm, task->tid);
}

void put_held_locks(struct text_buf *t, const struct finding *f)
{
	put_locks(t, f, ~0U, NULL);
}

void put_backtrace(struct text_buf *t, const struct finding *f)
{
	text_put(t, "\nstack backtrace:\n");
	put_dump_stack(t, f);
	taint_warn();
}

/* Kernel: lockdep_rcu_suspicious(). */
static void print_suspicious_rcu(struct text_buf *t, const struct finding *f)
{
	put_lock_head(t, "suspicious RCU usage", 29);
	text_put(t, "%s:%d %s!\n", f->r.file, f->r.line, f->r.rule);
	text_put(t, "\nother info that might help us debug this:\n\n");
	text_put(t, "\nrcu_scheduler_active = 2, debug_locks = 1\n");
	put_held_locks(t, f);
	put_backtrace(t, f);
}

static void print_held_locks_bug(struct text_buf *t, const struct finding *f)
{
	char title[80];

	kmemu_scnprintf(title, sizeof(title), "%s/%d still has locks held!", f->r.task.comm,
			f->r.task.tid);
	put_lock_head(t, title, 36);
	put_held_locks(t, f);
	put_backtrace(t, f);
}

static void print_freed_lock_bug(struct text_buf *t, const struct finding *f)
{
	const struct report_context *c = f->r.context;
	const u8 *lock = c->lock, *from = f->r.size ? f->r.addr : lock;
	size_t bytes = f->r.size ? f->r.size : sizeof(int);

	put_lock_head(t, "held lock freed!", 25);
	text_put(t, "%s/%d is freeing memory %px-%px, with a lock still held there!\n",
		 f->r.task.comm, f->r.task.tid, from, from + bytes - 1);
	print_lock(t, &c->why, NULL);
	put_held_locks(t, f);
	put_backtrace(t, f);
}

static void print_unlock_imbalance_bug(struct text_buf *t, const struct finding *f)
{
	char place[PLACE_BYTES];

	put_lock_head(t, "bad unlock balance detected!", 37);
	text_put(t, "%s/%d is trying to release lock (%s) at:\n", f->r.task.comm, f->r.task.tid,
		 name_of(f->r.context->why.kind));
	text_put(t, "[<%px>] %s\n", f->r.caller, print_site(f, place, sizeof(place)));
	text_put(t, "but there are no more locks to release!\n");
	text_put(t, "\nother info that might help us debug this:\n");
	put_held_locks(t, f);
	put_backtrace(t, f);
}

static void imbalance(struct text_buf *t, const struct finding *f)
{
	u32 kind = f->r.context->why.kind;

	if (is_rcu(kind) || raise_is_lock(kind)) {
		print_unlock_imbalance_bug(t, f);
		return;
	}
	put_cut_here(t);
	if (kind == RAISE_IRQS_OFF)
		text_put(t, "raw_local_irq_restore() called with IRQs enabled\n");
	else if (kind != RAISE_NON_BLOCK)
		text_put(t, "DEBUG_LOCKS_WARN_ON(val > preempt_count())\n");
	put_warning(t, f);
}

/* --- inconsistent lock state ----------------------------------------------- */

/* Kernel: usage_str[]. */
static const char *usage_text(const struct report_context *c, bool in, bool read, char buf[20])
{
	const char *irq = c->softirq ? "SOFTIRQ" : "HARDIRQ";

	kmemu_scnprintf(buf, 20, in ? "IN-%s-%c" : "%s-ON-%c", irq, read ? 'R' : 'W');
	return buf;
}

static void put_takes(struct text_buf *t, const struct finding *f)
{
	const struct report_context *c = f->r.context;
	bool hard = c->in_handler && !c->softirq, soft = c->in_handler && c->softirq;
	const struct raise taken = { .kind = c->taken, .what = c->lock, .pc = f->r.caller };
	char chars[5];

	text_put(t, "%s/%d [HC%d[%d]:SC%d[%d]:HE%d:SE%d] takes:\n", f->r.task.comm, f->r.task.tid,
		 hard, hard, soft, soft, !hard, !soft);
	usage_chars(c, chars);
	print_lock(t, &taken, chars);
}

static void put_scenario(struct text_buf *t, const struct report_context *c)
{
	const struct raise taken = { .kind = c->taken, .what = c->lock };
	char buf[PLACE_BYTES], usage[5];
	const char *name = held_name(&taken, buf, sizeof(buf), usage);

	text_put(t, " Possible unsafe locking scenario:\n\n"
		    "       CPU0\n"
		    "       ----\n"
		    "  lock(%s);\n"
		    "  <Interrupt>\n"
		    "    lock(%s);\n"
		    "\n *** DEADLOCK ***\n\n",
		 name, name);
}

static void print_usage_bug(struct text_buf *t, const struct finding *f)
{
	const struct report_context *c = f->r.context;
	const unsigned long *entries;
	unsigned int nr = finding_stack(c->other, &entries);
	char before[20], now[20];

	usage_text(c, !c->in_handler, c->other_read, before);
	usage_text(c, c->in_handler, c->read, now);
	put_lock_head(t, "inconsistent lock state", 32);
	text_put(t, "inconsistent {%s} -> {%s} usage.\n", before, now);
	put_takes(t, f);
	text_put(t, "{%s} state was registered at:\n", before);
	put_frames(t, entries, nr, 1);
	text_put(t, "\nother info that might help us debug this:\n");
	put_scenario(t, c);
	put_held_locks(t, f);
	put_backtrace(t, f);
}

/* --- by kind --------------------------------------------------------------- */

bool lock_text(struct text_buf *t, const struct finding *f)
{
	if (!f->r.context)
		return false;
	switch (f->r.kind) {
	case REPORT_SPINLOCK_UNLOCK:
		spin_bug(t, f, f->r.context->owner ? "wrong owner" : "already unlocked");
		return true;
	case REPORT_SPINLOCK_RECURSION:
		spin_bug(t, f, "recursion");
		return true;
	case REPORT_INCONSISTENT_LOCK_STATE:
		print_usage_bug(t, f);
		return true;
	case REPORT_LOCK_HELD_AT_EXIT:
		print_held_locks_bug(t, f);
		return true;
	case REPORT_HELD_LOCK_FREED:
		print_freed_lock_bug(t, f);
		return true;
	case REPORT_CIRCULAR_LOCKING:
		print_circular_bug(t, f);
		return true;
	case REPORT_RECURSIVE_LOCKING:
		print_deadlock_bug(t, f);
		return true;
	case REPORT_IRQ_LOCK_ORDER:
		print_irq_lock_order(t, f);
		return true;
	case REPORT_SUSPICIOUS_RCU_USAGE:
		print_suspicious_rcu(t, f);
		return true;
	case REPORT_CONTEXT_IMBALANCE:
		imbalance(t, f);
		return true;
	default:
		return false;
	}
}
