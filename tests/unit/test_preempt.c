/* SPDX-License-Identifier: MIT */
/*
 * preempt: what is raised on a thread, in whatever order it is dropped, when the
 * table is full, when handlers come at any instruction and are left in any way,
 * over swaps of stacks, vfork, fork and the end of threads.
 */
#include "tests/unit/unit.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/lib/preempt.h"
#include "core/os/os.h"

static int locks[256];

static void lock(int i)
{
	CU_ASSERT(context_raise_lock(RAISE_SPIN, 0, &locks[i], (void *)(long)(i + 1), 0));
}

static bool unlock(int i)
{
	return context_drop_lock(RAISE_SPIN, &locks[i]);
}

static bool holds(int i)
{
	return context_find(RAISE_SPIN, &locks[i]) != NULL;
}

static bool nothing_raised(void)
{
	const struct context_stack *c = context_mine;

	for (u32 i = 0; c && i < RAISES_MAX; i++)
		if (c->raises[i].kind != RAISE_NONE)
			return false;
	return context_is_task() && (!c || (!c->nr && !c->lost));
}

/* A handler's entry; sp grows downwards, as the stack does. */
static void enter(unsigned long sp, unsigned long alt_lo, unsigned long alt_hi)
{
	struct raise r = { .kind = RAISE_HARDIRQ, .by_handler = true, .signo = SIGUSR1, .sp = sp,
			   .alt_lo = alt_lo, .alt_hi = alt_hi };

	CU_ASSERT(context_raise(&r));
}

static int handlers(void)
{
	int n = 0;

	for (u32 i = 0; i < context_mine->nr; i++)
		n += context_mine->raises[i].kind == RAISE_HARDIRQ;
	return n;
}

static void in_a_child(void (*f)(void))
{
	unsigned int before = CU_get_number_of_failures();
	pid_t pid = fork();
	int status;

	if (!pid) {
		context_fork_child();
		os_tid_reset();
		f();
		_exit(CU_get_number_of_failures() > before);
	}
	waitpid(pid, &status, 0);
	CU_ASSERT(WIFEXITED(status) && !WEXITSTATUS(status));
}

/* --- raise and drop ------------------------------------------------------ */

static void pairs_nest(void)
{
	CU_ASSERT(context_is_task());
	lock(0);
	CU_ASSERT(!context_is_task());
	lock(1);
	CU_ASSERT(unlock(1));
	CU_ASSERT(!context_is_task());
	CU_ASSERT(holds(0) && !holds(1));
	CU_ASSERT(unlock(0));
	CU_ASSERT(nothing_raised());
	CU_ASSERT(!unlock(0));
}

static void a_raise_tells_where(void)
{
	struct raise r = { .kind = RAISE_PREEMPT, .sp = 0x1234, .pc = locks }, found;

	CU_ASSERT(context_raise(&r));
	CU_ASSERT_PTR_NULL(context_find(RAISE_BH, NULL));
	CU_ASSERT(context_drop(RAISE_PREEMPT, NULL, &found));
	CU_ASSERT(found.kind == RAISE_PREEMPT && found.sp == 0x1234 && found.pc == locks);
	CU_ASSERT(!context_drop(RAISE_PREEMPT, NULL, &found));
	CU_ASSERT(nothing_raised());
}

static void drops_come_in_any_order(void)
{
	for (int i = 0; i < 5; i++)
		lock(i);
	CU_ASSERT(unlock(1) && unlock(3) && unlock(0));
	CU_ASSERT(context_mine->nr == 5);
	CU_ASSERT(unlock(4));
	CU_ASSERT_EQUAL(context_mine->nr, 3); /* 3 went with 4 */
	CU_ASSERT(unlock(2));
	CU_ASSERT(nothing_raised());
}

static void one_lock_is_raised_often(void)
{
	lock(0);
	lock(0);
	CU_ASSERT(unlock(0) && holds(0) && unlock(0) && !unlock(0));
	CU_ASSERT(nothing_raised());
}

/* --- a full table -------------------------------------------------------- */

