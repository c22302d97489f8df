/*
 * balance.c - what is raised is lowered: once, by the same thread, before it
 * ends (kernel: kernel/locking/spinlock_debug.c debug_spin_unlock,
 * debug_spin_lock_before; kernel/sched/core.c preempt_count_sub;
 * kernel/locking/lockdep.c debug_check_no_locks_held).
 *
 * The kernel's debug spinlock has room for its owner. A pthread_spinlock_t is an
 * int, and where it lies nothing else may be written. But who holds a lock is
 * known already: its taker has an entry for it (core/lib/preempt.c). So the usual
 * release, of what this thread took last, costs nothing more than the entry's
 * drop. Only where there is none the other threads' entries are searched:
 *
 *	found at another thread's	"wrong owner", and the entry is made to go: else the
 *				taker would be atomic for ever
 *	found at another stack of this thread's	a coroutine's: nothing to say
 *	not found, the word says free	"already unlocked"
 *	not found, the word says taken	nothing: it was taken before we were there, by
 *				another process, or by code that inlines the lock
 *
 * Recursion is looked for when the lock is not free, before the thread waits for
 * itself.
 *
 * Different from the kernel: .magic is a constant, .owner_cpu not known; it
 * speaks once and turns itself off (debug_locks_off), here each place is told
 * once. Mutexes and rwlocks are looked at when context.locks counts them.
 *
 * Locks: none. Cost: none on the way of what is right; else a look through the
 * stacks in use.
 */
#include "core/check/lock.h"

#include "core/check/context.h"
#include "core/os/os.h"

u32 lock_watch;
bool lock_mutexes, lock_rwlocks;
u32 lock_others;

void lock_init(void)
{
	lock_mutexes = kmemu_opts.context_locks >= LOCKS_MUTEX;
	lock_rwlocks = kmemu_opts.context_locks >= LOCKS_RWLOCK;
	lock_others = lock_mutexes;
	lockdep_init();
	lock_order_init();
	report_lock_name = lock_class_find_name;
	__atomic_fetch_or(&lock_watch, LOCK_WATCHED, __ATOMIC_RELEASE);
}

/* found: kind, func, caller, and the memory where it is about some. */
static enum kmemu_policy submit_found(const struct report *found, const void *lock, int owner,
				      const struct raise *why)
{
	struct report_context facts = { .lock = lock, .owner = owner };
	struct report r = *found;

	if (!context_in_scope(r.caller))
		return POLICY_OFF;
	facts.preempt_count = context_preempt_count();
	if (why)
		facts.why = *why;
	r.context = &facts;
	return report_submit(&r);
}

static enum kmemu_policy submit(enum report_kind kind, const void *lock, int owner,
				const struct raise *why, const char *func, const void *caller)
{
	struct report r = { .kind = kind, .func = func, .caller = caller };

	return submit_found(&r, lock, owner, why);
}

/* --- locks --------------------------------------------------------------- */

bool lock_may_wait(enum raise_kind kind, const void *lock, const char *func, const void *caller)
{
	const struct raise *r;

	context_settle();
	r = context_find(kind, lock);
	return !r || submit(REPORT_SPINLOCK_RECURSION, lock, (int)os_tid(), r, func, caller) !=
			     POLICY_FAIL;
}

bool __lock_releases(enum raise_kind kind, const void *lock, bool is_free, const char *func,
		     const void *caller)
{
	struct raise found = { .kind = (u8)kind, .what = lock };
	struct context_stack *holder = context_holder(lock, &found);
	int owner = holder ? (int)READ_ONCE(holder->owner) : 0;
	bool wrong = holder ? owner != (int)os_tid() : is_free;

	if (wrong &&
	    submit(REPORT_SPINLOCK_UNLOCK, lock, owner, &found, func, caller) == POLICY_FAIL)
		return false;
	if (holder)
		context_release(holder, lock);
	return true;
}

/* That its memory was freed is told. */
static bool is_freed(const struct raise *held)
{
	return held->alt_lo == (uintptr_t)held->what;
}

void lock_forget(const void *lock, const char *func, const void *caller)
{
	struct raise found = { .what = lock };
	const struct raise *own;
	struct context_stack *holder;

	context_settle();
	lockdep_forget(lock);
	lock_class_forget(lock);
	own = context_find_lock(lock);
	holder = own ? context_mine : context_holder(lock, &found);
	if (!holder)
		return;
	if (!own || !is_freed(own))
		submit(REPORT_HELD_LOCK_FREED, lock, (int)READ_ONCE(holder->owner),
		       own ? own : &found, func, caller);
	context_release(holder, lock);
	context_settle();
}

/*
 * Kernel: debug_check_no_locks_freed(). The lock stays held, as there: its release
 * will find its entry. The memory may be somebody else's by then, who frees it rightly.
 */
void locks_freed(const void *p, size_t bytes, const char *func, const void *caller)
{
	struct report r = { .kind = REPORT_HELD_LOCK_FREED, .func = func, .caller = caller,
			    .addr = p, .size = bytes };
	struct context_stack *c = context_mine;
	u32 i;

	if (!c || !bytes || kmemu_opts.context_balance == POLICY_OFF)
		return;
	context_settle();
	for (i = 0; i < min(c->nr, RAISES_MAX); i++) {
		struct raise *held = &c->raises[i];

		if (!raise_is_lock(held->kind) || (uintptr_t)held->what - (uintptr_t)p >= bytes ||
		    is_freed(held))
			continue;
		held->alt_lo = (uintptr_t)held->what;
		submit_found(&r, held->what, (int)c->owner, held);
	}
}

/* --- the API --------------------------------------------------------------- */

bool context_lower(enum raise_kind kind, const void *what, const char *func, const void *caller)
{
	struct raise none = { .kind = (u8)kind, .what = what };

	context_settle();
	if (context_drop(kind, what, NULL))
		return true;
	submit(REPORT_CONTEXT_IMBALANCE, what, 0, &none, func, caller);
	return false;
}

/* --- the end of a thread --------------------------------------------------- */

void lock_thread_end(void)
{
	const struct context_stack *c = context_mine;

	context_settle();
	if (c && c->nr)
		might_exit();
	for (int i = c ? (int)c->nr - 1 : -1; i >= 0; i--) {
		struct raise r = c->raises[i];

		if (r.kind <= RAISE_DROPPED || r.by_handler)
			continue;
		submit(REPORT_LOCK_HELD_AT_EXIT, r.what, (int)os_tid(), &r, "exit", r.pc);
	}
}
