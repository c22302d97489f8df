/*
 * preempt.h - where a thread is: what forbids it to sleep (kernel:
 * include/linux/preempt.h, and what task_struct has of it). preempt.c has the
 * theory.
 */
#pragma once

#include "core/os/compiler.h"

/* Bits of preempt_count: as the kernel's. */
#define PREEMPT_OFFSET	       0x1u
#define SOFTIRQ_OFFSET	       0x100u
#define SOFTIRQ_DISABLE_OFFSET 0x200u
#define HARDIRQ_OFFSET	       0x10000u
#define NMI_OFFSET	       0x100000u
#define PREEMPT_MASK	       0xffu
#define SOFTIRQ_MASK	       0xff00u
#define HARDIRQ_MASK	       0xf0000u
#define NMI_MASK	       0xf00000u

/* current->flags: include/linux/sched.h. */
#define PF_MEMALLOC	 0x00000800u
#define PF_MEMALLOC_NOFS 0x00040000u
#define PF_MEMALLOC_NOIO 0x00080000u
#define PF_MEMALLOC_PIN	 0x10000000u

enum raise_kind {
	RAISE_NONE, /* not there, or being written */
	RAISE_DROPPED, /* dropped while newer ones were there */
	RAISE_HARDIRQ, /* a signal handler, irq_enter() */
	RAISE_SOFTIRQ, /* a timer's signal handler, a softirq by the API */
	RAISE_NMI,
	RAISE_SPIN, /* spin_lock(), pthread_spin_lock() */
	RAISE_RAW_SPIN,
	RAISE_MUTEX, /* context.locks=spin+mutex */
	RAISE_RWLOCK, /* context.locks=spin+mutex+rwlock; read_lock() */
	RAISE_SLEEP_MUTEX, /* <linux/mutex.h>'s: kept while it is held, forbids nothing */
	RAISE_RWSEM, /* the same of <linux/rwsem.h>'s */
	RAISE_MAP, /* the same of a struct lockdep_map, which is a lock to lockdep alone */
	RAISE_SRCU, /* the same of srcu_read_lock(); no order is kept of it */
	RAISE_RCU_BH, /* rcu_read_lock_bh(), for lockdep: RAISE_BH is there, too */
	RAISE_RCU_SCHED, /* rcu_read_lock_sched(), and RAISE_PREEMPT */
	RAISE_PREEMPT, /* preempt_disable() */
	RAISE_BH, /* local_bh_disable() */
	RAISE_IRQS_OFF, /* local_irq_save() */
	RAISE_RCU, /* rcu_read_lock() */
	RAISE_NON_BLOCK, /* non_block_start() */
	RAISE_IGNORE, /* <kmemu/annotate.h>: nothing is a finding */
	/* Never kept, found where they are: see core/check/context.c. */
	RAISE_FUNCTION, /* context.functions */
	RAISE_SCHED, /* context.sched */
	RAISE_SIGMASK, /* context.sigmask */
	NR_RAISE_KINDS
};

/* What raised a context, where and when. */
struct raise {
	union {
		struct {
			u8 kind; /* enum raise_kind; written last: handlers see whole ones */
			union {
				u8 signo; /* of a handler */
				u8 how; /* of a lock: LOCK_* of core/check/lock.h */
			};
			bool by_handler; /* a signal handler's: it ends with its frame */
			u8 vforks; /* in how many vfork children, one in another's, it was raised */
		};
		u32 head; /* these four, written at once */
	};
	bool by_function; /* context.functions names the one around pc; never of a kept one */
	unsigned long sp; /* the stack pointer where it was raised */
	const void *what; /* the lock, or the handler */
	const void *pc; /* return address of who raised it; a handler's: what it interrupted */
	/*
	 * The alternate stack that a handler runs on, or 0. alt_lo of a lock: its address, if
	 * that its memory was freed is told; else whatever was there.
	 */
	unsigned long alt_lo, alt_hi;
};

