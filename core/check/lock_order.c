/*
 * lock_order.c - two locks that are taken in both orders (kernel:
 * kernel/locking/lockdep.c check_deadlock, check_prevs_add, check_noncircular, __bfs).
 *
 * A lock that is taken with others held makes a dependency: from the class of the one
 * held to the class of the new one. When the new one's class leads back to a held one's,
 * two threads may wait for each other for ever, and it need not have happened. It is
 * told before the lock is waited for.
 *
 * Of the locks held only the newest makes one, and what lies below that came by a
 * trylock: the others were its own predecessors. A trylock that succeeds makes none as
 * the new one, since it does not wait. What an interrupt holds and what it interrupted
 * are apart.
 *
 * What interrupts have to do with it is lock_irq.c's, and the graph lock_graph.c's.
 *
 * A dependency that closes a circle is told, kept as such, and left out of searches:
 * each is told once, and what it leads to is not a new finding. The kernel turns itself
 * off after the first.
 *
 * lockdep_chains[] has what was found to be right already, by a hash over the locks that
 * are held and the new one; the generation in it makes all void when a class goes or a
 * lock gets another.
 *
 * Different from the kernel: of a lock that this thread has already, what mutexes and
 * spinlocks tell is not told again; a timed lock counts as a trylock, since it ends.
 * Locks of pthread: see lock_class.c.
 *
 * Locks: lockdep_lock, see there. Memory: 32 KiB. Cost: none for a thread's
 * only lock; some 4 ns for one under another in an order that is known, 100 ns where
 * a lock was set up or freed since, and 2 us with a stack to keep.
 */
#include "core/check/lock_class.h"

#include "core/check/context.h"
#include "core/lib/stackdepot.h"
#include "core/os/modules.h"

#define CHAIN_BITS 12
u32 lock_order_on;
static u64 lockdep_chains[1U << CHAIN_BITS];

void lock_order_init(void)
{
	if (kmemu_opts.context_lockorder == POLICY_OFF || !lock_class_init())
		return;
	os_objects_init(); /* what is static has its own class: is it in a module? */
	if (lock_graph_init())
		WRITE_ONCE(lock_order_on,
			   LOCK_ORDER_API | (options_lockorder_all ? LOCK_ORDER_PTHREAD : 0));
}

/* --- what is held ---------------------------------------------------------- */

struct acquire {
	const void *lock, *caller;
	enum raise_kind kind;
	unsigned int how;
	u32 nr; /* of held[], the newest first */
	const struct raise *held[RAISES_MAX];
	bool told; /* a report is to be made of: */
	enum report_kind report;
	u8 prev; /* of held[] */
	struct report_order facts;
};

static bool is_boundary(const struct raise *r)
{
	return r->kind == RAISE_HARDIRQ || r->kind == RAISE_SOFTIRQ || r->kind == RAISE_NMI;
}

/* Of the interrupt that runs, or of no interrupt. */
static void collect_held(struct acquire *a)
{
	const struct context_stack *c = context_mine;

	for (u32 i = c ? READ_ONCE(c->nr) : 0; i; i--) {
		const struct raise *r = &c->raises[i - 1];

		if (is_boundary(r))
			return;
		if (raise_is_lock(r->kind))
			a->held[a->nr++] = r;
	}
}

static const struct raise *find_held(const struct acquire *a)
{
	for (u32 i = 0; i < a->nr; i++)
		if (a->held[i]->what == a->lock)
			return a->held[i];
	return NULL;
}

/* The thread has this very lock, and that is told elsewhere, or nothing is wrong with it. */
static bool is_taken_again(const struct acquire *a)
{
	if (!find_held(a))
		return false;
	return !(a->how & LOCK_API) || a->kind == RAISE_SPIN || a->kind == RAISE_RAW_SPIN ||
	       a->kind == RAISE_SLEEP_MUTEX ||
	       (a->kind == RAISE_RWLOCK && !(a->how & LOCK_READ));
}

/* --- what is known to be right --------------------------------------------- */

static u64 mix(u64 hash, const void *lock, unsigned int how)
{
	hash = (hash ^ (uintptr_t)lock ^ (u64)how << 56) * 0x9e3779b97f4a7c15UL;
	return hash ^ hash >> 29;
}

/* Kernel: iterate_chain_key(), over what is held from the newest to the first. */
static u64 chain_begin(const void *lock, unsigned int how)
{
	return mix(READ_ONCE(lock_generation), lock, how & 0xff);
}

