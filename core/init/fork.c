/*
 * fork.c - a fork's child gets a copy of the heap and of one thread. What other
 * threads were doing in the heap at that moment would stay half done for ever,
 * so prepare takes every lock, in rank order (enum lock_rank), and both sides
 * release them. The kernel has no such problem: dup_mmap() copies user memory
 * only.
 *
 * Sequences need no lock here. While the kernel copies the page tables, a
 * thread whose page was copied already stops at its next write to it until the
 * fork is over, so the child sees a prefix of what each thread wrote, in its
 * order; and a push or pop takes effect by its one last store. An object that
 * a thread held at that moment is the child's to leak, as with any allocator.
 *
 * In the child the thread has a new tid, and lock words are tids. The locks
 * that prepare took are released as in the parent. A lock that prepare could
 * not take was this thread's own: fork was called in a signal handler that
 * interrupted the allocator. Its owner goes on in the child when the handler
 * returns, so the word is changed to the new tid and the lock stays taken.
 *
 * The log's lock is another matter: printk never waits for it, as its owner
 * may have left by siglongjmp, so prepare does not either. The child resets it.
 *
 * Forks nest when a handler interrupts prepare and forks: then prepare finds
 * locks that are its own thread's. forks[] keeps which fork took what. The
 * drain lock, which percpu_fork_prepare takes first, keeps other threads' forks
 * away from it meanwhile.
 *
 * Cost: an uncontended compare-and-swap and an exchange for each lock.
 */
#include "core/init/fork.h"

#include "core/lib/printk.h"
#include "core/mm/mm.h"
#include "core/mm/slab.h"
#include "core/os/os.h"
#include "core/os/percpu.h"

#define MAX_NESTED 4
#define LOG_TRIES 100

enum { TOOK_VMAP = 1, TOOK_ZONE = 2, TOOK_LOG = 4 };

static u32 forks[MAX_NESTED]; /* TOOK_* of each fork under way, innermost last */
static u32 depth;

static u32 take(kmemu_lock_t *lock, u32 flag)
{
	return spin_lock(lock) ? flag : 0;
}

static u32 take_log(void)
{
	int i;

	for (i = 0; i < LOG_TRIES; i++) {
		if (spin_trylock(&log_lock))
			return TOOK_LOG;
		os_yield();
	}
	return 0;
}

void kmemu_fork_prepare(void)
{
	u32 took;

	percpu_fork_prepare();
	took = take(&vmap_lock, TOOK_VMAP);
	slab_fork_lock();
	took |= take(&zone_lock, TOOK_ZONE);
	took |= take_log();
	if (depth < MAX_NESTED)
		forks[depth] = took;
	depth++;
}

static u32 took_last(void)
{
	depth--;
	return depth < MAX_NESTED ? forks[depth] : 0;
}

void kmemu_fork_parent(void)
{
	u32 took = took_last();

	if (took & TOOK_LOG)
		spin_unlock(&log_lock);
	if (took & TOOK_ZONE)
		spin_unlock(&zone_lock);
	slab_fork_unlock();
	if (took & TOOK_VMAP)
		spin_unlock(&vmap_lock);
	percpu_fork_parent();
}

/* took: ours, released; else the interrupted owner's, under its new name. */
static void release_in_child(kmemu_lock_t *lock, bool took)
{
	if (took)
		spin_unlock(lock);
	else
		__atomic_store_n(&lock->word, os_tid(), __ATOMIC_RELEASE);
}

void kmemu_fork_child(void)
{
	u32 took = took_last();

	os_tid_reset();
	if (took & TOOK_LOG)
		spin_unlock(&log_lock);
	else
		spin_lock_reset(&log_lock);
	release_in_child(&zone_lock, took & TOOK_ZONE);
	slab_fork_child();
	release_in_child(&vmap_lock, took & TOOK_VMAP);
	percpu_fork_child();
}
