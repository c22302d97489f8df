/* SPDX-License-Identifier: MIT */
/*
 * locks.h - what threads wait for: mutexes, reader-writer semaphores, semaphores,
 * completions, wait queues (kernel: kernel/locking/mutex.c, rwsem.c, semaphore.c,
 * kernel/sched/completion.c, wait.c). <linux/mutex.h>, <linux/rwsem.h>,
 * <linux/completion.h>, <linux/wait.h> are thin names over these.
 *
 * What may sleep is judged (option context=) by every call, whether it would have
 * waited this time or not. KMEMU_LOCK_SET_UP is unlocked (0: see context.h); a wait
 * queue must be initialized. interruptible and killable: -EINTR when a signal
 * (signal.h) ended the wait, -ERESTARTSYS of a completion's. _nested: as of
 * kmemu_spin_lock_nested() in context.h.
 *
 * Different from the kernel: a mutex wakes waiters in no order, a reader of a
 * semaphore passes a writer that waits.
 */
#ifndef KMEMU_LOCKS_H
#define KMEMU_LOCKS_H

#include "context.h"
#include "sched.h"
#include "types.h"
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

struct kmemu_mutex {
	unsigned int word; /* owner's tid, top bit: somebody waits */
};
void kmemu_mutex_lock(struct kmemu_mutex *lock);
void kmemu_mutex_lock_nested(struct kmemu_mutex *lock, unsigned int subclass);
int kmemu_mutex_lock_interruptible(struct kmemu_mutex *lock);
int kmemu_mutex_lock_killable(struct kmemu_mutex *lock);
int kmemu_mutex_lock_interruptible_nested(struct kmemu_mutex *lock, unsigned int subclass);
int kmemu_mutex_lock_killable_nested(struct kmemu_mutex *lock, unsigned int subclass);
int kmemu_mutex_trylock(struct kmemu_mutex *lock); /* 1: taken; process context only */
void kmemu_mutex_unlock(struct kmemu_mutex *lock);
void kmemu_mutex_destroyed(const struct kmemu_mutex *lock); /* while locked: the WARN */

struct mutex {
	union {
		struct kmemu_mutex lock;
		struct lockdep_map dep_map;
	};
};

/* spinlock_t. */
struct spinlock {
	union {
		struct kmemu_spinlock rlock;
		struct lockdep_map dep_map;
	};
};

#define KMEMU_RWSEM_WRITER 0x40000000u
struct kmemu_rwsem {
	unsigned int word; /* readers, or a bit for the writer; a bit for who waits */
};
struct rw_semaphore {
	union {
		struct kmemu_rwsem sem;
		struct lockdep_map dep_map;
	};
};
void kmemu_down_read(struct kmemu_rwsem *sem);
void kmemu_down_read_nested(struct kmemu_rwsem *sem, unsigned int subclass);
int kmemu_down_read_interruptible(struct kmemu_rwsem *sem);
int kmemu_down_read_killable(struct kmemu_rwsem *sem);
int kmemu_down_read_killable_nested(struct kmemu_rwsem *sem, unsigned int subclass);
int kmemu_down_read_trylock(struct kmemu_rwsem *sem);
void kmemu_up_read(struct kmemu_rwsem *sem);
void kmemu_down_read_non_owner(struct kmemu_rwsem *sem); /* another thread may release it */
void kmemu_up_read_non_owner(struct kmemu_rwsem *sem);
void kmemu_down_write(struct kmemu_rwsem *sem);
void kmemu_down_write_nested(struct kmemu_rwsem *sem, unsigned int subclass);
int kmemu_down_write_killable(struct kmemu_rwsem *sem);
int kmemu_down_write_killable_nested(struct kmemu_rwsem *sem, unsigned int subclass);
int kmemu_down_write_trylock(struct kmemu_rwsem *sem);
void kmemu_up_write(struct kmemu_rwsem *sem);
void kmemu_downgrade_write(struct kmemu_rwsem *sem);

struct kmemu_semaphore {
	unsigned int count;
	unsigned int set_up; /* KMEMU_LOCK_SET_UP; else it is told once, with checks on */
};
void kmemu_down(struct kmemu_semaphore *sem);
int kmemu_down_interruptible(struct kmemu_semaphore *sem);
int kmemu_down_killable(struct kmemu_semaphore *sem);
int kmemu_down_trylock(struct kmemu_semaphore *sem); /* 0: taken, 1: not; any context */
int kmemu_down_timeout(struct kmemu_semaphore *sem, long timeout); /* jiffies; -ETIME */
void kmemu_up(struct kmemu_semaphore *sem); /* any context */