static void what_finds_no_room_is_counted(void)
{
	for (int i = 0; i < RAISES_MAX; i++)
		lock(i);
	for (int i = 0; i < 3; i++)
		CU_ASSERT(!context_raise_lock(RAISE_SPIN, 0, &locks[100 + i], NULL, 0));
	CU_ASSERT_EQUAL(context_mine->lost, 3);
	for (int i = 0; i < RAISES_MAX; i++)
		CU_ASSERT(unlock(i));
	CU_ASSERT(!context_is_task()); /* three are still there */
	for (int i = 0; i < 3; i++)
		CU_ASSERT(unlock(100 + i));
	CU_ASSERT(nothing_raised());
}

static void holes_make_room(void)
{
	for (int i = 0; i < RAISES_MAX; i++)
		lock(i);
	for (int i = 0; i < RAISES_MAX - 1; i += 2)
		CU_ASSERT(unlock(i));
	lock(200);
	CU_ASSERT(holds(200) && holds(1) && !holds(0));
	CU_ASSERT_EQUAL(context_mine->nr, RAISES_MAX / 2 + 1);
	CU_ASSERT(unlock(200));
	for (int i = 1; i < RAISES_MAX; i += 2)
		CU_ASSERT(unlock(i));
	CU_ASSERT(nothing_raised());
}

/* A handler may stand between: nothing is moved, and its end is noticed. */
static void no_room_in_a_handler(void)
{
	for (int i = 0; i < RAISES_MAX - 1; i++)
		lock(i);
	CU_ASSERT(unlock(0));
	enter(5000, 0, 0);
	CU_ASSERT(!context_raise_lock(RAISE_SPIN, 0, &locks[100], NULL, 0));
	CU_ASSERT(context_drop(RAISE_SPIN, &locks[100], NULL));
	context_leave_handler(5000);
	for (int i = 1; i < RAISES_MAX - 1; i++)
		CU_ASSERT(unlock(i));
	CU_ASSERT(nothing_raised());
}

/* --- handlers ------------------------------------------------------------ */

static void a_handler_ends_alone(void)
{
	lock(0);
	enter(5000, 0, 0);
	lock(1);
	context_leave_handler(5000);
	CU_ASSERT(holds(0) && holds(1)); /* what it took stays taken */
	CU_ASSERT_EQUAL(handlers(), 0);
	CU_ASSERT(unlock(1) && unlock(0));
	CU_ASSERT(nothing_raised());
}

static void a_jump_leaves_what_is_deeper(void)
{
	enter(5000, 0, 0);
	enter(4000, 0, 0);
	enter(3000, 0, 0);
	context_jump(3500);
	CU_ASSERT_EQUAL(handlers(), 2);
	context_jump(3500);
	CU_ASSERT_EQUAL(handlers(), 2);
	context_jump(6000);
	CU_ASSERT(nothing_raised());
}

static void a_jump_leaves_an_alternate_stack(void)
{
	enter(90000, 80000, 99000);
	context_jump(85000); /* within it, deeper */
	CU_ASSERT_EQUAL(handlers(), 1);
	context_jump(95000); /* within it, above the handler */
	CU_ASSERT(nothing_raised());
	enter(90000, 80000, 99000);
	context_jump(5000); /* to the thread's own */
	CU_ASSERT(nothing_raised());
	enter(5000, 0, 0);
	enter(90000, 80000, 99000);
	context_jump(4000); /* below the handler of the own stack */
	CU_ASSERT_EQUAL(handlers(), 1);
	context_leave_handler(5000);
	CU_ASSERT(nothing_raised());
}

/* A jump that nobody saw is noticed by the next handler at the place. */
static void the_next_handler_drops_the_last(void)
{
	for (int i = 0; i < 3 * RAISES_MAX; i++)
		enter(5000 + (unsigned long)(i % 3), 0, 0);
	CU_ASSERT_EQUAL(handlers(), 1);
	context_unwind_handler();
	CU_ASSERT(nothing_raised());
}

/* --- stacks -------------------------------------------------------------- */

static void a_context_stays_with_its_stack(void)
{
	struct context_stack *other = context_stack_new(0x1000, 0x2000), *mine;

	lock(0);
	mine = context_swap(other);
	CU_ASSERT(context_is_task() && !holds(0));
	lock(1);
	CU_ASSERT_PTR_EQUAL(context_swap(mine), other);
	CU_ASSERT(holds(0) && !holds(1));
	CU_ASSERT(unlock(0) && context_is_task());
	mine = context_swap(other);
	CU_ASSERT(!context_is_task());
	CU_ASSERT(unlock(1));
	context_swap(mine);
	context_stack_free(other);
	CU_ASSERT(nothing_raised());
}