static u64 chain_key(const struct acquire *a)
{
	u64 hash = chain_begin(a->lock, a->how);

	for (u32 i = 0; i < a->nr; i++)
		hash = mix(hash, a->held[i]->what, a->held[i]->how);
	return hash | 1;
}

static u64 *chain_slot(u64 key)
{
	return &lockdep_chains[key >> (64 - CHAIN_BITS)];
}

/* Nothing is held, or all of it was right with this lock before: what the next looks cost. */
static bool is_known_right(const void *lock, unsigned int how)
{
	const struct context_stack *c = context_mine;
	u64 hash = chain_begin(lock, how);
	bool holds = false;

	for (u32 i = c ? READ_ONCE(c->nr) : 0; i; i--) {
		const struct raise *r = &c->raises[i - 1];

		if (is_boundary(r))
			break;
		if (!raise_is_lock(r->kind))
			continue;
		if (r->what == lock)
			return false;
		hash = mix(hash, r->what, r->how);
		holds = true;
	}
	hash |= 1;
	return !holds || READ_ONCE(*chain_slot(hash)) == hash;
}

/* --- the graph -------------------------------------------------------------- */

struct target {
	u16 class;
	bool any; /* recursive readers will do */
};

static bool is_target(u32 state, void *arg)
{
	const struct target *t = arg;

	return state / 2 == t->class && (t->any || !(state & 1));
}

static u32 save_trace(const struct acquire *a)
{
	struct stacktrace st;

	stacktrace_save(&st, kmemu_opts.stack_depth, a->caller);
	return stack_depot_save(st.entries, st.nr);
}

/* Kernel: add_lock_to_list(). */
static void add_dep(struct acquire *a, u16 from, u16 to, unsigned int how, bool closes_circle)
{
	u16 i = lock_dep_find(from, to);
	struct lock_dep *dep;

	if (!i) {
		i = lock_dep_new();
		if (!i)
			return;
		dep = &lock_deps[i];
		*dep = (struct lock_dep){ .from = from, .to = to, .closes_circle = closes_circle,
					  .next_after = lock_classes[from].after,
					  .next_before = lock_classes[to].before };
		dep->stack = save_trace(a);
		lock_classes[from].after = lock_classes[to].before = i;
	}
	lock_deps[i].how |= (u8)(1U << how);
}

/* --- what is found ----------------------------------------------------------- */

/* Kernel: print_circular_bug(): from the new lock to the held one. */
static void note_circle(struct acquire *a, u32 state, u32 prev)
{
	struct report_order *o = &a->facts;
	u32 last = 0, skip, at = state;

	for (u32 s = state; lock_search_by(s); s = lock_search_before(s))
		last++;
	/* Of a longer one what is next to the new lock is left out. */
	skip = last < REPORT_LINKS ? 0 : last + 1 - REPORT_LINKS;
	o->nr_links = last + 1 - skip;
	for (u32 i = last + 1; i--; at = lock_search_before(at)) {
		u32 to = i ? i - skip : 0;

		if (i && i <= skip)
			continue;
		lock_class_name((u16)(at / 2), NULL, &o->link[to].lock);
		o->link[to].stack = lock_search_by(at) ? lock_deps[lock_search_by(at)].stack : 0;
	}
	a->prev = (u8)prev;
	a->report = REPORT_CIRCULAR_LOCKING;
	a->told = true;
}

static void name_ends(struct acquire *a, u32 i, u16 next, u16 prev)
{
	struct report_order *o = &a->facts;
	const struct raise *held = a->held[a->prev];

	if (a->prev != i) /* another was told */
		return;
	lock_class_name(next, a->lock, &o->next);
	o->next.kind = (u8)a->kind;
	o->next_read = a->how & LOCK_READ;
	lock_class_name(prev, held->what, &o->prev);
	o->prev.kind = held->kind;
	o->prev_read = held->how & LOCK_READ;
	o->prev_pc = (unsigned long)held->pc;
}

/* The class says in which order two of it are taken. */
static bool is_ordered(const struct lock_class *class, const void *held, const void *next)
{
	return class->cmp_fn && class->cmp_fn(held, next) < 0;
}

/* Kernel: check_deadlock(). True: one of the class is held, and no dependency is made. */
static bool check_deadlock(struct acquire *a, u16 next)
{
	for (u32 i = 0; i < a->nr; i++) {
		const struct raise *held = a->held[i];

		if (lock_class_of(held->what, (enum raise_kind)held->kind, held->how) != next)
			continue;
		if (a->how & LOCK_RECURSIVE && held->how & LOCK_READ)
			continue;
		if (is_ordered(&lock_classes[next], held->what, a->lock))
			continue;
		if (a->how & LOCK_NEST)
			return true;
		a->prev = (u8)i;
		a->report = REPORT_RECURSIVE_LOCKING;
		a->told = true;
		name_ends(a, i, next, next);
		return true;
	}
	return false;
}