#define RAISES_MAX  48 /* lockdep's MAX_LOCK_DEPTH */
#define RAISES_ROOM 32 /* from here on room is looked for, so that handlers find some */

/*
 * What is raised on one stack. A thread has one from its first raise on; with
 * swapcontext there is one for each stack.
 */
#define CONTEXT_IN_STATE (1u << 31) /* the thread's state is not TASK_RUNNING, maybe */

struct context_stack {
	u32 nr; /* of raises[]; those from nr on are RAISE_NONE */
	u32 lost; /* raises that found no room and were not dropped yet; CONTEXT_IN_STATE */
	u32 owner; /* tid, 0: free */
	u32 has_released; /* released[] is to be looked at; in a vfork child always */
	u32 crowded; /* a handler found no room: entries are not moved */
	u32 away; /* it was switched from, or is about to be: stack pointers say nothing */
	u32 nr_vforks; /* that are under way */
	u32 rests; /* kernel code waits here, whatever is raised: nobody need wait for it */
	unsigned long lo, hi; /* bounds given to makecontext; 0: a thread's own stack */
	u64 handlers, sections; /* struct context_counts; never reset */
	const void *released[4]; /* locks of this stack's that others released; written by them */
	struct raise raises[RAISES_MAX];
};

/*
 * Not 0: something is raised on this thread, maybe. The one test of hot paths;
 * reached from assembly (interpose/calls_x86_64.S).
 */
extern __hidden __thread u32 context_hint __initial_exec;
extern __hidden __thread struct context_stack *context_mine __initial_exec;
/* current->flags: PF_MEMALLOC and its kin. */
extern __hidden __thread u32 current_flags __initial_exec;
/*
 * Not 0: a context may be there that no raise tells of (context.functions,
 * context.sched, context.sigmask): hot paths look closer always.
 */
extern __hidden u32 context_always;

/* True: nothing forbids this thread to sleep. */
static __always_inline bool context_is_task(void)
{
	return likely(!(context_hint | READ_ONCE(context_always)));
}

/*
 * Raises a context; pops nothing. False: there was no memory or no room, which
 * is counted. Any context.
 */
bool context_raise(const struct raise *r);
/*
 * Drops the newest raise of `kind` on `what` (NULL: any). False: there is none.
 * *found, when not NULL, gets a copy of it.
 */
bool context_drop(enum raise_kind kind, const void *what, struct raise *found);
/* The newest one of the kind on what (NULL: any), or NULL. Valid until it is dropped. */
const struct raise *context_find(enum raise_kind kind, const void *what);

/* A signal handler runs, maybe one that was left unseen. Any context. */
bool context_in_handler(void);
/* Something of these kinds is raised: a bit (1 << kind) each. Any context. */
bool context_has(u32 kinds);

/*
 * The thread has set its state, to TASK_RUNNING (false) or another: hot paths look
 * closer until it is that again. Who wakes it does not tell.
 */
void context_set_in_state(bool in_state);
/* Something that may sleep is called in such a state: tells it, if it still is. NULL: never set. */
extern void (*context_sleeps_in_state)(const char *func, const void *caller);

static inline bool context_in_state(void)
{
	return context_mine && READ_ONCE(context_mine->lost) & CONTEXT_IN_STATE;
}

/* Nothing of what makes hot paths look closer forbids to sleep: no walk is needed. Any context. */
bool context_may_sleep(void);

/* --- what others look at: other threads' stacks ----------------------------- */

/*
 * Calls fn for each stack in use but the calling thread's, until it says false. The
 * owner goes on meanwhile.
 */
void context_for_each_other(bool (*fn)(const struct context_stack *c, void *arg), void *arg);
/* As context_has() of another thread's stack, without handlers of signals; not one that rests. */
bool context_has_on(const struct context_stack *c, u32 kinds);

/* Around a wait of kernel code's, which in a context that is raised is a mistake. */
static inline void context_rests(bool begins)
{
	if (unlikely(context_hint) && context_mine)
		__atomic_store_n(&context_mine->rests, begins, __ATOMIC_RELEASE);
}

