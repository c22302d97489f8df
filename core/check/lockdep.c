/*
 * lockdep.c - a lock that a handler takes, and that is taken elsewhere while the
 * handler may come (kernel: kernel/locking/lockdep.c mark_lock, valid_state).
 *
 * lockdep keeps for each class of locks the states in which they were taken, and
 * speaks when two do not go together: IN-HARDIRQ-W and HARDIRQ-ON-W mean that
 * the interrupt may wait for what it interrupted. It need not have happened.
 * Here a signal is an interrupt of its own, so a state is a mask of signals:
 *
 *	used	the lock was taken, by a call that waits, in these signals' handlers
 *	enabled	it was taken while these, which have handlers, were not blocked
 *
 * Both apart for readers: readers of a handler wait for writers only. A bit in
 * used and enabled is the finding, with the place of either. What the API's locks
 * meet besides are interrupts of the API: two bits that no program's signal has
 * (libc keeps 32 and 33), and local_irq_save() counts for them as blocking all.
 *
 * enabled asks the system for the mask, but only for signals that have handlers
 * and are not noted yet; after ASK_ALWAYS answers without news every ASK_EVERYth
 * time. used is noted after a walk over the stack has shown that the thread is in
 * that handler.
 *
 * Different from the kernel: a class is one lock, by its address, until it is
 * destroyed or set up anew; what locks of one class of the API's did is lock_irq.c's, and
 * which is taken under which lock_order.c's.
 *
 * Invariants: a slot's lock is written by compare-and-swap; a slot is used by
 * who holds the lock, so that only init and destroy, which are alone with it,
 * clear one. gains[]: bits is written behind the rest.
 *
 * Locks: none. Memory: 1 MiB of addresses, used as locks come. Cost: nothing
 * before a handler is installed; then a look-up in lockdep_quiet[], or 2 ns more
 * for one here, and 100 ns each time the mask is asked for.
 */
#include "core/check/context.h"
#include "core/check/lock.h"
#include "core/lib/stackdepot.h"
#include "core/os/os.h"
#include "core/os/task.h"

#define SLOT_BITS  13
#define SLOTS	   (1U << SLOT_BITS)
#define PROBES	   8
#define ASK_ALWAYS 1024
#define ASK_EVERY  32
#define API_HARDIRQ (1UL << (32 - 1))
#define API_SOFTIRQ (1UL << (33 - 1))
#define API_BITS    (API_HARDIRQ | API_SOFTIRQ)

struct gain {
	u64 bits; /* 0: free, or being written */
	depot_stack_handle_t stack;
	bool used, read, softirq;
};

/* Kernel: the usage_mask and usage_traces of struct lock_class. */
struct lock_usage {
	const void *lock; /* NULL: free */
	u64 used[2], enabled[2]; /* by writers, by readers */
	u32 asked; /* answers without news */
	u32 nr_gains;
	struct gain gains[5]; /* where bits came from; later ones are not kept */
};

_Static_assert(sizeof(struct lock_usage) == 128, "two cache lines");

static struct lock_usage *classes;
const void **lockdep_quiet;
static u64 handled; /* signals with handlers that count */
static unsigned long untracked;

void lockdep_init(void)
{
	if (kmemu_opts.context_irqlock == POLICY_OFF)
		return;
	lockdep_quiet = os_map_any(sizeof(*lockdep_quiet) << LOCKDEP_QUIET_BITS);
	if (lockdep_quiet)
		classes = os_map_any(SLOTS * sizeof(*classes));
}

void lock_note_handler(int signo)
{
	u64 bit = 1UL << (signo - 1);

	if (!classes || READ_ONCE(handled) & bit)
		return;
	__atomic_fetch_or(&handled, bit, __ATOMIC_SEQ_CST);
	for (size_t i = 0; i < 1UL << LOCKDEP_QUIET_BITS; i++)
		__atomic_store_n(&lockdep_quiet[i], NULL, __ATOMIC_SEQ_CST);
	__atomic_fetch_or(&lock_watch, LOCK_IRQS, __ATOMIC_RELEASE);
}

unsigned long lockdep_untracked(void)
{
	return READ_ONCE(untracked);
}

/* --- classes --------------------------------------------------------------- */

static struct lock_usage *slot_of(const void *lock, u32 probe)
{
	u32 hash = (u32)(((uintptr_t)lock >> 2) * 0x9e3779b97f4a7c15UL >> (64 - SLOT_BITS));

	return &classes[(hash + probe) % SLOTS];
}

static struct lock_usage *find_class(const void *lock)
{
	for (u32 i = 0; i < PROBES; i++)
		if (READ_ONCE(slot_of(lock, i)->lock) == lock)
			return slot_of(lock, i);
	return NULL;
}

