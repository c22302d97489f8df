/*
 * try_catch.c - a case in a thread of its own (kernel: lib/kunit/try-catch.c).
 *
 * The kernel starts a kthread for each case, so that an assertion that fails, or an
 * oops (core/kernel/oops.c), ends the case by ending its thread. The same here: what a
 * case left behind of contexts and locks dies with its thread, and is reported there
 * (kind lock-held-at-exit). A case that does not end in 300 seconds has failed; its
 * thread is left where it is, since nobody can stop it, with its record.
 *
 * Thrown in another thread (a kthread that the test started), that thread ends, and
 * the case sees what the kernel's would: nothing.
 *
 * Locks: none. Cost: a thread a case.
 */
#include <errno.h>
#include <pthread.h>

#include "core/kernel/task.h"
#include "core/kunit/kunit.h"
#include "core/os/fault.h"
#include "core/os/os.h"
#include "core/os/thread.h"
#include "include/kmemu/kmemu.h"

#define TIMEOUT_NS (300 * 1000000000UL)

/* On its own, not on the stack: a thread that was given up still has it. */
struct run {
	struct kunit_try_catch *tc;
	void *fault_stack; /* NULL: none could be had */
	void *before[5]; /* __builtin_setjmp(): run_try(), before the case */
	u32 done;
};

static __initial_exec __thread struct run *current_run;

void kunit_set_current_test(struct kunit *test)
{
	task_first_test = test;
	if (task_mine)
		task_mine->t.kunit_test = test;
}

KMEMU_EXPORT struct kunit *kmemu_kunit_current_test(void)
{
	return task_mine ? task_mine->t.kunit_test : task_first_test;
}

static void run_done(struct run *run)
{
	os_fault_stack(NULL);
	__atomic_store_n(&run->done, 1, __ATOMIC_RELEASE);
	os_futex_wake(&run->done, 1);
}

static void run_try(void *arg)
{
	struct run *run = arg;

	current_run = run;
	kunit_set_current_test(run->tc->test);
	os_fault_stack(run->fault_stack);
	if (!__builtin_setjmp(run->before)) {
		run->tc->try(run->tc->context);
		run->tc->try_result = 0;
	}
	run = current_run;
	current_run = NULL;
	run_done(run);
}

/* Ends the thread; the case's own, if it is that. */
static __attribute__((noreturn)) void leave(int result)
{
	struct run *run = current_run;

	current_run = NULL;
	if (run) {
		run->tc->try_result = result;
		run_done(run);
	}
	pthread_exit(NULL);
}

KMEMU_EXPORT void kmemu_kunit_try_catch_throw(struct kunit_try_catch *tc)
{
	(void)tc;
	leave(-EFAULT);
}

void kunit_oops(void)
{
	if (current_run)
		leave(-EINTR);
}

/*
 * What a jump leaves behind is what the end of an oops leaves: nothing of what the case
 * wanted to clean up is. An unwinder would have to find its way from a broken place.
 */
void kunit_fault(void)
{
	struct run *run = current_run;

	if (!run)
		return;
	run->tc->try_result = -EINTR;
	__builtin_longjmp(run->before, 1);
}

void kunit_try_catch_init(struct kunit_try_catch *tc, struct kunit *test, void (*try)(void *),
			  void (*catch)(void *))
{
	tc->test = test;
	tc->try = try;
	tc->catch = catch;
}

/* False: the time is up. */
static bool wait_for(struct run *run)
{
	u64 end_ns = os_monotonic_ns() + TIMEOUT_NS;

	while (!__atomic_load_n(&run->done, __ATOMIC_ACQUIRE)) {
		u64 now_ns = os_monotonic_ns();

		if (now_ns >= end_ns)
			return false;
		os_futex_wait_ns(&run->done, 0, end_ns - now_ns);
	}
	return true;
}

/* What was thrown has been said; an oops and the end of patience have not. */
static void caught(struct kunit_try_catch *tc)
{
	struct kunit *test = tc->test;

	if (tc->try_result == -EFAULT)
		tc->try_result = 0;
	else if (tc->try_result == -ETIMEDOUT)
		kmemu_kunit_log(test->name, "try timed out");
	else if (tc->try_result == -EINTR && test->last_seen.file)
		kmemu_kunit_log(test->name, "try faulted: last line seen %s:%d",
				test->last_seen.file, test->last_seen.line);
	else if (tc->try_result == -EINTR)
		kmemu_kunit_log(test->name, "try faulted");
	tc->catch(tc->context);
}

static void run_free(struct run *run)
{
	if (run->fault_stack)
		os_unmap(run->fault_stack, OS_FAULT_STACK_BYTES);
	kmemu_kfree(run);
}

KMEMU_EXPORT void kmemu_kunit_try_catch_run(struct kunit_try_catch *tc, void *context)
{
	struct run *run = kmemu_kzalloc(sizeof(*run), KMEMU_GFP_KERNEL);
	int err;

	tc->context = context;
	tc->try_result = -EINTR;
	if (!run) {
		tc->try_result = -ENOMEM;
		caught(tc);
		return;
	}
	run->tc = tc;
	run->fault_stack = os_map_any(OS_FAULT_STACK_BYTES);
	err = os_thread_start(run_try, run);
	if (err)
		tc->try_result = err;
	else if (!wait_for(run))
		tc->try_result = -ETIMEDOUT;
	if (tc->try_result != -ETIMEDOUT)
		run_free(run);
	if (tc->try_result)
		caught(tc);
}
