// SPDX-License-Identifier: MIT
/*
 * Shows that a fork's child has a whole heap whatever the parent's threads were
 * doing, that the parent goes on, and that a handler which forks in the middle
 * of the allocator leaves the interrupted code its lock on both sides.
 */
#include "tests/unit/heap.h"

#include <pthread.h>

#include "core/init/fork.h"
#include "core/mm/util.h"

#define KB 1024UL

/* Runs body in a forked child of this heap; true when all was well there. */
static bool forked(void (*body)(void))
{
	unsigned int before = CU_get_number_of_failure_records();
	int status = -1;
	pid_t pid = fork();

	if (!pid) {
		alarm(20);
		body();
		fflush(stdout);
		_exit(CU_get_number_of_failure_records() > before ? 1 : 0);
	}
	waitpid(pid, &status, 0);
	return status == 0;
}

static void use_all_sizes(void)
{
	static void *p[400];

	for (int round = 0; round < 3; round++) {
		for (unsigned int i = 0; i < 400; i++) {
			size_t size = 1UL << i % 20;

			p[i] = kvmalloc(size, GFP_KERNEL);
			OK(p[i] != NULL);
			memset(p[i], (int)i, min(size, 8192UL));
		}
		for (unsigned int i = 0; i < 400; i++) {
			OK(*(unsigned char *)p[i] == (unsigned char)i);
			kvfree(p[i]);
		}
	}
}

static void child_uses_and_validates(void)
{
	use_all_sizes();
	UNIT_EQ(validate_all(), 0);
	trim_all();
	use_all_sizes();
}

HEAP_TEST(the_child_has_a_heap, "")
{
	use_all_sizes();
	OK(forked(child_uses_and_validates));
	child_uses_and_validates();
}

static void grandchild(void)
{
	use_all_sizes();
	OK(forked(child_uses_and_validates));
	use_all_sizes();
}

HEAP_TEST(so_has_the_grandchild, "")
{
	OK(forked(grandchild));
}

HEAP_TEST(on_the_guarded_way_too, "percpu=guarded")
{
	use_all_sizes();
	OK(forked(grandchild));
	use_all_sizes();
}

static void child_starts(void)
{
	OK(!kmemu_is_ready() && kmemu_init());
	child_uses_and_validates();
}

/* It is nobody's until somebody asks, on both sides. */
static void nothing_started(void)
{
	OK(forked(child_starts));
	OK(!kmemu_is_ready() && kmemu_init());
	OK(forked(child_uses_and_validates));
}

static void before_the_heap_is_started(void)
{
	in_child(nothing_started);
}

/* --- contents are copies --- */

static char *block, *area;

static void child_writes(void)
{
	OK(block[0] == 1 && area[0] == 1);
	memset(block, 2, 1000);
	memset(area, 2, 1000);
	kvfree(block);
	kvfree(area);
}

HEAP_TEST(what_the_child_writes_is_its_own, "")
{
	block = kvmalloc(1000, GFP_KERNEL);
	area = kvmalloc(500 * KB, GFP_KERNEL);
	memset(block, 1, 1000);
	memset(area, 1, 1000);
	OK(forked(child_writes));
	for (int i = 0; i < 1000; i++)
		OK(block[i] == 1 && area[i] == 1);
	kvfree(block);
	kvfree(area);
}

/* --- threads at work --- */

static u32 stop_threads;

static void *work(void *arg)
{
	u64 rng = (unit_seed() + (u64)arg) * 2 + 1;
	struct kmem_cache *s = NULL;
	void *p[100] = { NULL };

	while (!__atomic_load_n(&stop_threads, __ATOMIC_RELAXED)) {
		u64 r = rnd(&rng);

		kvfree(p[r % 100]);
		p[r % 100] = kvmalloc((r >> 8) % (r >> 30 & 7 ? 5000 : 300000), GFP_KERNEL);
		if (r >> 40 & 63)
			continue;
		kmem_cache_destroy(s);
		s = kmem_cache_create("work", 16 + (u32)(r >> 48) % 500, 0, 0, NULL);
		if (s)
			kmem_cache_free(s, kmem_cache_alloc(s, GFP_KERNEL));
	}
	for (int i = 0; i < 100; i++)
		kvfree(p[i]);
	kmem_cache_destroy(s);
	return NULL;
}

