/*
 * wait.c - wait queues (kernel: kernel/sched/wait.c).
 *
 * The protocol is the kernel's: an entry is on the list before its task's state is
 * set, so that a waker that comes later finds it, and one that came before has
 * made the condition true that is looked at next. An entry's function is called
 * under the queue's lock with interrupts off, and is what wakes; so a function of
 * the program's own runs in atomic context, as it would there.
 *
 * Locks: the queue's own, a spinlock. Signals are blocked meanwhile, since a
 * handler may wake the same queue. Cost: a wake-up of an empty queue is one
 * look at it.
 */
#include "core/check/lock.h"
#include "core/kernel/task.h"

#define WOKEN 0x02u /* WQ_FLAG_WOKEN */
/* Who has it already, or never set the queue up, waits for ever, and is told. */
static __noinline u64 wait_for_queue(struct kmemu_wait_queue *q, u64 mask, const void *caller)
{
	u32 tid = os_tid(), owner = word_owner(&q->lock.word);

	if (likely(owner != tid && (!owner || os_thread_exists(owner)))) {
		word_lock(&q->lock.word, tid);
		return mask;
	}
	os_signals_restore(mask); /* that end it */
	if (owner == tid)
		lock_may_wait(RAISE_SPIN, &q->lock, "wake_up", caller);
	else
		lock_check_owner(&q->lock.word, SPIN_BUG, caller);
	word_wait(&q->lock.word, tid);
	return os_signals_block();
}

static u64 lock_queue(struct kmemu_wait_queue *q, const void *caller)
{
	u64 mask;

	lock_check_set_up(&q->lock.word, SPIN_BUG, caller);
	mask = os_signals_block();
	if (unlikely(!word_try(&q->lock.word, os_tid())))
		mask = wait_for_queue(q, mask, caller);
	if (unlikely(!q->head.next)) /* nobody set it up, which was told */
		INIT_LIST_HEAD(&q->head);
	return mask;
}

static void unlock_queue(struct kmemu_wait_queue *q, u64 mask)
{
	word_unlock(&q->lock.word);
	os_signals_restore(mask);
}

KMEMU_EXPORT void kmemu_add_wait_queue(struct kmemu_wait_queue *q, struct kmemu_wait_entry *entry)
{
	u64 mask = lock_queue(q, CALLER);

	entry->flags &= ~KMEMU_WQ_FLAG_EXCLUSIVE;
	list_add(&entry->entry, &q->head);
	unlock_queue(q, mask);
}

KMEMU_EXPORT void kmemu_add_wait_queue_exclusive(struct kmemu_wait_queue *q,
						 struct kmemu_wait_entry *entry)
{
	u64 mask = lock_queue(q, CALLER);

	entry->flags |= KMEMU_WQ_FLAG_EXCLUSIVE;
	list_add_tail(&entry->entry, &q->head);
	unlock_queue(q, mask);
}

KMEMU_EXPORT void kmemu_remove_wait_queue(struct kmemu_wait_queue *q,
					  struct kmemu_wait_entry *entry)
{
	u64 mask = lock_queue(q, CALLER);

	list_del_init(&entry->entry);
	unlock_queue(q, mask);
}

/* True: it was put into an empty queue. */
static bool prepare(struct kmemu_wait_queue *q, struct kmemu_wait_entry *entry, u32 state,
		    bool exclusive)
{
	u64 mask = lock_queue(q, CALLER);
	bool first = false;

	if (exclusive)
		entry->flags |= KMEMU_WQ_FLAG_EXCLUSIVE;
	else
		entry->flags &= ~KMEMU_WQ_FLAG_EXCLUSIVE;
	if (list_empty(&entry->entry)) {
		first = list_empty(&q->head);
		if (exclusive)
			list_add_tail(&entry->entry, &q->head);
		else
			list_add(&entry->entry, &q->head);
	}
	kmemu_set_current_state(state);
	unlock_queue(q, mask);
	return first;
}

KMEMU_EXPORT void kmemu_prepare_to_wait(struct kmemu_wait_queue *q, struct kmemu_wait_entry *entry,
					int state)
{
	prepare(q, entry, (u32)state, false);
}

KMEMU_EXPORT bool kmemu_prepare_to_wait_exclusive(struct kmemu_wait_queue *q,
						   struct kmemu_wait_entry *entry, int state)
{
	return prepare(q, entry, (u32)state, true);
}

/* Kernel: a signal before a wake-up; one that finds none takes the entry off. */
KMEMU_EXPORT long kmemu_prepare_to_wait_event(struct kmemu_wait_queue *q,
					      struct kmemu_wait_entry *entry, int state)
{
	u64 mask;