/* --- locks, which are raised most often and seen by other threads ---------- */

/* What counts as a spinlock: others may look for it, and may have released it. */
static inline bool raise_is_lock(u32 kind)
{
	return kind >= RAISE_SPIN && kind <= RAISE_SRCU;
}

/* An interrupt of ours, whose function pc is. */
static inline bool raise_is_callback(const struct raise *r)
{
	return r->kind > RAISE_DROPPED && !r->by_handler && r->pc && r->what == r->pc;
}

/* Who holds it may sleep, unless something else forbids it. */
static inline bool raise_may_sleep(u32 kind)
{
	return kind >= RAISE_SLEEP_MUTEX && kind <= RAISE_RCU_SCHED;
}

bool __context_raise_lock(enum raise_kind kind, u8 how, const void *lock, const void *pc,
			  unsigned long sp);
bool __context_drop_lock(enum raise_kind kind, const void *lock);

/* A handler on this thread sees what is before, before what is behind. */
static __always_inline void context_order(void)
{
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
}

/* By shifts: bytes that are written one by one and read as one word are waited for. */
static __always_inline u32 raise_head(enum raise_kind kind, u8 how)
{
	if (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__)
		return (u32)kind << 24 | (u32)how << 16;
	return (u32)kind | (u32)how << 8;
}

/* As context_raise(), for what no handler ends. */
static __always_inline bool context_raise_lock(enum raise_kind kind, u8 how, const void *lock,
					       const void *pc, unsigned long sp)
{
	struct context_stack *c = context_mine;
	struct raise *to;
	u32 n;

	if (unlikely(!c))
		return __context_raise_lock(kind, how, lock, pc, sp);
	n = READ_ONCE(c->nr);
	if (unlikely(n >= RAISES_ROOM || READ_ONCE(c->has_released)))
		return __context_raise_lock(kind, how, lock, pc, sp);
	WRITE_ONCE(c->sections, c->sections + 1);
	to = &c->raises[n];
	WRITE_ONCE(c->nr, n + 1);
	WRITE_ONCE(context_hint, 1);
	context_order();
	WRITE_ONCE(to->what, lock);
	WRITE_ONCE(to->pc, pc);
	to->sp = sp;
	context_order();
	WRITE_ONCE(to->head, raise_head(kind, how));
	return true;
}

/* Drops the newest raise, if that is the lock's and nothing stands in the way. */
static __always_inline bool context_drop_newest(enum raise_kind kind, const void *lock)
{
	struct context_stack *c = context_mine;
	struct raise *last;
	u32 n;

	n = c ? READ_ONCE(c->nr) : 0;
	if (unlikely(!n || READ_ONCE(c->has_released)))
		return false;
	last = &c->raises[n - 1];
	if (unlikely(last->what != lock || last->kind != kind ||
		     (n > 1 && last[-1].kind == RAISE_DROPPED)))
		return false;
	__atomic_store_n(&last->kind, RAISE_NONE, __ATOMIC_RELEASE);
	context_order();
	WRITE_ONCE(c->nr, n - 1);
	WRITE_ONCE(context_hint, (n - 1) | READ_ONCE(c->lost));
	return true;
}

/* As context_drop(), of the newest on that lock. */
static __always_inline bool context_drop_lock(enum raise_kind kind, const void *lock)
{
	return likely(context_drop_newest(kind, lock)) || __context_drop_lock(kind, lock);
}

/*
 * The stack, not this one, on which the lock was taken, and a copy of the entry.
 * NULL: none that is known.
 */
struct context_stack *context_holder(const void *lock, struct raise *found);
/* This stack's newest entry of the lock, of whatever kind; NULL: none. */
const struct raise *context_find_lock(const void *lock);
/* The lock that it holds will be released by this thread: its entry goes when it next looks. */
void context_release(struct context_stack *holder, const void *lock);
/* Drops what others released. Before raises are looked at. */
void __context_settle(void);

