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
 * fork may be called in a signal handler that interrupted the allocator, then
 * some locks are this thread's own already. They stay so on both sides, since
 * their holder goes on when the handler returns; as lock words are tids, and
 * the child has a new one, they are renamed there. A thread holds at most one
 * lock of a rank outside of prepare, so a mask of ranks and one pointer (there
 * is a node for each cache) tell which they are. And what another thread holds
 * can't be waited for if its rank is not above those: its holder may wait for
 * ours. Then prepare is patient for a while and goes on without it. In the
 * child, where its holder does not exist, the lock is freed and what it guarded
 * may be half done: in the child of a program with threads, forked in a
 * handler, POSIX allows no malloc, and this is the best that can be had.
 *
 * The log's lock is never waited for, as in printk: its owner may have left by
 * siglongjmp. Nor are those of reports (report.c, symbols.c), which their own
 * functions free in the child.
 *
 * The caller blocks signals from prepare to parent or child, so that no handler
 * comes to fork or to allocate while all locks are taken. The drain lock comes
 * first and keeps other threads' forks out, so what prepare notes is static.
 *
 * Where kernel code runs, its lists have locks that are words (__own_mutex,
 * __own_word). They have no ranks, and who has a mutex may sleep or wait for
 * another, so each is tried for a while and gone without; they come before the
 * heap's, which are taken under them. Another lock keeps other threads' forks out
 * of these. What lies in objects of the program's (a worker's lock) is not known.
 *
 * A heap that is not there yet stays so: its start waits for the fork.
 *
 * Cost: an uncontended compare-and-swap and an exchange for each lock.
 */
#include "core/init/fork.h"

#include "core/check/lock_class.h"
#include "core/init/init.h"
#include "core/kernel/dma/direct.h"
#include "core/lib/preempt.h"
#include "core/lib/printk.h"
#include "core/lib/word_lock.h"
#include "core/mm/pcpu.h"
#include "core/mm/shrinker.h"
#include "core/mm/slab.h"
#include "core/os/os.h"
#include "core/report/report.h"
#include "core/report/run.h"

#define PATIENCE 1000 /* tries with a yield between, some milliseconds */

static u32 held_ranks; /* this thread's before prepare; not 0 in a handler */
static u32 own_ranks; /* of the locks that were this thread's before prepare */
static const kmemu_lock_t *own_node; /* of these, the node's */

/* All locks but the drain lock, in rank order. */
static void for_each_lock(void (*fn)(kmemu_lock_t *lock))
{
	struct kmem_cache *s;

	fn(&dma_debug_lock);
	fn(&swiotlb_lock);
	fn(&dma_pool_lock);
	fn(&vmap_lock);
	fn(&slab_mutex);
	list_for_each_entry(s, &slab_caches, list)
		fn(&s->node.list_lock);
	fn(&pcpu_lock);
	fn(&shrinker_lock);
	fn(&zone_lock);
	fn(&lockdep_lock);
	fn(&log_lock);
}

/* The reverse: an unlock restores what its thread held before the lock. */
static void for_each_lock_reverse(void (*fn)(kmemu_lock_t *lock))
{
	struct list_head *at;

	fn(&log_lock);
	fn(&lockdep_lock);
	fn(&zone_lock);
	fn(&shrinker_lock);
	fn(&pcpu_lock);
	for (at = slab_caches.prev; at != &slab_caches; at = at->prev)
		fn(&container_of(at, struct kmem_cache, list)->node.list_lock);
	fn(&slab_mutex);
	fn(&vmap_lock);
	fn(&dma_pool_lock);
	fn(&swiotlb_lock);
	fn(&dma_debug_lock);
}

/* Asked before it is taken; the nodes' only under slab_mutex. */
static bool note_own(const kmemu_lock_t *lock)
{
	if (!spin_is_mine(lock))
		return false;
	own_ranks |= 1U << lock->rank;
	if (lock->rank == LOCK_NODE)
		own_node = lock;
	return true;
}

static bool is_own(const kmemu_lock_t *lock)
{
	if (lock->rank == LOCK_NODE)
		return lock == own_node;
	return own_ranks & 1U << lock->rank;
}

static void take(kmemu_lock_t *lock)
{
	int i;

	if (note_own(lock))
		return;
	if (lock->rank != LOCK_LOG && !(held_ranks >> lock->rank)) {
		spin_lock_wait(lock);
		return;
	}
	for (i = 0; i < PATIENCE && !spin_trylock(lock); i++)
		os_yield();
}