static void a_vfork_child_raises_for_itself(void)
{
	lock(0);
	context_vfork_enter();
	lock(1);
	context_vfork_enter(); /* its own child's */
	lock(2);
	context_vfork_leave();
	CU_ASSERT(holds(1) && !holds(2));
	context_vfork_leave();
	CU_ASSERT(holds(0) && !holds(1));
	CU_ASSERT(unlock(0));
	CU_ASSERT(nothing_raised());
}

/* The parent's lock is released, so the child's stands where it stood. */
static void a_vfork_child_drops_its_parents(void)
{
	lock(0);
	context_vfork_enter();
	CU_ASSERT(unlock(0));
	lock(1);
	context_vfork_leave();
	CU_ASSERT(!holds(1) && context_is_task());
	CU_ASSERT(nothing_raised());
	lock(0); /* in the same entry, by the short way */
	context_vfork_enter();
	context_vfork_leave();
	CU_ASSERT(holds(0) && unlock(0));
	CU_ASSERT(nothing_raised());
}

/* A handler that waits on the first stack, and one between the switch and its notice. */
static void a_handler_comes_while_stacks_are_switched(void)
{
	struct context_stack *mine;

	enter(5000, 0, 0);
	mine = context_mine;
	context_switch_from(mine);
	enter(9000, 0, 0); /* on the other stack, which lies higher */
	context_leave_handler(9000);
	CU_ASSERT_EQUAL(handlers(), 1);
	context_switch_back(mine);
	context_leave_handler(5000);
	CU_ASSERT(nothing_raised());
}

/* A jump out of a handler that had interrupted who was writing an entry. */
static void a_jump_leaves_a_writer(void)
{
	enter(5000, 0, 0);
	context_mine->nr++; /* half raised */
	enter(4000, 0, 0);
	CU_ASSERT_EQUAL(handlers(), 2);
	context_jump(6000);
	CU_ASSERT(nothing_raised());
	CU_ASSERT_EQUAL(context_mine->nr, 0);
}

static void *keeps(void *arg)
{
	lock(7);
	*(struct context_stack *volatile *)arg = context_mine;
	for (;;)
		pause();
	return NULL;
}

static struct context_stack *volatile others;
static struct context_stack *mine_before;

static void child_of_threads(void)
{
	struct raise found;

	CU_ASSERT(holds(0));
	CU_ASSERT_EQUAL(context_mine->owner, (u32)getpid());
	CU_ASSERT_EQUAL(mine_before->owner, (u32)getpid());
	CU_ASSERT_EQUAL(others->owner, 0);
	CU_ASSERT_PTR_NULL(context_holder(&locks[7], &found));
}

/* Forked on a stack of makecontext's: the thread's own is not lost. */
static void a_fork_child_has_one_thread(void)
{
	struct context_stack *stack = context_stack_new(0x1000, 0x2000);
	pthread_t thread;

	pthread_create(&thread, NULL, keeps, (void *)&others);
	while (!others)
		usleep(1000);
	lock(1);
	mine_before = context_swap(stack);
	lock(0);
	in_a_child(child_of_threads);
	CU_ASSERT(holds(0) && unlock(0));
	context_swap(mine_before);
	context_stack_free(stack);
	CU_ASSERT(unlock(1));
	pthread_cancel(thread);
	pthread_join(thread, NULL);
}

/* --- the end of a thread ------------------------------------------------- */

#define DISTINCT 64
static struct context_stack *seen[DISTINCT];
static int nr_seen;
static pthread_mutex_t seen_lock = PTHREAD_MUTEX_INITIALIZER;

static void note_mine(void)
{
	pthread_mutex_lock(&seen_lock);
	for (int i = 0; i < nr_seen; i++) {
		if (seen[i] == context_mine) {
			pthread_mutex_unlock(&seen_lock);
			return;
		}
	}
	if (nr_seen < DISTINCT)
		seen[nr_seen++] = context_mine;
	pthread_mutex_unlock(&seen_lock);
}