static __noinline struct lock_usage *register_class(const void *lock)
{
	for (u32 i = 0; i < PROBES; i++) {
		struct lock_usage *class = slot_of(lock, i);
		const void *none = NULL;

		if (__atomic_compare_exchange_n(&class->lock, &none, lock, false, __ATOMIC_ACQ_REL,
						__ATOMIC_RELAXED) ||
		    none == lock)
			return class;
	}
	__atomic_fetch_add(&untracked, 1, __ATOMIC_RELAXED);
	return NULL;
}

void lockdep_forget(const void *lock)
{
	struct lock_usage *class = classes ? find_class(lock) : NULL;

	if (!class)
		return;
	WRITE_ONCE(*lockdep_quiet_slot(lock), NULL);
	for (int read = 0; read < 2; read++) {
		WRITE_ONCE(class->used[read], 0);
		WRITE_ONCE(class->enabled[read], 0);
	}
	class->asked = class->nr_gains = 0;
	for (size_t i = 0; i < ARRAY_SIZE(class->gains); i++)
		WRITE_ONCE(class->gains[i].bits, 0);
	__atomic_store_n(&class->lock, NULL, __ATOMIC_RELEASE);
}

/* --- marks ----------------------------------------------------------------- */

/* Kernel: save_trace(). */
static void save_trace(struct lock_usage *class, u64 bits, bool used, bool read, bool softirq,
		       const void *caller)
{
	u32 i = __atomic_fetch_add(&class->nr_gains, 1, __ATOMIC_RELAXED);
	struct stacktrace st;
	struct gain *gain;

	if (i >= ARRAY_SIZE(class->gains))
		return;
	gain = &class->gains[i];
	stacktrace_save(&st, kmemu_opts.stack_depth, caller);
	gain->stack = stack_depot_save(st.entries, st.nr);
	gain->used = used;
	gain->read = read;
	gain->softirq = softirq;
	__atomic_store_n(&gain->bits, bits, __ATOMIC_RELEASE);
}

static const struct gain *find_gain(const struct lock_usage *class, u64 bit, bool used, u32 reads)
{
	for (size_t i = 0; i < ARRAY_SIZE(class->gains); i++) {
		const struct gain *gain = &class->gains[i];

		if (__atomic_load_n(&gain->bits, __ATOMIC_ACQUIRE) & bit && gain->used == used &&
		    reads >> gain->read & 1)
			return gain;
	}
	return NULL;
}

/* The kernel's names of the four states are made of these (lock_text.c). */
static void print_usage_bug(const struct lock_usage *class, u64 bit, bool used, bool read,
			    const struct lock_usage_of_class *before, const struct context *c,
			    const void *caller)
{
	const struct raise *own = context_find_lock(class->lock);
	struct report_context facts;
	struct report r = { .kind = REPORT_INCONSISTENT_LOCK_STATE, .func = "lock",
			    .caller = caller, .context = &facts };

	context_facts(c, &facts);
	facts.lock = class->lock;
	facts.taken = own ? own->kind : RAISE_SPIN;
	facts.other = before->stack;
	facts.other_signo = bit & API_BITS ? 0 : (u8)fls64(bit);
	facts.in_handler = used;
	facts.softirq = used ? c->why.kind == RAISE_SOFTIRQ : before->softirq;
	facts.read = read;
	facts.other_read = before->read;
	report_submit(&r);
}

/* Of the lock itself. */
static struct lock_usage_of_class usage_before(const struct lock_usage *class, u64 bit, bool used,
					       bool read)
{
	/* A reader here goes with writers there only. */
	const struct gain *other = find_gain(class, bit, !used, read ? 1 : 3);

	if (!other)
		return (struct lock_usage_of_class){ 0 };
	return (struct lock_usage_of_class){ other->stack, other->read, other->softirq, true };
}

/* Kernel: mark_lock(). What is new of the API's interrupts is told to the class as well. */
static void mark(struct lock_usage *class, u64 bits, bool used, bool read, const struct context *c,
		 const void *caller)
{
	u64 *mine = used ? class->used : class->enabled;
	u64 *other = used ? class->enabled : class->used;
	u64 news = bits & ~__atomic_fetch_or(&mine[read], bits, __ATOMIC_SEQ_CST);
	struct lock_usage_of_class before = { 0 };
	u64 wrong = 0, both;

	if (!news)
		return;
	save_trace(class, news, used, read, c->why.kind == RAISE_SOFTIRQ, caller);
	for (u64 api = news & API_BITS; api; api &= api - 1) {
		struct lock_usage_of_class b =
			lock_mark_usage(class->lock, api & API_HARDIRQ, !used, read, caller);

		if (b.is && !wrong) {
			wrong = api & -api;
			before = b;
		}
	}
	both = __atomic_load_n(&other[0], __ATOMIC_SEQ_CST);
	if (!read)
		both |= __atomic_load_n(&other[1], __ATOMIC_SEQ_CST);
	both &= news;
	if (both) {
		wrong = both & -both;
		before = usage_before(class, wrong, used, read);
	}
	if (wrong)
		print_usage_bug(class, wrong, used, read, &before, c, caller);
}

