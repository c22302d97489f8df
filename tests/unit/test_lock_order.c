/* SPDX-License-Identifier: MIT */
/*
 * lock_order, lock_class: which orders are a circle, with readers, trylocks, subclasses and
 * interrupts; when a class and an order are forgotten; what is said when tables are full.
 */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "core/check/context.h"
#include "core/check/lock_class.h"
#include "core/os/modules.h"
#include "core/report/report.h"

#define HERE __builtin_extract_return_addr(__builtin_return_address(0))
#define NR   70000

static int locks[NR]; /* each of its own class, as it lies in a module */
static char keys[5000];

static int init(void)
{
	options_init((char *[]){
		"KMEMU_OPTIONS=context=count context.lockorder=count scope=all", NULL });
	os_objects_init();
	context_init();
	return !lock_order_on;
}

static unsigned long found_of(enum report_kind kind)
{
	static unsigned long before[NR_REPORT_KINDS];
	unsigned long now = report_count(kind), news = now - before[kind];

	before[kind] = now;
	return news;
}

static unsigned long circles(void)
{
	return found_of(REPORT_CIRCULAR_LOCKING);
}

static unsigned long recursions(void)
{
	return found_of(REPORT_RECURSIVE_LOCKING);
}

static enum raise_kind kind_of(unsigned int how)
{
	return how & LOCK_READ ? RAISE_RWLOCK : RAISE_SPIN;
}

static __attribute__((noinline)) void take(const void *lock, unsigned int how)
{
	lock_acquired(kind_of(how), lock, how, HERE, (unsigned long)__builtin_frame_address(0));
}

static __attribute__((noinline)) void give(const void *lock, unsigned int how)
{
	CU_ASSERT(lock_releases(kind_of(how), lock, false, "unlock", HERE));
}

static __attribute__((noinline)) void both_how(const void *a, unsigned int how_a, const void *b,
					       unsigned int how_b)
{
	take(a, how_a);
	take(b, how_b);
	give(b, how_b);
	give(a, how_a);
}

static void both(int a, int b)
{
	both_how(&locks[a], 0, &locks[b], 0);
}

/* --- circles --------------------------------------------------------------- */

static void one_order_is_right(void)
{
	for (int i = 0; i < 3; i++) {
		both(0, 1);
		both(1, 2);
		both(0, 2);
	}
	CU_ASSERT_EQUAL(circles(), 0);
}

static void the_other_is_told_once(void)
{
	for (int i = 0; i < 3; i++)
		both(1, 0);
	CU_ASSERT_EQUAL(circles(), 1);
	both(2, 0);
	CU_ASSERT_EQUAL(circles(), 1);
	both(0, 2); /* what was right stays so */
	CU_ASSERT_EQUAL(circles(), 0);
}

static void it_may_be_long(void)
{
	for (int i = 10; i < 40; i++)
		both(i, i + 1);
	CU_ASSERT_EQUAL(circles(), 0);
	both(40, 10);
	CU_ASSERT_EQUAL(circles(), 1);
}

static void three_at_once(void)
{
	take(&locks[50], 0);
	both(51, 52);
	give(&locks[50], 0);
	both(52, 50); /* 50 and 52 never came right after one another */
	CU_ASSERT_EQUAL(circles(), 1);
}

static void out_of_order_release(void)
{
	take(&locks[53], 0);
	take(&locks[54], 0);
	give(&locks[53], 0);
	take(&locks[55], 0); /* hand over hand: 53 is gone */
	give(&locks[54], 0);
	give(&locks[55], 0);
	both(55, 53);
	CU_ASSERT_EQUAL(circles(), 1); /* 53, 54, 55 */
	take(&locks[56], 0);
	take(&locks[57], 0);
	give(&locks[56], 0);
	give(&locks[57], 0);
	both(58, 56);
	CU_ASSERT_EQUAL(circles(), 0);
}

static void trylocks_add_nothing(void)
{
	both_how(&locks[60], 0, &locks[61], LOCK_TRY);
	both(61, 60);
	CU_ASSERT_EQUAL(circles(), 0);
	both_how(&locks[62], 0, &locks[63], LOCK_TIMED);
	both(63, 62);
	CU_ASSERT_EQUAL(circles(), 0);
	take(&locks[64], 0);
	both_how(&locks[65], LOCK_TRY, &locks[66], 0); /* what lies below a trylock counts */
	give(&locks[64], 0);
	both(66, 64);
	CU_ASSERT_EQUAL(circles(), 1);
}

static void interrupts_are_apart(void)
{
	struct raise r = { .kind = RAISE_HARDIRQ };

	take(&locks[70], 0);
	context_raise(&r);
	both(71, 72);
	context_drop(RAISE_HARDIRQ, NULL, NULL);
	give(&locks[70], 0);
	both(71, 70);
	CU_ASSERT_EQUAL(circles(), 0);
	both(72, 71);
	CU_ASSERT_EQUAL(circles(), 1);
}