static void *ends(void *tells)
{
	lock(1);
	note_mine();
	if (tells)
		context_thread_exit();
	return NULL;
}

static int stacks_of(int nr, void *tells)
{
	pthread_t thread;

	nr_seen = 0;
	for (int i = 0; i < nr; i++) {
		pthread_create(&thread, NULL, ends, tells);
		pthread_join(thread, NULL);
	}
	return nr_seen;
}

static void threads_that_ended_leave_room(void)
{
	CU_ASSERT_EQUAL(stacks_of(2000, &nr_seen), 1);
	CU_ASSERT(stacks_of(2000, NULL) <= 28); /* those of one mapping, swept */
}

/* --- locks and other threads --------------------------------------------- */

static volatile int step;

static void *takes_and_looks(void *arg)
{
	for (int i = 20; i < 23; i++)
		lock(i);
	step = 1;
	while (step != 2)
		;
	context_settle();
	CU_ASSERT(holds(20) && !holds(21) && holds(22));
	step = 3;
	while (step != 4)
		;
	lock(25); /* settles too */
	CU_ASSERT(!holds(22) && holds(25));
	CU_ASSERT(unlock(25) && unlock(20));
	CU_ASSERT(nothing_raised());
	context_thread_exit();
	return arg;
}

static void another_thread_releases(void)
{
	struct context_stack *holder;
	struct raise found = { 0 };
	pthread_t thread;

	step = 0;
	pthread_create(&thread, NULL, takes_and_looks, NULL);
	while (step != 1)
		;
	CU_ASSERT_PTR_NULL(context_holder(&locks[29], &found));
	holder = context_holder(&locks[21], &found);
	CU_ASSERT_PTR_NOT_NULL_FATAL(holder);
	CU_ASSERT(found.kind == RAISE_SPIN && found.pc == (void *)22);
	context_release(holder, &locks[21]);
	step = 2;
	while (step != 3)
		;
	context_release(holder, &locks[22]);
	step = 4;
	pthread_join(thread, NULL);
}

/* More than there is room for: what is not noted stays raised, nothing else goes. */
static void many_are_released_at_once(void)
{
	int left = 0;

	for (int i = 0; i < 6; i++)
		lock(i);
	for (int i = 0; i < 6; i++)
		context_release(context_mine, &locks[i]);
	context_settle();
	for (int i = 0; i < 6; i++)
		left += holds(i);
	CU_ASSERT_EQUAL(left, 2);
	for (int i = 0; i < 6; i++)
		if (holds(i))
			unlock(i);
	CU_ASSERT(nothing_raised());
}

/* --- at any instruction -------------------------------------------------- */

/*
 * A timer interrupts a loop that raises and drops at random and knows what must
 * be there. The handler does the same for itself, and leaves by return, or by
 * siglongjmp to the loop, which then finds what it had raised.
 */
static int model[RAISES_MAX], nr_model;
static unsigned long ticks, jumps;
static sigjmp_buf back;
static volatile sig_atomic_t may_jump;
static unsigned int seed;

static unsigned int next_random(void)
{
	seed = seed * 1664525u + 1013904223u;
	return seed >> 8;
}

static void tick(int signo)
{
	unsigned long sp = (unsigned long)__builtin_frame_address(0);
	u32 before = context_mine ? context_mine->nr : 0;
	unsigned int how = (unsigned int)(++ticks % 5);

	(void)signo;
	enter(sp, 0, 0);
	lock(200);
	lock(201);
	CU_ASSERT(how & 1 ? unlock(200) && unlock(201) : unlock(201) && unlock(200));
	if (how == 4 && may_jump) {
		jumps++;
		siglongjmp(back, 1);
	}
	context_leave_handler(sp);
	CU_ASSERT(context_mine->nr <= before); /* it trims what it finds dropped */
}

static bool as_the_model(void)
{
	int n = 0;

	for (u32 i = 0; i < context_mine->nr; i++) {
		const struct raise *r = &context_mine->raises[i];

		if (r->kind == RAISE_DROPPED)
			continue;
		if (r->kind != RAISE_SPIN || n >= nr_model || r->what != &locks[model[n++]])
			return false;
	}
	return n == nr_model && !context_is_task() == (nr_model > 0);
}