static void child_of_threads(void)
{
	use_all_sizes();
	UNIT_EQ(validate_zone(), 0);
	UNIT_EQ(validate_vmap(), 0);
	UNIT_EQ(validate_all(), 0);
	trim_all();
}

static void forks_run(void)
{
	u64 end = os_monotonic_ms() + property_ms(2);
	pthread_t t[4];
	int forks = 0;

	for (unsigned long i = 0; i < 4; i++)
		pthread_create(&t[i], NULL, work, (void *)i);
	while (os_monotonic_ms() < end || forks < 5) {
		OK(forked(child_of_threads));
		forks++;
	}
	__atomic_store_n(&stop_threads, 1, __ATOMIC_RELAXED);
	for (int i = 0; i < 4; i++)
		pthread_join(t[i], NULL);
}

HEAP_TEST(forks_beside_working_threads, "")
{
	forks_run();
}

HEAP_TEST(forks_beside_working_threads_guarded, "percpu=guarded")
{
	forks_run();
}

/* --- a handler that forks --- */

static kmemu_lock_t *held;

static void child_of_handler(void)
{
	void *p, *q;

	UNIT_EQ(os_tid(), getpid());
	OK(spin_is_mine(held)); /* the interrupted code goes on here too */
	p = kmalloc(64, GFP_ATOMIC);
	q = kmalloc(20000, GFP_ATOMIC);
	OK(p && q);
	kvfree(p);
	kvfree(q);
	spin_unlock(held);
	use_all_sizes();
	UNIT_EQ(validate_all(), 0);
}

HEAP_TEST(a_fork_in_a_handler_keeps_the_interrupted_lock, "")
{
	kmemu_lock_t *locks[] = { &zone_lock, &vmap_lock, &slab_mutex,
				  &kmalloc_slab(64, GFP_KERNEL)->node.list_lock,
				  &kmalloc_slab(8192, GFP_KERNEL)->node.list_lock };

	use_all_sizes();
	for (unsigned int i = 0; i < ARRAY_SIZE(locks); i++) {
		held = locks[i];
		OK(spin_lock(held));
		OK(forked(child_of_handler));
		OK(spin_is_mine(held));
		spin_unlock(held);
		use_all_sizes();
		UNIT_EQ(validate_all(), 0);
	}
}

static void all_locks_free(void)
{
	struct kmem_cache *s;

	OK(!zone_lock.word && !vmap_lock.word && !slab_mutex.word);
	list_for_each_entry(s, &slab_caches, list)
		OK(!s->node.list_lock.word);
	OK(percpu_stop());
	percpu_start();
}

HEAP_TEST(no_lock_is_left_taken, "")
{
	use_all_sizes();
	OK(forked(all_locks_free));
	all_locks_free();
}

/* fork(2) failed: parent is called without a child. */
HEAP_TEST(a_failed_fork_costs_nothing, "")
{
	for (int i = 0; i < 100; i++) {
		kmemu_fork_prepare();
		kmemu_fork_parent();
	}
	all_locks_free();
	use_all_sizes();
}

/* In a bare preload the first block may be that of a vfork child, in this thread's memory. */
static void vfork_body(void)
{
	pid_t pid;

	percpu_vfork_enter();
	pid = vfork();
	if (!pid)
		_exit(!kmemu_init());
	percpu_vfork_leave();
	OK(pid > 0);
	UNIT_EQ(os_tid(), (u32)gettid());
}

static void the_heap_of_a_vfork_child_knows_its_parent(void)
{
	in_child(vfork_body);
}

UNIT_MAIN("fork",
	  UNIT_TEST(the_child_has_a_heap),
	  UNIT_TEST(so_has_the_grandchild),
	  UNIT_TEST(on_the_guarded_way_too),
	  UNIT_TEST(before_the_heap_is_started),
	  UNIT_TEST(what_the_child_writes_is_its_own),
	  UNIT_TEST(forks_beside_working_threads),
	  UNIT_TEST(forks_beside_working_threads_guarded),
	  UNIT_TEST(a_fork_in_a_handler_keeps_the_interrupted_lock),
	  UNIT_TEST(no_lock_is_left_taken),
	  UNIT_TEST(a_failed_fork_costs_nothing),
	  UNIT_TEST(the_heap_of_a_vfork_child_knows_its_parent));