static __always_inline void context_settle(void)
{
	if (context_mine && unlikely(READ_ONCE(context_mine->has_released)))
		__context_settle();
}

/* --- handlers -------------------------------------------------------------- */

void __context_leave_handler(unsigned long sp);

/* As the newest of what is raised: the n-th. */
static __always_inline void raise_put(struct context_stack *c, u32 n, const struct raise *r)
{
	struct raise *to = &c->raises[n];

	WRITE_ONCE(c->nr, n + 1);
	WRITE_ONCE(context_hint, 1);
	context_order();
	to->signo = r->signo;
	WRITE_ONCE(to->by_handler, r->by_handler);
	to->vforks = (u8)c->nr_vforks;
	to->sp = r->sp;
	WRITE_ONCE(to->what, r->what);
	WRITE_ONCE(to->pc, r->pc);
	to->alt_lo = r->alt_lo;
	to->alt_hi = r->alt_hi;
	context_order();
	WRITE_ONCE(to->kind, r->kind);
}

/*
 * As context_raise(), for a handler on a stack where nothing else is raised: who
 * comes straight from the kernel finds neither code nor data in the caches, so
 * there are few lines of both. False: something is, maybe.
 */
static __always_inline bool context_raise_handler(const struct raise *r)
{
	struct context_stack *c = context_mine;

	if (unlikely(!c) || unlikely(READ_ONCE(c->nr)))
		return false;
	c->handlers++;
	c->crowded = 0;
	raise_put(c, 0, r);
	return true;
}

/* The handler that raised at sp is left, and what handlers deeper than it raised for themselves. */
static __always_inline void context_leave_handler(unsigned long sp)
{
	struct context_stack *c = context_mine;
	struct raise *first;

	if (unlikely(!c))
		return;
	first = &c->raises[0];
	if (unlikely(READ_ONCE(c->nr) != 1 || !first->by_handler || first->sp != sp ||
		     first->kind <= RAISE_DROPPED)) {
		__context_leave_handler(sp);
		return;
	}
	__atomic_store_n(&first->kind, RAISE_NONE, __ATOMIC_RELEASE);
	context_order();
	c->crowded = 0;
	WRITE_ONCE(c->nr, 0);
	WRITE_ONCE(context_hint, READ_ONCE(c->lost));
}

/* An exception goes through the frame of the newest handler. */
void context_unwind_handler(void);
/* The stack pointer is set to sp (longjmp): handlers that this leaves are gone. */
void context_jump(unsigned long sp);

/* --- stacks -------------------------------------------------------------- */

/* The context of the stack that runs now, for swapcontext; NULL: never raised. */
struct context_stack *context_swap(struct context_stack *to);
/* Around a switch from the stack that c (NULL: no context) belongs to. */
void context_switch_from(struct context_stack *c);
void context_switch_back(struct context_stack *c);
/* Nothing is raised on it yet: for a stack that makecontext got. NULL: no memory. */
struct context_stack *context_stack_new(unsigned long lo, unsigned long hi);
void context_stack_free(struct context_stack *c);
/* What is raised on the stack that libc gave this thread; NULL: never raised. */
struct context_stack *context_stack_of_thread(void);

/* The thread ends: its context is free again. What is still raised was looked at before. */
void context_thread_exit(void);
/* Called at a thread's first raise, in whatever context; NULL: nobody wants it. */
extern void (*context_thread_begins)(void);
/*
 * Something may be raised from now on: called before a stack gets its first raise, in
 * whatever context, and again; NULL: nobody wants it.
 */
extern void (*context_may_come)(void);
/* In a fork child, before os_tid_reset(): the other threads are gone. */
void context_fork_child(void);
/* Around vfork: what the child raised is not the parent's. */
void context_vfork_enter(void);
void context_vfork_leave(void);

/* Raises since the start, for the line of coverage. */
struct context_counts {
	u64 handlers; /* handlers that were entered */
	u64 sections; /* spinlocks and the like that were taken, and what the API raised */
};
void context_counts_read(struct context_counts *c);