static void ignored_is_ignored(void)
{
	struct raise r = { .kind = RAISE_IGNORE };

	both(75, 76);
	context_raise(&r);
	both(76, 75);
	context_drop(RAISE_IGNORE, NULL, NULL);
	CU_ASSERT_EQUAL(circles(), 0);
	both(76, 75);
	CU_ASSERT_EQUAL(circles(), 1);
}

/* --- readers --------------------------------------------------------------- */

#define READ	  (LOCK_READ | LOCK_API)
#define RECURSIVE (LOCK_READ | LOCK_RECURSIVE)

/* a first, then b, and in the other order: both taken each in these ways. */
static unsigned long circle_of(int a, unsigned int how_a, unsigned int how_b, unsigned int again_b,
			       unsigned int again_a)
{
	both_how(&locks[a], how_a, &locks[a + 1], how_b);
	both_how(&locks[a + 1], again_b, &locks[a], again_a);
	return circles();
}

static void readers_as_in_lockdep(void)
{
	CU_ASSERT_EQUAL(circle_of(100, READ, 0, 0, READ), 1); /* a writer may stand between */
	CU_ASSERT_EQUAL(circle_of(102, READ, 0, 0, RECURSIVE), 0);
	CU_ASSERT_EQUAL(circle_of(104, 0, RECURSIVE, READ, 0), 0);
	CU_ASSERT_EQUAL(circle_of(106, 0, RECURSIVE, 0, 0), 1);
	CU_ASSERT_EQUAL(circle_of(108, 0, 0, 0, RECURSIVE), 1);
	CU_ASSERT_EQUAL(circle_of(110, RECURSIVE, RECURSIVE, RECURSIVE, RECURSIVE), 0);
	CU_ASSERT_EQUAL(circle_of(112, READ, READ, READ, READ), 1);
}

/* A stronger dependency comes to a weaker one that is there. */
static void a_dependency_grows(void)
{
	both_how(&locks[120], RECURSIVE, &locks[121], 0);
	both_how(&locks[121], 0, &locks[120], RECURSIVE);
	CU_ASSERT_EQUAL(circles(), 0);
	both(120, 121);
	CU_ASSERT_EQUAL(circles(), 1);
}

static void a_search_finds_the_strong_way(void)
{
	/* 130 to 132 by a recursive reader, and by way of 131 as a writer. */
	both_how(&locks[130], 0, &locks[132], RECURSIVE);
	both(130, 131);
	both(131, 132);
	both_how(&locks[132], READ, &locks[130], 0);
	CU_ASSERT_EQUAL(circles(), 1);
}

/* --- classes ---------------------------------------------------------------- */

static void set(int i, int key)
{
	lock_class_set(&locks[i], "&p->lock", &keys[key], 0, NULL);
}

static void a_class_has_many_locks(void)
{
	for (int i = 200; i < 204; i++)
		set(i, i & 1);
	both(200, 201);
	CU_ASSERT_EQUAL(circles(), 0);
	both(203, 202);
	CU_ASSERT_EQUAL(circles(), 1);
}

static void two_of_a_class(void)
{
	set(210, 2);
	set(211, 2);
	both_how(&locks[210], LOCK_API, &locks[211], LOCK_API | LOCK_NESTED(1));
	both_how(&locks[210], LOCK_API, &locks[211], LOCK_API | LOCK_NEST);
	CU_ASSERT_EQUAL(recursions(), 0);
	both_how(&locks[210], LOCK_API, &locks[211], LOCK_API);
	CU_ASSERT_EQUAL(recursions(), 1);
	both_how(&locks[210], LOCK_API | LOCK_NESTED(1), &locks[211], LOCK_API);
	CU_ASSERT_EQUAL(circles(), 1);
	both_how(&locks[210], RECURSIVE | LOCK_API, &locks[211], RECURSIVE | LOCK_API);
	CU_ASSERT_EQUAL(recursions(), 0);
	lock_class_set_subclass(&locks[211], 3);
	both_how(&locks[210], LOCK_API, &locks[211], LOCK_API);
	CU_ASSERT_EQUAL(recursions(), 0);
}

static void no_key_no_order(void)
{
	int *heap = malloc(2 * sizeof(*heap));

	CU_ASSERT_FATAL(heap != NULL);
	both_how(&heap[0], 0, &heap[1], 0);
	both_how(&heap[1], 0, &heap[0], 0);
	lock_class_set(&locks[220], "none", NULL, 0, NULL);
	both(220, 221);
	both(221, 220);
	CU_ASSERT_EQUAL(circles(), 0);
	free(heap);
}

