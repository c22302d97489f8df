/*
 * preempt.c - what is raised on a thread (kernel: preempt_count, and
 * kernel/locking/lockdep.c's held_locks).
 *
 * The kernel has a number, preempt_count, raised and lowered in pairs that
 * nothing can skip. Programs skip: a handler is left by siglongjmp or by an
 * exception, a stack is left by swapcontext. A number that missed one lowering
 * is wrong for ever. So each raise is kept as an entry that tells where it was
 * made; preempt_count is their sum (core/check/context.c). An entry of a handler
 * ends with the handler's frame and is dropped by whoever notices first: the
 * return, a longjmp, an unwinder, the next handler at the same place, or the
 * walk over the stack before anything is said. A lock that was taken stays
 * taken over longjmp, as the lock itself does.
 *
 * A context belongs to a stack: swapcontext takes the entries with it.
 *
 * Entries are written and read by one thread and the handlers on it. A handler
 * may come between any two instructions, raises above what it finds, and drops
 * that before it returns. Hence:
 *   raise:	nr first, then the fields, the kind last
 *   drop:	the kind first, then nr
 *   order:	an entry that is not the newest becomes RAISE_DROPPED and goes when
 *		all above it are gone; one that is being written is RAISE_NONE and stays
 *
 * A lock may be released by another thread than took it. The other one may not
 * touch the entry, which its owner may just be using again; it leaves the lock's
 * address in released[], and the owner drops the entry when it raises, drops or
 * looks next. It cannot take the same lock again without seeing that, since the
 * address is left before the lock is.
 *
 * A vfork child works on its parent's entries, raises its own and may drop those
 * of the parent, whose lock it releases. So its own carry a mark (vforks) and go
 * when the parent runs again; where they stand says nothing.
 *
 * Threads end without telling (a raw clone's). When all stacks are in use those
 * of threads that are gone are used again, before more are mapped.
 *
 * Locks that sleep (<linux/mutex.h>) have entries as well, which count for nothing but
 * as locks that are held.
 *
 * A state other than TASK_RUNNING forbids nothing, but what sleeps in it is a mistake:
 * a bit beside the number of those that are lost keeps the hot paths away.
 *
 * Invariants: raises[i].kind == RAISE_NONE for i >= nr; context_hint != 0 when nr
 * or lost are not 0.
 *
 * Locks: none. Memory: 27 stacks in 64 KiB, mapped with the first raise; never
 * unmapped, used again. Cost: a raise and its drop are some 30 instructions;
 * nothing without.
 */
#include "core/lib/preempt.h"

#include "core/os/files.h"
#include "core/os/os.h"

#define CHUNK_BYTES (64UL << 10)
#define HAS_RELEASED 1u /* bits of has_released */
#define IN_VFORK     2u /* the short ways do not know it */
#define SWEPT	    ~0u /* an owner's tid: sweep() is about to free it */

struct context_chunk {
	struct context_chunk *next;
	struct context_stack stacks[];
};
#define STACKS_PER_CHUNK \
	((CHUNK_BYTES - sizeof(struct context_chunk)) / sizeof(struct context_stack))

__thread u32 context_hint __initial_exec;
__thread struct context_stack *context_mine __initial_exec;
__thread u32 current_flags __initial_exec;
u32 context_always;

void (*context_thread_begins)(void);
void (*context_may_come)(void);
void (*context_sleeps_in_state)(const char *func, const void *caller);

static struct context_chunk *chunks;

static void set_hint(const struct context_stack *c)
{
	WRITE_ONCE(context_hint, c ? READ_ONCE(c->nr) | READ_ONCE(c->lost) : 0);
}

/* --- stacks -------------------------------------------------------------- */

static struct context_stack *claim_in(struct context_chunk *chunk, u32 tid)
{
	for (size_t i = 0; i < STACKS_PER_CHUNK; i++) {
		struct context_stack *c = &chunk->stacks[i];
		u32 nobody = 0;

		if (!READ_ONCE(c->owner) &&
		    __atomic_compare_exchange_n(&c->owner, &nobody, tid, false, __ATOMIC_ACQUIRE,
						__ATOMIC_RELAXED))
			return c;
	}
	return NULL;
}