static bool check_noncircular(struct acquire *a, u32 i, u32 from, struct target *prev)
{
	u32 state = lock_search(from, true, is_target, prev);

	if (state && !a->told)
		note_circle(a, state, i);
	return state;
}

static bool check_irq_usage(struct acquire *a, u32 i, u16 prev, u16 next)
{
	struct report_order facts;

	if (!lock_irq_usage(lock_state_before(prev, a->held[i]->how),
			    lock_state_after(next, a->how), &facts))
		return false;
	if (!a->told) {
		a->facts = facts;
		a->report = REPORT_IRQ_LOCK_ORDER;
		a->prev = (u8)i;
		a->told = true;
	}
	return true;
}

/* Kernel: check_prev_add(). */
static void check_prev_add(struct acquire *a, u32 i, u16 prev, u16 next)
{
	unsigned int how = lock_dep_of(a->held[i]->how, a->how);
	struct target t = { prev, lock_dep_is_exclusive(how) };
	u16 known = lock_dep_find(prev, next);
	bool bad;

	if (prev == next || (known && (lock_deps[known].closes_circle ||
				       lock_deps[known].how & 1U << how)))
		return;
	bad = check_noncircular(a, i, lock_state_after(next, a->how), &t) ||
	      check_irq_usage(a, i, prev, next);
	if (bad)
		name_ends(a, i, next, prev);
	/* A weaker one that is right stays as it is. */
	if (!bad || !known)
		add_dep(a, prev, next, how, bad);
}

/* Kernel: held_lock.check; 0: none that has an order. */
static u16 class_of_held(const struct raise *held)
{
	if (held->kind >= RAISE_MAP && !(held->how & LOCK_API))
		return 0;
	return lock_class_of(held->what, (enum raise_kind)held->kind, held->how);
}

/* Kernel: check_prevs_add(). */
static void check_prevs_add(struct acquire *a, u16 next)
{
	for (u32 i = 0; i < a->nr; i++) {
		const struct raise *held = a->held[i];
		u16 prev = class_of_held(held);

		if (prev)
			check_prev_add(a, i, prev, next);
		/* One without a class has no dependencies of its own either. */
		if (prev && !(held->how & LOCK_TRY))
			return;
	}
}

/* Kernel: validate_chain(). */
static void validate_chain(struct acquire *a, u64 key)
{
	u16 next;

	/* In the order in which they were taken: names have numbers by it. */
	for (u32 i = a->nr; i--;)
		lock_class_of(a->held[i]->what, (enum raise_kind)a->held[i]->kind, a->held[i]->how);
	next = lock_class_of(a->lock, a->kind, a->how);
	if (next && !check_deadlock(a, next))
		check_prevs_add(a, next);
	WRITE_ONCE(*chain_slot(key), key);
}

static __noinline void look(struct acquire *a, u64 key)
{
	struct report_context facts = { .order = &a->facts, .lock = a->lock, .taken = a->kind };
	struct report r = { .func = "lock", .caller = a->caller, .context = &facts };

	if (!context_in_scope(a->caller) || context_has(1U << RAISE_IGNORE) ||
	    !spin_lock(&lockdep_lock))
		return;
	validate_chain(a, key);
	spin_unlock(&lockdep_lock);
	lock_tables_told();
	if (!a->told)
		return;
	facts.preempt_count = context_preempt_count();
	facts.irqs_disabled = context_irqs_disabled();
	if (a->report == REPORT_CIRCULAR_LOCKING)
		facts.other = a->facts.link[a->facts.nr_links - 1].stack;
	r.kind = a->report;
	report_submit(&r);
}

void __lock_order(enum raise_kind kind, const void *lock, unsigned int how, const void *caller)
{
	struct acquire a;

	context_settle();
	if (is_known_right(lock, how))
		return;
	a.nr = 0;
	collect_held(&a);
	a.lock = lock;
	a.kind = kind;
	a.how = how;
	a.caller = caller;
	a.told = false;
	if (!is_taken_again(&a))
		look(&a, chain_key(&a));
}

void __lock_raise(enum raise_kind kind, const void *lock, unsigned int flags, const void *caller,
		  unsigned long sp)
{
	if (!(flags & (LOCK_TRY | LOCK_TIMED)))
		lock_order(kind, lock, flags, caller);
	context_raise_lock(kind, lock_how(flags), lock, caller, sp);
}