static void release(kmemu_lock_t *lock)
{
	if (!is_own(lock) && spin_is_mine(lock))
		spin_unlock(lock);
}

/* What is still taken: by the interrupted holder, or by a thread of the past. */
static void inherit(kmemu_lock_t *lock)
{
	if (is_own(lock))
		__atomic_store_n(&lock->word, os_tid(), __ATOMIC_RELEASE);
	else
		spin_lock_reset(lock);
}

/* --- words ----------------------------------------------------------------- */

/* The linker's. */
extern u32 __start_kmemu_mutexes[] __attribute__((weak)) __hidden;
extern u32 __stop_kmemu_mutexes[] __attribute__((weak)) __hidden;
extern u32 __start_kmemu_words[] __attribute__((weak)) __hidden;
extern u32 __stop_kmemu_words[] __attribute__((weak)) __hidden;

struct words {
	u32 *first, *end;
	u64 own; /* a bit each: this thread's before prepare */
};

void (*kernel_fork_child)(void);
static u32 fork_word; /* over what follows */
static bool words_taken;
static struct words mutexes, words;

static bool word_is_mine(const u32 *word)
{
	return word_owner(word) == os_tid();
}

static void take_words(struct words *w, u32 *first, u32 *end)
{
	w->first = first;
	w->end = min(end, first + 64);
	w->own = 0;
	for (u32 *word = w->first; word < w->end; word++) {
		if (word_is_mine(word)) {
			w->own |= 1UL << (word - first);
			continue;
		}
		for (int i = 0; i < PATIENCE && !word_try(word, os_tid()); i++)
			os_yield();
	}
}

static bool word_is_own(const struct words *w, const u32 *word)
{
	return w->own >> (word - w->first) & 1;
}

static void release_words(struct words *w)
{
	for (u32 *word = w->first; word < w->end; word++)
		if (!word_is_own(w, word) && word_is_mine(word))
			word_unlock(word);
}

/* Behind the release, by its new tid. */
static void inherit_words(struct words *w)
{
	for (u32 *word = w->first; word < w->end; word++)
		__atomic_store_n(word, word_set_up(word) | (word_is_own(w, word) ? os_tid() : 0),
				 __ATOMIC_RELEASE);
}

/* Memory of programs without kernel code is left alone: each write is a page more of the child. */
static void words_prepare(void)
{
	if (!run_is_linked && !READ_ONCE(kernel_fork_child))
		return;
	word_lock(&fork_word, os_tid());
	words_taken = true;
	take_words(&mutexes, __start_kmemu_mutexes, __stop_kmemu_mutexes);
	take_words(&words, __start_kmemu_words, __stop_kmemu_words);
}

static void words_parent(void)
{
	if (!words_taken)
		return;
	release_words(&words);
	release_words(&mutexes);
	words_taken = false;
	word_unlock(&fork_word);
}

static void words_child(void)
{
	if (!words_taken)
		return;
	inherit_words(&words);
	inherit_words(&mutexes);
	words_taken = false;
	WRITE_ONCE(fork_word, 0);
}

/* --- the three ------------------------------------------------------------- */

static bool held_back; /* no heap, and nobody brings it up; under init_lock */

void kmemu_fork_prepare(void)
{
	u32 outer = spin_held_ranks();

	words_prepare();
	if (!kmemu_init_hold()) {
		held_back = true;
		return;
	}
	percpu_fork_prepare();
	held_ranks = outer;
	own_ranks = 0;
	own_node = NULL;
	for_each_lock(take);
}

static bool let_go(void)
{
	if (!held_back)
		return false;
	held_back = false;
	kmemu_init_let_go();
	return true;
}

void kmemu_fork_parent(void)
{
	if (!let_go()) {
		for_each_lock_reverse(release);
		percpu_fork_parent();
	}
	words_parent();
}

static void heap_child(void)
{
	for_each_lock_reverse(release); /* while the tid is still the one in the words */
	context_fork_child();
	os_tid_reset();
	for_each_lock(inherit);
	report_fork_child();
	trim_fork_child();
	percpu_fork_child();
}

void kmemu_fork_child(void)
{
	if (let_go())
		os_tid_reset();
	else
		heap_child();
	words_child();
	if (kernel_fork_child)
		kernel_fork_child();
}