static void random_step(void)
{
	unsigned int r = next_random();
	int i;

	if (nr_model < 12 && (r & 1 || !nr_model)) {
		model[nr_model] = (int)(r >> 4) % 100;
		lock(model[nr_model++]);
		return;
	}
	for (i = r & 2 ? nr_model - 1 : (int)((r >> 4) % (unsigned int)nr_model); i < nr_model; i++)
		break;
	r = (unsigned int)model[i];
	for (int k = i; k < nr_model; k++) /* the newest of it goes */
		if (model[k] == (int)r)
			i = k;
	CU_ASSERT(unlock((int)r));
	memmove(&model[i], &model[i + 1], (size_t)(--nr_model - i) * sizeof(model[0]));
}

static void let_jump(sigset_t *alarm)
{
	if (!sigsetjmp(back, 1)) {
		may_jump = 1;
		for (volatile int i = 0; i < 3000; i++)
			;
		may_jump = 0;
		return;
	}
	may_jump = 0;
	context_jump((unsigned long)__builtin_frame_address(0));
	(void)alarm;
}

static void handlers_at_random_instructions(void)
{
	struct itimerval every = { { 0, 60 }, { 0, 60 } }, never = { { 0, 0 }, { 0, 0 } };
	struct sigaction act = { .sa_handler = tick }, old;
	bool right = true;
	sigset_t alarm;

	seed = (unsigned int)unit_seed();
	sigemptyset(&alarm);
	sigaddset(&alarm, SIGALRM);
	lock(0); /* the context is there */
	CU_ASSERT(unlock(0));
	sigaction(SIGALRM, &act, &old);
	setitimer(ITIMER_REAL, &every, NULL);
	for (int i = 0; right && (i < 200000 || ticks < 500) && i < 20000000; i++) {
		random_step();
		if (i % 64)
			continue;
		let_jump(&alarm);
		pthread_sigmask(SIG_BLOCK, &alarm, NULL);
		right = as_the_model();
		pthread_sigmask(SIG_UNBLOCK, &alarm, NULL);
	}
	setitimer(ITIMER_REAL, &never, NULL);
	sigaction(SIGALRM, &old, NULL);
	CU_ASSERT(right);
	CU_ASSERT(ticks >= 500 && jumps > 0);
	while (nr_model)
		CU_ASSERT(unlock(model[--nr_model]));
	CU_ASSERT(nothing_raised());
}

static void raises_are_counted(void)
{
	struct context_counts before, after;

	context_counts_read(&before);
	lock(0);
	unlock(0);
	enter(5000, 0, 0);
	context_leave_handler(5000);
	context_counts_read(&after);
	CU_ASSERT_EQUAL(after.sections - before.sections, 1);
	CU_ASSERT_EQUAL(after.handlers - before.handlers, 1);
}

UNIT_MAIN("preempt",
	UNIT_TEST(pairs_nest),
	UNIT_TEST(a_raise_tells_where),
	UNIT_TEST(drops_come_in_any_order),
	UNIT_TEST(one_lock_is_raised_often),
	UNIT_TEST(what_finds_no_room_is_counted),
	UNIT_TEST(holes_make_room),
	UNIT_TEST(no_room_in_a_handler),
	UNIT_TEST(a_handler_ends_alone),
	UNIT_TEST(a_jump_leaves_what_is_deeper),
	UNIT_TEST(a_jump_leaves_an_alternate_stack),
	UNIT_TEST(the_next_handler_drops_the_last),
	UNIT_TEST(a_context_stays_with_its_stack),
	UNIT_TEST(a_vfork_child_raises_for_itself),
	UNIT_TEST(a_vfork_child_drops_its_parents),
	UNIT_TEST(a_handler_comes_while_stacks_are_switched),
	UNIT_TEST(a_jump_leaves_a_writer),
	UNIT_TEST(a_fork_child_has_one_thread),
	UNIT_TEST(threads_that_ended_leave_room),
	UNIT_TEST(another_thread_releases),
	UNIT_TEST(many_are_released_at_once),
	UNIT_TEST(handlers_at_random_instructions),
	UNIT_TEST(raises_are_counted)
);