static void what_is_set_up_anew_is_new(void)
{
	both(230, 231);
	lock_forget(&locks[231], "init", HERE);
	both(231, 230);
	CU_ASSERT_EQUAL(circles(), 0);
	both(230, 231);
	CU_ASSERT_EQUAL(circles(), 1);
}

/* A key's class goes on when its locks go; not when the key does. */
static void keys_and_memory(void)
{
	set(240, 10);
	set(241, 11);
	both(240, 241);
	__lock_class_freed(&locks[240], 2 * sizeof(locks[0]));
	both(241, 240); /* locks of no other's class again */
	CU_ASSERT_EQUAL(circles(), 0);
	set(242, 10);
	set(243, 11);
	both(243, 242);
	CU_ASSERT_EQUAL(circles(), 1);
	lock_class_unregister(&keys[10]);
	both(243, 242);
	CU_ASSERT_EQUAL(circles(), 0);
	both(242, 243);
	CU_ASSERT_EQUAL(circles(), 1);
}

static void freed_by_the_granule(void)
{
	u32 before = lock_instances;

	for (int i = 0; i < 4096; i++)
		set(1000 + i, 12);
	CU_ASSERT_EQUAL(lock_instances, before + 4096);
	__lock_class_freed(&locks[1001], 4 * sizeof(locks[0]));
	CU_ASSERT_EQUAL(lock_instances, before + 4092);
	__lock_class_freed(&locks[1000], 4096 * sizeof(locks[0]));
	CU_ASSERT_EQUAL(lock_instances, before);
	set(1000, 12);
	__lock_class_freed((const void *)((uintptr_t)&locks[1000] & ~0xfffffffUL), 1UL << 30);
	CU_ASSERT(lock_instances <= before);
}

static void a_library_is_closed(void)
{
	both(250, 251);
	lock_class_dlclose();
	both(251, 250); /* nothing was */
	CU_ASSERT_EQUAL(circles(), 1);
}

static void names(void)
{
	struct raise held = { .kind = RAISE_SPIN, .what = &locks[260] };
	struct report_lock name;

	CU_ASSERT(!lock_class_find_name(&held, &name));
	lock_class_set(&locks[260], "&a->very_long_name_that_does_not_fit_in_the_table", &keys[20],
		       0, NULL);
	CU_ASSERT(lock_class_find_name(&held, &name));
	CU_ASSERT(!strncmp(name.name, "&a->very_long", 13));
	CU_ASSERT(strlen(name.name) < LOCK_NAME_BYTES);
	lock_class_set(&locks[261], "twice", &keys[21], 0, NULL);
	lock_class_set(&locks[262], "twice", &keys[22], 0, NULL);
	both(261, 262);
	held.what = &locks[262];
	CU_ASSERT(lock_class_find_name(&held, &name));
	CU_ASSERT_EQUAL(name.version, 2);
	circles();
}

/* --- bounds ----------------------------------------------------------------- */

/* Last: the tables stay full for a while, and are used again. */
static void full_tables(void)
{
	take(&locks[300], 0);
	for (int i = 0; i < 5000; i++) {
		lock_class_set(&locks[301], "k", &keys[i], 0, NULL);
		take(&locks[301], 0);
		give(&locks[301], 0);
	}
	give(&locks[300], 0);
	for (int i = 0; i < NR; i++)
		set(i, 30);
	CU_ASSERT(lock_instances < NR);
	for (int i = 0; i < NR; i++)
		lock_class_forget(&locks[i]);
	CU_ASSERT_EQUAL(lock_instances, 0);
	for (int i = 0; i < 5000; i++)
		lock_class_unregister(&keys[i]);
	CU_ASSERT_EQUAL(circles(), 0);
	both(400, 401);
	both(401, 400);
	CU_ASSERT_EQUAL(circles(), 1);
	CU_ASSERT(context_is_task());
}

UNIT_MAIN_INIT("lock_order", init, NULL,
	UNIT_TEST(one_order_is_right),
	UNIT_TEST(the_other_is_told_once),
	UNIT_TEST(it_may_be_long),
	UNIT_TEST(three_at_once),
	UNIT_TEST(out_of_order_release),
	UNIT_TEST(trylocks_add_nothing),
	UNIT_TEST(interrupts_are_apart),
	UNIT_TEST(ignored_is_ignored),
	UNIT_TEST(readers_as_in_lockdep),
	UNIT_TEST(a_dependency_grows),
	UNIT_TEST(a_search_finds_the_strong_way),
	UNIT_TEST(a_class_has_many_locks),
	UNIT_TEST(two_of_a_class),
	UNIT_TEST(no_key_no_order),
	UNIT_TEST(what_is_set_up_anew_is_new),
	UNIT_TEST(keys_and_memory),
	UNIT_TEST(freed_by_the_granule),
	UNIT_TEST(a_library_is_closed),
	UNIT_TEST(names),
	UNIT_TEST(full_tables)
);
