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
 * returns, so the word is changed to the new tid and the lock stays taken. As
 * a thread holds at most one lock of each rank outside of prepare, one mask
 * and one pointer (for the nodes, of which there is one for each cache) tell
 * which these are.
 *
 * The log's lock is another matter: printk never waits for it, as its owner
 * may have left by siglongjmp, so prepare does not either. The child resets it.
 *
 * The caller blocks signals from prepare to parent or child, so that no handler
 * comes to fork or to allocate while all locks are taken. The drain lock comes
 * first and keeps other threads' forks out, so what prepare notes is static.
 *
 * Cost: an uncontended compare-and-swap and an exchange for each lock.
 */
#include "core/init/fork.h"

#include "core/init/init.h"
#include "core/lib/printk.h"
#include "core/mm/slab.h"
#include "core/os/os.h"

#define LOG_TRIES 100

static u32 taken; /* ranks whose lock prepare took */
static kmemu_lock_t *own_node; /* a node's lock that was this thread's own */

static void take(kmemu_lock_t *lock)
{
	if (spin_lock_wait(lock))
		taken |= 1U << lock->rank;
}

static void take_nodes(void)
{
	struct kmem_cache *s;

	list_for_each_entry(s, &slab_caches, list)
		if (!spin_lock_wait(&s->node.list_lock))
			own_node = &s->node.list_lock;
}

static void take_log(void)
{
	int i;

	for (i = 0; i < LOG_TRIES; i++) {
		if (spin_trylock(&log_lock)) {
			taken |= 1U << LOCK_LOG;
			return;
		}
		os_yield();
	}
}

void kmemu_fork_prepare(void)
{
	kmemu_init(); /* so that no child is born into the middle of it */
	percpu_fork_prepare();
	taken = 0;
	own_node = NULL;
	take(&vmap_lock);
	take(&slab_mutex);
	take_nodes();
	take(&zone_lock);
	take_log();
}

static void release(kmemu_lock_t *lock)
{
	if (taken & 1U << lock->rank)
		spin_unlock(lock);
}

static void release_nodes(void)
{
	struct kmem_cache *s;

	list_for_each_entry(s, &slab_caches, list)
		if (&s->node.list_lock != own_node)
			spin_unlock(&s->node.list_lock);
}

static void release_all(void)
{
	release(&log_lock);
	release(&zone_lock);
	release_nodes();
	release(&slab_mutex);
	release(&vmap_lock);
}

void kmemu_fork_parent(void)
{
	release_all();
	percpu_fork_parent();
}

/* The interrupted owner goes on with the lock, under its new name. */
static void rename_owner(kmemu_lock_t *lock)
{
	if (lock && !(taken & 1U << lock->rank))
		__atomic_store_n(&lock->word, os_tid(), __ATOMIC_RELEASE);
}

void kmemu_fork_child(void)
{
	os_tid_reset();
	release_all();
	rename_owner(&zone_lock);
	rename_owner(own_node);
	rename_owner(&slab_mutex);
	rename_owner(&vmap_lock);
	if (!(taken & 1U << LOCK_LOG))
		spin_lock_reset(&log_lock);
	percpu_fork_child();
}