/* --- in a handler ---------------------------------------------------------- */

static bool is_interrupt(const struct raise *r)
{
	return r->kind == RAISE_HARDIRQ || r->kind == RAISE_SOFTIRQ || r->kind == RAISE_NMI;
}

/* The newest interrupt that is raised, as a bit; 0: none. */
static u64 interrupt_bit(const struct raise *r)
{
	if (!is_interrupt(r))
		return 0;
	if (r->signo)
		return 1UL << (r->signo - 1);
	return r->kind == RAISE_SOFTIRQ ? API_SOFTIRQ : API_HARDIRQ;
}

static u64 newest_interrupt(void)
{
	const struct context_stack *s = context_mine;

	for (int i = s ? (int)READ_ONCE(s->nr) - 2 : -1; i >= 0; i--) /* the last is the lock */
		if (is_interrupt(&s->raises[i]))
			return interrupt_bit(&s->raises[i]);
	return 0;
}

/* --- with it enabled ------------------------------------------------------- */

static u64 api_enabled(void)
{
	if (context_irqs_disabled())
		return 0;
	if (context_preempt_count() & SOFTIRQ_MASK)
		return API_HARDIRQ;
	return API_HARDIRQ | API_SOFTIRQ;
}

/*
 * A handler may have been taken away. handled keeps its bit all the same: a child of
 * vfork, which has actions of its own, takes away none of its parent's.
 */
static u64 still_handled(u64 signals)
{
	u64 gone = 0;

	for (u64 left = signals; left; left &= left - 1)
		if (!os_signal_is_handled((int)fls64(left & -left)))
			gone |= left & -left;
	return signals & ~gone;
}

static u64 enabled_now(u64 wanted, unsigned int flags)
{
	u64 api = wanted & API_BITS, signals = wanted & ~api;

	if (flags & LOCK_API) {
		api &= api_enabled();
		if (context_irqs_disabled())
			return api;
	} else {
		api = 0;
	}
	return signals ? still_handled(signals & ~os_signals_blocked()) | api : api;
}

/* Kernel: mark_usage(). */
static __noinline void mark_usage(struct lock_usage *class, u64 interrupt, u64 wanted,
				  unsigned int flags, const void *caller)
{
	bool read = flags & LOCK_READ;
	u64 enabled = enabled_now(wanted, flags);
	struct context c;

	if (wanted & ~API_BITS)
		class->asked++;
	if (!interrupt && !enabled)
		return;
	if (!context_in_scope(caller))
		return;
	context_look(&c, class->lock);
	if (enabled)
		mark(class, enabled, false, read, &c, caller);
	if (interrupt && is_interrupt(&c.why))
		mark(class, interrupt, true, read, &c, caller);
}

/* A handler that is installed meanwhile finds it, or is found. */
static void note_quiet(const struct lock_usage *class)
{
	const void **slot = lockdep_quiet_slot(class->lock);

	__atomic_store_n(slot, class->lock, __ATOMIC_SEQ_CST);
	if (__atomic_load_n(&handled, __ATOMIC_SEQ_CST) & ~class->enabled[0])
		WRITE_ONCE(*slot, NULL);
}

void __lock_acquired(const void *lock, unsigned int flags, const void *caller)
{
	struct lock_usage *class = classes ? find_class(lock) : NULL;
	unsigned int read = flags & LOCK_READ ? 1 : 0;
	u64 interrupt, wanted;

	if (!classes)
		return;
	if (unlikely(!class))
		class = register_class(lock);
	if (!class)
		return;
	wanted = READ_ONCE(handled) | (flags & LOCK_API ? API_BITS : 0);
	wanted &= ~READ_ONCE(class->enabled[read]);
	if (!wanted && !read)
		note_quiet(class);
	interrupt = flags & LOCK_TRY ? 0 : newest_interrupt() & ~READ_ONCE(class->used[read]);
	if (wanted & ~API_BITS && class->asked > ASK_ALWAYS &&
	    class->asked++ % ASK_EVERY)
		wanted &= API_BITS; /* these are known without the system */
	if (!(wanted & ~API_BITS) && wanted)
		wanted &= api_enabled();
	if (unlikely(wanted || interrupt))
		mark_usage(class, interrupt, wanted, flags, caller);
}
