/*
 * lock.h - the internal lock. A spinlock in the kernel's sense cannot be had
 * in user space (a SCHED_FIFO thread would spin for ever on a lock whose
 * owner it keeps off the CPU), so spin_lock() here spins briefly and then
 * waits on a futex. The word holds the owner's tid and, in the top bit, that
 * somebody waits.
 *
 * What differs from the kernel's spin_lock: it may fail. A signal handler
 * that interrupted the owner on its own thread would wait for itself; it gets
 * false and takes a way without the lock. Every caller that can run in a
 * handler looks at the answer.
 *
 * Ranks: a thread takes locks only in rising rank, and releases them in the
 * reverse order. A request that breaks the rule comes from a handler that
 * interrupted a holder; it never waits but gets false. The order is that of
 * fork's prepare too (core/init/fork.c).
 *
 * Cost: one compare-and-swap to lock, one exchange to unlock; no system call
 * without contention.
 */
#pragma once

#include "core/os/compiler.h"

enum lock_rank {
	LOCK_INIT, /* the first call */
	LOCK_DRAIN, /* stops and empties all per-CPU slots */
	LOCK_DMA_DEBUG, /* mappings for devices (kernel: hash_bucket.lock) */
	LOCK_SWIOTLB, /* bounce buffers */
	LOCK_DMA_POOL, /* dma_pools (kernel: pool->lock) */
	LOCK_VMAP, /* vmalloc areas */
	LOCK_SLAB_MUTEX, /* list of caches (kernel: slab_mutex) */
	LOCK_NODE, /* a cache's node: partial list and barn (n->list_lock) */
	LOCK_PERCPU, /* per-CPU memory (kernel: pcpu_lock) */
	LOCK_SHRINKER, /* the list of shrinkers (kernel: shrinker_mutex) */
	LOCK_ZONE, /* zone->lock: buddy lists of all zones */
	LOCK_LOCKDEP, /* classes of locks and their order (kernel: lockdep_lock) */
	LOCK_REPORT, /* report de-duplication */
	LOCK_LOG, /* log output */
	NR_LOCK_RANKS
};

typedef struct {
	u32 word; /* 0 free; else owner's tid, top bit: waiters */
	u32 rank; /* enum lock_rank */
	u32 outer; /* ranks that the owner held before; the owner's */
} kmemu_lock_t;

#define KMEMU_LOCK_INIT(r) { .word = 0, .rank = (r) }

/*
 * False when the calling thread owns the lock, or interrupted itself while it
 * held a lock of this or a higher rank and the lock is not free (see above).
 */
bool spin_lock(kmemu_lock_t *lock);
/* The same, but only the own lock is refused: for fork, which takes many. */
bool spin_lock_wait(kmemu_lock_t *lock);
bool spin_trylock(kmemu_lock_t *lock);
void spin_unlock(kmemu_lock_t *lock);
bool spin_is_mine(const kmemu_lock_t *lock);
/* Bit for each rank that this thread holds, or was about to take. */
u32 spin_held_ranks(void);
/* In a fork child: free again whatever the dead threads held. */
void spin_lock_reset(kmemu_lock_t *lock);