static struct context_stack *claim_new(u32 tid)
{
	struct context_chunk *chunk = os_map_any(CHUNK_BYTES);

	if (!chunk)
		return NULL;
	chunk->stacks[0].owner = tid;
	chunk->next = READ_ONCE(chunks);
	while (!__atomic_compare_exchange_n(&chunks, &chunk->next, chunk, false, __ATOMIC_RELEASE,
					    __ATOMIC_RELAXED))
		;
	return &chunk->stacks[0];
}

/* Stacks of threads that are gone are free again. Those of makecontext may be switched to. */
static bool sweep(void)
{
	struct context_chunk *chunk = __atomic_load_n(&chunks, __ATOMIC_ACQUIRE);
	bool found = false;

	for (; chunk; chunk = chunk->next) {
		for (size_t i = 0; i < STACKS_PER_CHUNK; i++) {
			struct context_stack *c = &chunk->stacks[i];
			u32 tid = READ_ONCE(c->owner);

			if (!tid || tid == SWEPT || c->hi || os_thread_exists(tid))
				continue;
			if (!__atomic_compare_exchange_n(&c->owner, &tid, SWEPT, false,
							 __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
				continue;
			context_stack_free(c);
			found = true;
		}
	}
	return found;
}

static struct context_stack *claim_mapped(u32 tid)
{
	struct context_chunk *chunk = __atomic_load_n(&chunks, __ATOMIC_ACQUIRE);
	struct context_stack *c = NULL;

	for (; chunk && !c; chunk = chunk->next)
		c = claim_in(chunk, tid);
	return c;
}

static struct context_stack *claim(void)
{
	u32 tid = os_tid();
	struct context_stack *c;

	if (context_may_come)
		context_may_come();
	c = claim_mapped(tid);
	/* A vfork child has another process's threads: nothing can be asked of them. */
	if (!c && os_thread_exists(tid) && sweep())
		c = claim_mapped(tid);
	return c ? c : claim_new(tid);
}

/* Nothing is raised on it any more. */
static void clear(struct context_stack *c)
{
	for (u32 i = 0; i < RAISES_MAX; i++)
		WRITE_ONCE(c->raises[i].kind, RAISE_NONE);
	c->lost = 0;
	c->nr_vforks = c->crowded = c->away = c->rests = 0;
	c->lo = c->hi = 0;
	for (u32 i = 0; i < ARRAY_SIZE(c->released); i++)
		WRITE_ONCE(c->released[i], NULL);
	WRITE_ONCE(c->has_released, 0);
	WRITE_ONCE(c->nr, 0);
}

void context_stack_free(struct context_stack *c)
{
	clear(c);
	__atomic_store_n(&c->owner, 0, __ATOMIC_RELEASE);
}

/* The stack of this thread's that begins at lo; 0: the one that libc gave it. */
static struct context_stack *find_stack(unsigned long lo)
{
	struct context_chunk *chunk = __atomic_load_n(&chunks, __ATOMIC_ACQUIRE);
	u32 tid = os_tid();

	for (; chunk; chunk = chunk->next)
		for (size_t i = 0; i < STACKS_PER_CHUNK; i++)
			if (READ_ONCE(chunk->stacks[i].owner) == tid && chunk->stacks[i].lo == lo)
				return &chunk->stacks[i];
	return NULL;
}

struct context_stack *context_stack_of_thread(void)
{
	return find_stack(0);
}

struct context_stack *context_stack_new(unsigned long lo, unsigned long hi)
{
	struct context_stack *c = find_stack(lo);

	if (c)
		clear(c);
	else
		c = claim();

	if (c) {
		c->lo = lo;
		c->hi = hi;
	}
	return c;
}

/* This thread's, made if there is none; a handler may come first. */
static __noinline struct context_stack *make_mine(void)
{
	struct context_stack *c = claim(), *none = NULL;

	if (!c)
		return NULL;
	if (__atomic_compare_exchange_n(&context_mine, &none, c, false, __ATOMIC_RELAXED,
					__ATOMIC_RELAXED)) {
		if (context_thread_begins)
			context_thread_begins();
		return c;
	}
	context_stack_free(c);
	return context_mine;
}

struct context_stack *context_swap(struct context_stack *to)
{
	struct context_stack *from = context_mine;

	if (to)
		WRITE_ONCE(to->owner, os_tid()); /* coroutines wander */
	WRITE_ONCE(context_mine, to);
	set_hint(to);
	return from;
}

/*
 * A handler that comes between the switch itself and who notes it runs on the other
 * stack, and raises on this one. It must not take handlers that wait here for left.
 */
void context_switch_from(struct context_stack *c)
{
	if (c)
		WRITE_ONCE(c->away, 1);
	context_order();
}

void context_switch_back(struct context_stack *c)
{
	context_swap(c);
	context_order();
	if (c)
		WRITE_ONCE(c->away, 0);
}

void context_thread_exit(void)
{
	struct context_stack *c = context_swap(NULL);

	if (c)
		context_stack_free(c);
}

/* --- dropping ------------------------------------------------------------ */

/*
 * Takes entries off the end that were dropped before. A handler may do the same
 * before an entry is NONE; behind that it goes no further.
 */
static void trim(struct context_stack *c)
{
	u32 n;

	for (;;) {
		n = READ_ONCE(c->nr);
		if (!n || READ_ONCE(c->raises[n - 1].kind) != RAISE_DROPPED)
			break;
		WRITE_ONCE(c->raises[n - 1].kind, RAISE_NONE);
		context_order();
		if (READ_ONCE(c->nr) == n)
			WRITE_ONCE(c->nr, n - 1);
	}
	if (!n)
		c->crowded = 0;
}

static void drop(struct context_stack *c, u32 i)
{
	__atomic_store_n(&c->raises[i].kind, RAISE_DROPPED, __ATOMIC_RELEASE);
	trim(c);
	set_hint(c);
}

static int find(const struct context_stack *c, enum raise_kind kind, const void *what)
{
	int i;

	for (i = c ? (int)READ_ONCE(c->nr) - 1 : -1; i >= 0; i--)
		if (c->raises[i].kind == kind && (!what || c->raises[i].what == what))
			break;
	return i;
}

const struct raise *context_find(enum raise_kind kind, const void *what)
{
	int i = find(context_mine, kind, what);

	return i < 0 ? NULL : &context_mine->raises[i];
}

bool context_in_handler(void)
{
	const struct context_stack *c = context_mine;

	for (u32 i = 0; c && i < READ_ONCE(c->nr); i++)
		if (c->raises[i].by_handler && c->raises[i].kind > RAISE_DROPPED)
			return true;
	return false;
}

bool context_has(u32 kinds)
{
	const struct context_stack *c = context_mine;

	for (u32 i = 0; c && i < READ_ONCE(c->nr); i++)
		if (c->raises[i].kind > RAISE_DROPPED && kinds & 1U << c->raises[i].kind)
			return true;
	return false;
}

bool context_may_sleep(void)
{
	const struct context_stack *c = context_mine;

	if (READ_ONCE(context_always) || (c && READ_ONCE(c->lost) & ~CONTEXT_IN_STATE))
		return false;
	for (u32 i = 0; c && i < READ_ONCE(c->nr); i++)
		if (c->raises[i].kind > RAISE_DROPPED && !raise_may_sleep(c->raises[i].kind))
			return false;
	return true;
}

bool context_has_on(const struct context_stack *c, u32 kinds)
{
	u32 nr = __atomic_load_n(&c->rests, __ATOMIC_ACQUIRE) ? 0 : READ_ONCE(c->nr);

	for (u32 i = 0; i < min(nr, RAISES_MAX); i++) {
		u32 kind = __atomic_load_n(&c->raises[i].kind, __ATOMIC_ACQUIRE);

		if (kind > RAISE_DROPPED && kinds & 1U << kind &&
		    !READ_ONCE(c->raises[i].by_handler))
			return true;
	}
	return false;
}

void context_for_each_other(bool (*fn)(const struct context_stack *c, void *arg), void *arg)
{
	struct context_chunk *chunk = __atomic_load_n(&chunks, __ATOMIC_ACQUIRE);

	for (; chunk; chunk = chunk->next) {
		for (size_t i = 0; i < STACKS_PER_CHUNK; i++) {
			const struct context_stack *c = &chunk->stacks[i];

			if (c != context_mine && READ_ONCE(c->owner) && !fn(c, arg))
				return;
		}
	}
}

bool context_drop(enum raise_kind kind, const void *what, struct raise *found)
{
	struct context_stack *c = context_mine;
	int i = find(c, kind, what);

	if (i < 0) {
		if (!c || !(c->lost & ~CONTEXT_IN_STATE))
			return false;
		c->lost--; /* one of those that were not kept, likely */
		set_hint(c);
		if (found)
			*found = (struct raise){ .kind = (u8)kind, .what = what };
		return true;
	}
	if (found)
		*found = c->raises[i];
	drop(c, (u32)i);
	return true;
}

/* --- the state ---------------------------------------------------------- */

void context_set_in_state(bool in_state)
{
	struct context_stack *c = context_mine;

	if (!c && in_state)
		c = make_mine();
	if (!c)
		return;
	__atomic_fetch_and(&c->lost, ~CONTEXT_IN_STATE, __ATOMIC_RELAXED);
	if (in_state)
		__atomic_fetch_or(&c->lost, CONTEXT_IN_STATE, __ATOMIC_RELAXED);
	set_hint(c);
}

/* --- locks --------------------------------------------------------------- */

static int find_lock(const struct context_stack *c, const void *lock)
{
	int i;

	for (i = min((int)READ_ONCE(c->nr), RAISES_MAX) - 1; i >= 0; i--)
		if (READ_ONCE(c->raises[i].what) == lock &&
		    raise_is_lock(READ_ONCE(c->raises[i].kind)))
			break;
	return i;
}

const struct raise *context_find_lock(const void *lock)
{
	int i = context_mine ? find_lock(context_mine, lock) : -1;

	return i < 0 ? NULL : &context_mine->raises[i];
}

static struct context_stack *holder_in(struct context_chunk *chunk, const void *lock,
				       struct raise *found)
{
	for (size_t n = 0; n < STACKS_PER_CHUNK; n++) {
		struct context_stack *c = &chunk->stacks[n];
		int i;

		if (c == context_mine || !READ_ONCE(c->owner))
			continue;
		i = find_lock(c, lock);
		if (i < 0)
			continue;
		*found = (struct raise){ .kind = READ_ONCE(c->raises[i].kind), .what = lock,
					 .pc = READ_ONCE(c->raises[i].pc) };
		if (find_lock(c, lock) >= 0) /* it was one all the time */
			return c;
	}
	return NULL;
}

struct context_stack *context_holder(const void *lock, struct raise *found)
{
	struct context_chunk *chunk = __atomic_load_n(&chunks, __ATOMIC_ACQUIRE);
	struct context_stack *c = NULL;

	for (; chunk && !c; chunk = chunk->next)
		c = holder_in(chunk, lock, found);
	return c;
}

void context_release(struct context_stack *holder, const void *lock)
{
	for (size_t i = 0; i < ARRAY_SIZE(holder->released); i++) {
		const void *none = NULL;

		if (__atomic_compare_exchange_n(&holder->released[i], &none, lock, false,
						__ATOMIC_RELEASE, __ATOMIC_RELAXED))
			break;
	}
	__atomic_fetch_or(&holder->has_released, HAS_RELEASED, __ATOMIC_RELEASE);
}

void __context_settle(void)
{
	struct context_stack *c = context_mine;

	__atomic_fetch_and(&c->has_released, ~HAS_RELEASED, __ATOMIC_SEQ_CST);
	for (size_t n = 0; n < ARRAY_SIZE(c->released); n++) {
		const void *lock = __atomic_exchange_n(&c->released[n], NULL, __ATOMIC_ACQ_REL);
		int i = lock ? find_lock(c, lock) : -1;

		if (i >= 0)
			drop(c, (u32)i);
	}
}

__noinline bool __context_drop_lock(enum raise_kind kind, const void *lock)
{
	context_settle();
	return context_drop(kind, lock, NULL);
}

/* --- handlers ------------------------------------------------------------ */

static bool on_alt(const struct raise *r, unsigned long sp)
{
	return sp >= r->alt_lo && sp < r->alt_hi;
}

/*
 * Running at sp, is the handler's frame gone? Where that can't be told it is not:
 * sp lies on alt's alternate stack, and it does not.
 */
static bool is_left(const struct raise *r, unsigned long sp, const struct raise *alt)
{
	if (alt && !on_alt(alt, r->sp))
		return false;
	if (on_alt(r, r->sp) != on_alt(r, sp))
		return on_alt(r, r->sp);
	return r->sp < sp;
}

/*
 * Handlers are nested: the newest that is still there keeps all below it. With a
 * handler went who it had interrupted, who may have been writing an entry: without
 * that the entry would stay NONE, and nothing below it would ever be trimmed.
 * jumps: all that is above is left.
 */
static void drop_left(struct context_stack *c, unsigned long sp, const struct raise *alt,
		      bool jumps)
{
	bool left = jumps;

	if (READ_ONCE(c->away))
		return;
	for (int i = (int)READ_ONCE(c->nr) - 1; i >= 0; i--) {
		const struct raise *r = &c->raises[i];

		if (r->kind == RAISE_NONE && left)
			WRITE_ONCE(c->raises[i].kind, RAISE_DROPPED);
		if (!r->by_handler || r->kind <= RAISE_DROPPED)
			continue;
		if (!is_left(r, sp, alt))
			break;
		WRITE_ONCE(c->raises[i].kind, RAISE_DROPPED);
		left = true;
	}
	trim(c);
	set_hint(c);
}

/* The newest handler that runs on the alternate stack where sp is; NULL: none. */
static const struct raise *find_alt(const struct context_stack *c, unsigned long sp)
{
	for (int i = (int)READ_ONCE(c->nr) - 1; i >= 0; i--) {
		const struct raise *r = &c->raises[i];

		if (r->by_handler && r->kind > RAISE_DROPPED && on_alt(r, sp))
			return r;
	}
	return NULL;
}

void context_jump(unsigned long sp)
{
	struct context_stack *c = context_mine;

	if (c)
		drop_left(c, sp, find_alt(c, sp), true);
}

__noinline void __context_leave_handler(unsigned long sp)
{
	struct context_stack *c = context_mine;
	int n = c ? (int)READ_ONCE(c->nr) : 0, i;

	for (i = n - 1; i >= 0; i--)
		if (c->raises[i].by_handler && c->raises[i].sp == sp &&
		    c->raises[i].kind > RAISE_DROPPED)
			break;
	if (i < 0)
		return;
	for (int k = i; k < n; k++)
		if (c->raises[k].by_handler)
			WRITE_ONCE(c->raises[k].kind, RAISE_DROPPED);
	trim(c);
	set_hint(c);
}

void context_unwind_handler(void)
{
	struct context_stack *c = context_mine;

	for (int i = c ? (int)READ_ONCE(c->nr) - 1 : -1; i >= 0; i--) {
		if (c->raises[i].by_handler && c->raises[i].kind > RAISE_DROPPED) {
			drop(c, (u32)i);
			return;
		}
	}
}

/* --- raising ------------------------------------------------------------- */

static bool may_move(const struct context_stack *c)
{
	if (c->crowded)
		return false;
	for (u32 i = 0; i < c->nr; i++)
		if (c->raises[i].by_handler || c->raises[i].kind == RAISE_NONE)
			return false;
	return true;
}

/*
 * Takes out what was dropped in the middle. Not while a handler runs, which may
 * have interrupted who is writing an entry; and none may come, or leave, meanwhile.
 */
static __noinline void compact(struct context_stack *c)
{
	u64 mask = os_signals_block();
	u32 to = 0;

	for (u32 i = 0; may_move(c) && i < c->nr; i++)
		if (c->raises[i].kind > RAISE_DROPPED)
			c->raises[to++] = c->raises[i];
	if (to) {
		for (u32 i = to; i < c->nr; i++)
			c->raises[i].kind = RAISE_NONE;
		c->nr = to;
	}
	os_signals_restore(mask);
}

static __noinline __cold bool is_full(struct context_stack *c, const struct raise *r)
{
	if (r->by_handler)
		c->crowded = 1; /* it runs, and no entry tells; its end will not be noticed */
	else
		c->lost++;
	set_hint(c);
	return true;
}

bool context_raise(const struct raise *r)
{
	struct context_stack *c = context_mine;

	if (unlikely(!c)) {
		c = make_mine();
		if (!c)
			return false;
	}
	if (r->by_handler) {
		c->handlers++;
		/* A frame at the very place is gone as well. */
		drop_left(c, r->sp + 1, on_alt(r, r->sp) ? r : NULL, false);
	} else if (!raise_may_sleep(r->kind)) {
		c->sections++;
	}
	if (unlikely(c->nr >= RAISES_ROOM) && !r->by_handler)
		compact(c);
	if (unlikely(c->nr == RAISES_MAX) && is_full(c, r))
		return false;
	raise_put(c, c->nr, r);
	return true;
}

__noinline bool __context_raise_lock(enum raise_kind kind, u8 how, const void *lock,
				     const void *pc, unsigned long sp)
{
	struct raise r = { .kind = (u8)kind, .how = how, .what = lock, .pc = pc, .sp = sp };

	context_settle();
	return context_raise(&r);
}

/* --- processes ----------------------------------------------------------- */

void context_fork_child(void)
{
	u32 before = os_tid(), now = (u32)os_pid();

	for (struct context_chunk *chunk = chunks; chunk; chunk = chunk->next) {
		for (size_t i = 0; i < STACKS_PER_CHUNK; i++) {
			struct context_stack *c = &chunk->stacks[i];

			if (c->owner == before)
				c->owner = now;
			else if (c->owner && !c->hi)
				context_stack_free(c);
		}
	}
}

void context_vfork_enter(void)
{
	struct context_stack *c = context_mine;

	if (!c)
		return;
	c->nr_vforks++;
	__atomic_fetch_or(&c->has_released, IN_VFORK, __ATOMIC_RELAXED);
}

/*
 * In the parent. The lock that a child took is locked, but it is not ours. What the
 * child dropped of what was there before is gone, so entries have moved down.
 */
void context_vfork_leave(void)
{
	struct context_stack *c = context_mine;
	bool all;

	if (!c)
		return;
	all = !c->nr_vforks; /* the child made it */
	if (all || !--c->nr_vforks)
		__atomic_fetch_and(&c->has_released, ~IN_VFORK, __ATOMIC_RELAXED);
	for (u32 i = 0; i < c->nr; i++)
		if (all || c->raises[i].vforks > c->nr_vforks)
			c->raises[i].kind = RAISE_DROPPED;
	trim(c);
	set_hint(c);
}

void context_counts_read(struct context_counts *counts)
{
	struct context_chunk *chunk = __atomic_load_n(&chunks, __ATOMIC_ACQUIRE);

	*counts = (struct context_counts){ 0, 0 };
	for (; chunk; chunk = chunk->next) {
		for (size_t i = 0; i < STACKS_PER_CHUNK; i++) {
			counts->handlers += READ_ONCE(chunk->stacks[i].handlers);
			counts->sections += READ_ONCE(chunk->stacks[i].sections);
		}
	}
}