	if (!task_signalled(task_current(), (u32)state)) {
		prepare(q, entry, (u32)state, entry->flags & KMEMU_WQ_FLAG_EXCLUSIVE);
		return 0;
	}
	mask = lock_queue(q, CALLER);
	list_del_init(&entry->entry);
	unlock_queue(q, mask);
	return -ERESTARTSYS_;
}

KMEMU_EXPORT void kmemu_finish_wait(struct kmemu_wait_queue *q, struct kmemu_wait_entry *entry)
{
	u64 mask;

	kmemu_set_current_state(KMEMU_TASK_RUNNING);
	/* Always: a waker may still be using the entry that it took off. */
	mask = lock_queue(q, CALLER);
	if (!list_empty(&entry->entry))
		list_del_init(&entry->entry);
	unlock_queue(q, mask);
}

/* --- waking ---------------------------------------------------------------- */

KMEMU_EXPORT int kmemu_default_wake_function(struct kmemu_wait_entry *entry, unsigned int mode,
					     int flags, void *key)
{
	(void)flags;
	(void)key;
	return task_wake(task_of(entry->private_data), mode);
}

KMEMU_EXPORT int kmemu_autoremove_wake_function(struct kmemu_wait_entry *entry, unsigned int mode,
						int flags, void *key)
{
	int woken = kmemu_default_wake_function(entry, mode, flags, key);

	if (woken)
		list_del_init(&entry->entry);
	return woken;
}

KMEMU_EXPORT int kmemu_woken_wake_function(struct kmemu_wait_entry *entry, unsigned int mode,
					   int flags, void *key)
{
	__atomic_fetch_or(&entry->flags, WOKEN, __ATOMIC_SEQ_CST);
	return kmemu_default_wake_function(entry, mode, flags, key);
}

KMEMU_EXPORT long kmemu_wait_woken(struct kmemu_wait_entry *entry, unsigned int mode, long timeout)
{
	might_schedule("wait_woken", CALLER);
	kmemu_set_current_state(mode);
	if (!(__atomic_load_n(&entry->flags, __ATOMIC_SEQ_CST) & WOKEN))
		timeout = kmemu_wait_schedule(timeout);
	kmemu_set_current_state(KMEMU_TASK_RUNNING);
	__atomic_fetch_and(&entry->flags, ~WOKEN, __ATOMIC_SEQ_CST);
	return timeout;
}

/* Kernel: __wake_up_common(). A negative answer ends it. How many of nr it did not wake. */
static int wake_all(struct kmemu_wait_queue *q, u32 mode, int nr, void *key)
{
	struct list_head *at = q->head.next, *next;

	for (; at != &q->head; at = next) {
		struct kmemu_wait_entry *entry = container_of(at, struct kmemu_wait_entry, entry);
		u32 flags = entry->flags;
		int woken;

		next = at->next;
		woken = entry->func(entry, mode, 0, key);
		if (woken < 0 || (woken && flags & KMEMU_WQ_FLAG_EXCLUSIVE && !--nr))
			break;
	}
	return nr;
}

KMEMU_EXPORT int kmemu_wake_up(struct kmemu_wait_queue *q, unsigned int mode, int nr, void *key)
{
	struct raise off = { .kind = RAISE_IRQS_OFF, .sp = CALLER_SP, .pc = CALLER };
	struct raise held = { .kind = RAISE_SPIN, .what = q, .sp = CALLER_SP, .pc = CALLER };
	bool irqs_off, spins;
	int left;
	u64 mask = lock_queue(q, CALLER);

	irqs_off = context_raise(&off);
	spins = context_raise(&held);
	left = wake_all(q, mode, nr, key);
	if (spins)
		context_drop(RAISE_SPIN, q, NULL);
	if (irqs_off)
		context_drop(RAISE_IRQS_OFF, NULL, NULL);
	unlock_queue(q, mask);
	return nr - left;
}

/* The caller has the queue's lock. */
KMEMU_EXPORT void kmemu_wake_up_locked(struct kmemu_wait_queue *q, unsigned int mode, int nr,
				       void *key)
{
	wake_all(q, mode, nr, key);
}

/* Kernel: bit_waitqueue(), __var_waitqueue(). */
KMEMU_EXPORT struct kmemu_wait_queue *kmemu_var_waitqueue(const void *p)
{
	static struct kmemu_wait_queue queues[256];
	struct kmemu_wait_queue *q = &queues[((uintptr_t)p * 0x61c8864680b583ebUL) >> 56];

	unlock_queue(q, lock_queue(q, kmemu_var_waitqueue)); /* which sets it up */
	return q;
}