struct kmemu_completion {
	unsigned int done; /* waits that need not wait; ~0: all */
	unsigned int set_up; /* as a semaphore's */
};
#define KMEMU_COMPLETION_INIT { 0, KMEMU_LOCK_SET_UP }
void kmemu_complete(struct kmemu_completion *x); /* these two: any context */
void kmemu_complete_all(struct kmemu_completion *x);
void kmemu_wait_for_completion(struct kmemu_completion *x);
int kmemu_wait_for_completion_interruptible(struct kmemu_completion *x);
int kmemu_wait_for_completion_killable(struct kmemu_completion *x);
/* Jiffies left, at least 1; 0: the time was up; or -ERESTARTSYS. */
unsigned long kmemu_wait_for_completion_timeout(struct kmemu_completion *x, unsigned long timeout);
long kmemu_wait_for_completion_interruptible_timeout(struct kmemu_completion *x,
						     unsigned long timeout);
long kmemu_wait_for_completion_killable_timeout(struct kmemu_completion *x,
						unsigned long timeout);
int kmemu_try_wait_for_completion(struct kmemu_completion *x);
int kmemu_completion_done(struct kmemu_completion *x);

/*
 * Wait queues. An entry's func is called with the queue's lock held and interrupts
 * off. wake_up: mode is a mask of task states, nr the exclusive waiters that are
 * woken (0: all); any context.
 */
struct kmemu_wait_queue {
	struct kmemu_spinlock lock;
	struct list_head head;
};

struct kmemu_wait_entry {
	unsigned int flags; /* KMEMU_WQ_FLAG_EXCLUSIVE */
	void *private_data; /* the task */
	int (*func)(struct kmemu_wait_entry *entry, unsigned int mode, int flags, void *key);
	struct list_head entry;
};

#define KMEMU_WQ_FLAG_EXCLUSIVE 0x01u

void kmemu_add_wait_queue(struct kmemu_wait_queue *q, struct kmemu_wait_entry *entry);
void kmemu_add_wait_queue_exclusive(struct kmemu_wait_queue *q, struct kmemu_wait_entry *entry);
void kmemu_remove_wait_queue(struct kmemu_wait_queue *q, struct kmemu_wait_entry *entry);
void kmemu_prepare_to_wait(struct kmemu_wait_queue *q, struct kmemu_wait_entry *entry, int state);
/* true: the entry went into an empty queue. */
bool kmemu_prepare_to_wait_exclusive(struct kmemu_wait_queue *q, struct kmemu_wait_entry *entry,
				      int state);
/* 0; -ERESTARTSYS and off the queue: a signal is pending that ends a sleep in that state. */
long kmemu_prepare_to_wait_event(struct kmemu_wait_queue *q, struct kmemu_wait_entry *entry,
				 int state);
void kmemu_finish_wait(struct kmemu_wait_queue *q, struct kmemu_wait_entry *entry);
/* How many exclusive entries were woken. */
int kmemu_wake_up(struct kmemu_wait_queue *q, unsigned int mode, int nr, void *key);
/* The caller has the queue's lock, as a spinlock with interrupts off. */
void kmemu_wake_up_locked(struct kmemu_wait_queue *q, unsigned int mode, int nr, void *key);
int kmemu_default_wake_function(struct kmemu_wait_entry *entry, unsigned int mode, int flags,
				void *key);
int kmemu_autoremove_wake_function(struct kmemu_wait_entry *entry, unsigned int mode, int flags,
				   void *key);
int kmemu_woken_wake_function(struct kmemu_wait_entry *entry, unsigned int mode, int flags,
			      void *key);
long kmemu_wait_woken(struct kmemu_wait_entry *entry, unsigned int mode, long timeout);
/* One of many: for waits by an address (kernel/sched/wait_bit.c). */
struct kmemu_wait_queue *kmemu_var_waitqueue(const void *p);
/* For wait_event(): schedule() whose caller was judged already; the jiffies left. */
long kmemu_wait_schedule(long timeout);
/* An array of locks of one class, kvmalloc()ed; 0 or -ENOMEM (lib/bucket_locks.c). */
int kmemu_alloc_bucket_spinlocks(struct kmemu_spinlock **locks, unsigned int *lock_mask,
				 size_t max_size, unsigned int cpu_mult, unsigned int gfp,
				 const char *name, const void *key);
void kmemu_free_bucket_spinlocks(struct kmemu_spinlock *locks);
/* might_sleep() that says which function may sleep; func must stay. */
void kmemu_might_sleep_in(const char *func);

#ifdef __cplusplus
}
#endif

#endif /* KMEMU_LOCKS_H */
