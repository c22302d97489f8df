/* SPDX-License-Identifier: MIT */
/*
 * context.c - contexts under torture. The program knows its own truth.
 *
 * Threads allocate and free in process context, in handlers, under spinlocks and
 * in coroutines, are interrupted by timers at 1 ms and by each other, and leave
 * handlers by return, siglongjmp, a builtin jump, setcontext, swapcontext,
 * pthread_exit and cancellation; they fork and vfork. Where a call is made is
 * passed down as `struct where`, by construction, so that it is right however the
 * code was come to. Each call that must be a finding is counted when it is made.
 * The size of an allocation carries the place (its low bits), so a line of the log
 * tells which place it is about. At the end the log is read, and for each kind
 * and place there must be as many lines as were counted: one too few was missed,
 * one too many is false.
 *
 * What a handler is in (re-entrance) is not known to the instruction, so there
 * only this holds: a finding is made while the thread was around a call of its
 * own of the malloc family (bit FLAGGED of the size).
 *
 * An asynchronous handler is left only where no call is under way that POSIX
 * does not allow to be left (busy, in_malloc).
 *
 * Environment: KMEMU_STRESS_SECONDS, KMEMU_SEED, CONTEXT_THREADS (8), CONTEXT_LOG: the log.
 * CONTEXT_WEAK=1: handlers are told by the stack pointer alone (ARCH=generic): no
 * builtin jumps, vfork children keep nothing, nothing is known of re-entrance.
 * CONTEXT_MUTEX=1: mutexes and rwlocks count as spinlocks (context.locks=).
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>

#include "tests/stress/context.h"
#include "tests/stress/context_locks.h"

#define MAX_THREADS 64
#define TIMER_A	 (SIGRTMIN + 1)
#define TIMER_B	 (SIGRTMIN + 2) /* on the alternate stack */
#define SYNC	 SIGUSR2
#define SYNC_ALT (SIGRTMIN + 3)

static unsigned int nr_threads;
static bool weak_run;
static volatile bool stop;
static int null_fd;
static void (*preempt_disable)(void), (*preempt_enable)(void);
static pthread_t threads[MAX_THREADS];

/* --- locks ------------------------------------------------------------------ */

static void section(struct where w)
{
	pthread_spinlock_t *lock = &me.locks[w.kind][w.depth];

	take(lock);
	w.lock = w.own = true;
	w.site = w.handler ? w.site : LOCK;
	w.depth++;
	ops(w, 2);
	give(lock);
}

static void bad_unlock(struct where w)
{
	me.busy++;
	expect(K_UNLOCK, NONE);
	pthread_spin_unlock(&me.odd_lock);
	me.busy--;
	allocate(w);
}

/* Taken with the signal unblocked, and in its handler. */
static void odd_in_handler(struct where w)
{
	take(&me.odd_lock);
	w.lock = w.own = true;
	allocate(w);
	give(&me.odd_lock);
}

static void api_section(struct where w)
{
	struct where before = w;

	if (!preempt_disable)
		return;
	preempt_disable();
	w.lock = w.own = true;
	at(API, w);
	preempt_enable();
	allocate(before);
}

/* --- calls ------------------------------------------------------------------ */

static void calls(struct where w)
{
	me.busy++;
	if (is_atomic(w))
		expect(K_YIELD, NONE);
	sched_yield();
	if (w.own)
		expect(K_WRITE, NONE);
	if (write(null_fd, "", 1) != 1)
		die("write");
	if (!w.handler) {
		if (w.lock && !mutex_run)
			expect(K_MUTEX, NONE);
		pthread_mutex_lock(&me.mutex);
		pthread_mutex_unlock(&me.mutex);
	}
	me.busy--;
}

/* --- handlers that are asked for ------------------------------------------- */

static void on_sync(int signo)
{
	struct where w = me.request_where;

	w.handler = true;
	w.own = false;
	w.kind = signo == SYNC ? 1 : 2;
	w.site = w.site == TASK || w.site == LOCK ? HANDLER : w.site;
	me.request(w);
}

static void interrupt_by(int signo, void (*what)(struct where), struct where w)
{
	me.request = what;
	me.request_where = w;
	raise(signo);
}

/*
 * On the stack that runs now: a handler that came with it might lie on the alternate
 * stack, and be written over when its stack is switched from.
 */
static void interrupt_here(void (*what)(struct where), struct where w)
{
	sigset_t on_alt;

	sigemptyset(&on_alt);
	sigaddset(&on_alt, SIGUSR1);
	sigaddset(&on_alt, TIMER_B);
	pthread_sigmask(SIG_BLOCK, &on_alt, NULL);
	interrupt_by(SYNC, what, w);
	pthread_sigmask(SIG_UNBLOCK, &on_alt, NULL);
}

static void interrupt(void (*what)(struct where), struct where w)
{
	interrupt_by(w.kind == 1 || rng_one_in(&me.rng, 2) ? SYNC_ALT : SYNC, what, w);
}

static void handler_ops(struct where w)
{
	w.depth++;
	ops(w, 2);
}

static void jumps(struct where w)
{
	allocate(w);
	siglongjmp(me.jmp, 1);
}

static void nests(struct where w)
{
	at(NESTED, w);
	interrupt(jumps, w);
}

/* Locals are not changed behind the setjmp. */
static void jump_near(struct where w)
{
	if (!sigsetjmp(me.jmp, 1))
		interrupt(jumps, w);
	at(JUMPED, w);
}

/* Over two handlers, or with a lock that was taken before. */
static void jump_far(struct where w)
{
	if (!sigsetjmp(me.jmp, 1))
		interrupt_by(SYNC, nests, w);
	at(JUMPED_FAR, w);
}

/* The inner handler is left, the outer goes on. */
static void inner_left(struct where w)
{
	if (!sigsetjmp(me.jmp, 1))
		interrupt(jumps, w);
	allocate(w);
}

static void jump_inner(struct where w)
{
	interrupt_by(SYNC, inner_left, w);
	allocate(w);
}

/* A jump out of a section that a handler holds: the lock stays taken. */
static void takes_and_jumps(struct where w)
{
	take(&me.locks[2][3]);
	w.lock = w.own = true;
	allocate(w);
	siglongjmp(me.jmp, 1);
}

static void jump_with_lock(struct where w)
{
	struct where held = w;

	held.lock = held.own = true;
	if (!sigsetjmp(me.jmp, 1))
		interrupt_by(SYNC_ALT, takes_and_jumps, w);
	at(JUMPED_FAR, held);
	give(&me.locks[2][3]);
	at(JUMPED, w);
}

__attribute__((noinline)) static void builtin_jumps(struct where w)
{
	allocate(w);
	__builtin_longjmp(me.words, 1);
}

__attribute__((noinline)) static void jump_builtin(struct where w)
{
	struct where *volatile mine = &w;

	if (!__builtin_setjmp(me.words))
		interrupt(builtin_jumps, *mine);
	pthread_sigmask(SIG_SETMASK, &no_signals, NULL);
	at(BUILTIN, *mine);
}

static void sets_context(struct where w)
{
	allocate(w);
	me.busy++;
	setcontext(&me.uc);
}

static void jump_setcontext(struct where w)
{
	volatile int times = 0;

	me.busy++;
	getcontext(&me.uc);
	me.busy--; /* getcontext's, or that of setcontext */
	if (!times++)
		interrupt(sets_context, w);
	at(SETCONTEXT, w);
}

/* --- coroutines ------------------------------------------------------------- */

static const struct where in_coroutine = { .site = COROUTINE, .depth = 3 };

static void waits_with_lock(struct coroutine *co)
{
	struct where w = in_coroutine;

	allocate(w);
	take(&me.locks[0][3]);
	w.lock = w.own = true;
	at(CO_LOCK, w);
	leave(co);
	at(CO_LOCK, w);
	give(&me.locks[0][3]);
	w.lock = w.own = false;
	allocate(w);
	leave(co);
	at(COROUTINE, w);
}

static void coroutine_with_lock(struct where w)
{
	ucontext_t here;
	struct coroutine *co = start(0, waits_with_lock, &here);

	resume(co, &here);
	at(SWAPPED, w);
	resume(co, &here);
	at(SWAPPED, w);
	resume(co, &here);
	at(SWAPPED, w);
}

static void swaps_back(struct where w)
{
	w.site = CO_HANDLER;
	allocate(w);
	leave(&me.co[1]);
	allocate(w);
}

static void is_interrupted(struct coroutine *co)
{
	struct where w = in_coroutine;

	interrupt_here(swaps_back, w);
	allocate(w);
	leave(co);
	if (!sigsetjmp(me.jmp, 1))
		interrupt(jumps, w);
	allocate(w);
}

/* A handler on a coroutine is left for the thread, and gone back to. */
static void coroutine_in_handler(struct where w)
{
	ucontext_t here;
	struct coroutine *co = start(1, is_interrupted, &here);

	for (int i = 0; i < 3; i++) {
		resume(co, &here);
		at(SWAPPED, w);
	}
}

static void swaps_out(struct where w)
{
	ucontext_t here;

	allocate(w);
	resume(&me.co[0], &here);
	allocate(w);
	resume(&me.co[0], &here);
	allocate(w);
	resume(&me.co[0], &here);
	allocate(w);
}

/* Out of a handler of the thread's. */
static void swap_out(struct where w)
{
	start(0, waits_with_lock, NULL);
	me.co[0].ends = false;
	interrupt_here(swaps_out, w);
	allocate(w);
}

/* --- asynchronous handlers --------------------------------------------------- */

static const struct where in_async = { .site = ASYNC, .handler = true, .depth = 3 };

/* The handlers' own. Nothing else of the thread's is changed by them. */
static struct rng async_rng(void)
{
	unsigned long n = __atomic_fetch_add(&me.async_random, 1, __ATOMIC_RELAXED);

	return (struct rng){ mix(me.seed + n) };
}

static void async_body(struct coroutine *co)
{
	struct rng r = { seed };

	for (;;) {
		allocate_by(&r, (struct where){ .site = ASYNC_SWAPPED });
		leave(co);
	}
}

static bool on_alt(const void *p)
{
	return me.alt && (const char *)p >= me.alt && (const char *)p < me.alt + STACK_BYTES;
}

static void leave_async(struct rng *r)
{
	unsigned int how;

	if (me.in_malloc || me.busy || !__atomic_exchange_n(&me.may_leave, 0, __ATOMIC_RELAXED))
		return;
	/* Nobody leaves meanwhile. */
	count(2);
	how = me.leave_by;
	allocate_by(r, in_async);
	if (how == 0)
		siglongjmp(me.async_jmp, 1);
	if (how == 1)
		__builtin_longjmp(me.async_words, 1);
	if (how == 3) {
		me.busy++;
		setcontext(&me.async_uc);
	}
	if (!on_alt(r)) {
		resume(&me.co[2], &me.async_uc);
		allocate_by(r, in_async);
	}
	me.may_leave = 1;
}

static void async_section(struct rng *r)
{
	struct where w = in_async;

	w.site = ASYNC_LOCK;
	w.lock = w.own = true;
	if (pthread_spin_trylock(&me.async_lock))
		return;
	allocate_by(r, w);
	pthread_spin_unlock(&me.async_lock);
	allocate_by(r, in_async);
}

static void on_async(int signo)
{
	int saved = errno;
	struct rng r = async_rng();

	(void)signo;
	count(1);
	if (!me.ready || me.in_async > 6)
		return;
	me.in_async++;
	switch (rng_below(&r, 12)) {
	case 0:
	case 1:
		allocate_by(&r, in_async);
		break;
	case 2:
		me.busy++;
		async_section(&r);
		me.busy--;
		break;
	case 3:
		raise(SIGUSR1);
		break;
	case 4:
	case 5:
	case 6:
		leave_async(&r);
		break;
	default:
		break;
	}
	me.in_async--;
	errno = saved;
}

/* What may be left at any instruction. */
static void be_left(void)
{
	struct sigaction act;

	for (int i = 0; i < 400; i++) {
		sigaction(SYNC, NULL, &act);
		if (i % 64 == 0)
			raise(SIGUSR1);
		else
			getppid();
	}
}

static void async_landed(enum site site, struct where w)
{
	me.may_leave = 0;
	me.in_async = me.busy = 0;
	at(site, w);
}

static void region_jump(struct where w)
{
	me.leave_by = rng_one_in(&me.rng, 3) ? 2 : 0;
	if (me.leave_by == 2)
		start(2, async_body, NULL);
	if (!sigsetjmp(me.async_jmp, 1)) {
		me.may_leave = 1;
		be_left();
	}
	async_landed(ASYNC_LEFT, w);
}

static void region_setcontext(struct where w)
{
	volatile int times = 0;

	me.leave_by = 3;
	me.busy++;
	getcontext(&me.async_uc);
	me.busy--;
	if (!times++) {
		me.may_leave = 1;
		be_left();
	}
	async_landed(ASYNC_LEFT, w);
}

__attribute__((noinline)) static void region_builtin(struct where w)
{
	struct where *volatile mine = &w;

	me.leave_by = 1;
	if (!__builtin_setjmp(me.async_words)) {
		me.may_leave = 1;
		be_left();
	}
	me.may_leave = 0;
	pthread_sigmask(SIG_SETMASK, &no_signals, NULL);
	async_landed(ASYNC_LEFT_BUILTIN, *mine);
}

static void async_region(struct where w)
{
	unsigned int how = (unsigned int)rng_below(&me.rng, weak_run ? 2 : 3);

	if (how == 0)
		region_jump(w);
	else if (how == 1)
		region_setcontext(w);
	else
		region_builtin(w);
}

/* --- processes ---------------------------------------------------------------- */

static void wait_for(pid_t pid, struct where w)
{
	int status, ret;

	do {
		if (w.own)
			expect(K_WAITPID, NONE);
		ret = waitpid(pid, &status, 0);
	} while (ret < 0 && errno == EINTR);
	if (ret != pid)
		die("waitpid: %d", errno);
	if (status)
		die("a child ended with status %#x; seed %llu", status, (unsigned long long)seed);
}

__attribute__((noinline)) static void vfork_child(struct where w)
{
	w.site = VFORK_CHILD;
	interrupt(allocate, w);
	allocate(w);
	if (!weak_run && rng_one_in(&me.rng, 2)) {
		take(&me.locks[w.kind][3]); /* stays taken, but not by the parent */
		w.lock = w.own = true;
		allocate(w);
	}
	_exit(0);
}

/* The mask: a child does not make the parent's handlers its own. */
__attribute__((noinline)) static void in_vfork(struct where w)
{
	pthread_spinlock_t *lock = &me.locks[w.kind][3];
	int before = preempt_count ? preempt_count() : 0;
	pid_t pid;

	me.busy++;
	if (w.own && !weak_run)
		expect(K_VFORK, NONE);
	pid = vfork();
	if (!pid)
		vfork_child(w);
	if (preempt_count && preempt_count() > before)
		die("preempt_count was %#x before a vfork, is %#x; pid %d, seed %llu", before,
		    preempt_count(), getpid(), (unsigned long long)seed);
	wait_for(pid, w);
	pthread_spin_init(lock, PTHREAD_PROCESS_PRIVATE);
	me.busy--;
	at(VFORKED, w);
}

static void fork_child(struct where w)
{
	me.busy = 0;
	w.site = FORK_CHILD;
	at(FORK_CHILD, w);
	for (int i = 0; i < 8; i++)
		ops(w, 2);
	if (!w.lock) {
		interrupt_by(SYNC, allocate, w);
		balanced("in a child");
	}
	_exit(0);
}

static void in_fork(struct where w)
{
	pid_t pid;

	me.busy++;
	if (w.own)
		expect(K_FORK, NONE);
	pid = fork();
	if (!pid)
		fork_child(w);
	wait_for(pid, w);
	me.busy--;
	at(FORKED, w);
}

/* --- helpers: threads that end ------------------------------------------------- */

static pthread_key_t key;
static const struct where in_helper = { .site = HELPER, .depth = 2 };

/* libc allocates and frees for threads that begin and end. */
static void in_libc(int add)
{
	me.busy += (unsigned int)add;
	me.in_malloc += (unsigned int)add;
}

static void thread_begin(uint64_t random)
{
	me.rng.state = me.seed = random;
	for (int i = 0; i < 3; i++)
		for (int k = 0; k < 4; k++)
			pthread_spin_init(&me.locks[i][k], PTHREAD_PROCESS_PRIVATE);
	pthread_spin_init(&me.async_lock, PTHREAD_PROCESS_PRIVATE);
	pthread_spin_init(&me.odd_lock, PTHREAD_PROCESS_PRIVATE);
	pthread_mutex_init(&me.mutex, NULL);
	pthread_mutex_init(&me.outer_mutex, NULL);
	pthread_cond_init(&me.cond, NULL);
	pthread_rwlock_init(&me.rwlock, NULL);
	me.ready = true;
}

static void destructor(void *unused)
{
	struct where w = in_helper;

	(void)unused;
	w.lock = w.own = me.ends_with_lock;
	at(EXITED, w);
}

static void exits(struct where w)
{
	allocate(w);
	expect(K_EXIT, NONE);
	in_libc(1);
	pthread_exit(NULL);
}

static void is_cancelled(struct where w)
{
	allocate(w);
	in_libc(1);
	for (;;)
		pthread_testcancel();
}

static void unlock(void *lock)
{
	give(lock);
	at(HELPER, in_helper);
}

static void *helper(void *arg)
{
	unsigned long how = (unsigned long)arg;
	struct where w = in_helper, held = in_helper;

	held.site = HELPER_LOCK;
	held.lock = held.own = true;
	thread_begin(seed + how);
	pthread_setspecific(key, &me);
	at(HELPER, w);
	switch (how % 5) {
	case 0:
		interrupt_by(SYNC, exits, w);
		break;
	case 1:
		interrupt_by(SYNC, is_cancelled, w);
		break;
	case 2: /* ends with it */
		take(&me.locks[0][0]);
		me.ends_with_lock = true;
		allocate(held);
		expect(K_HELD, NONE);
		expect(K_END, NONE);
		give(&me.locks[0][1]);
		expect(K_UNLOCK, NONE);
		break;
	case 3:
		take(&me.locks[0][0]);
		pthread_cleanup_push(unlock, (void *)&me.locks[0][0]);
		allocate(held);
		in_libc(1);
		for (;;)
			pthread_testcancel();
		pthread_cleanup_pop(0);
		break;
	default:
		section(w);
		break;
	}
	in_libc(1);
	return NULL;
}

static void with_helper(struct where w)
{
	unsigned long how = rng_next(&me.rng) >> 8;
	pthread_t id;

	if (weak_run)
		how = how / 5 * 5 + 2 + how % 2;

	in_libc(1);
	if (pthread_create(&id, NULL, helper, (void *)how))
		die("pthread_create");
	if (how % 5 == 1 || how % 5 == 3)
		pthread_cancel(id);
	pthread_join(id, NULL);
	in_libc(-1);
	allocate(w);
}

/* Another thread gives it back. */
static void *releases(void *lock)
{
	expect(K_UNLOCK, NONE);
	pthread_spin_unlock(lock);
	return NULL;
}

static void unlock_elsewhere(struct where w)
{
	struct where held = w;
	pthread_t id;

	take(&me.odd_lock);
	held.lock = held.own = true;
	at(LOCK, held);
	me.busy++;
	expect(K_CREATE, NONE);
	me.in_malloc++;
	if (pthread_create(&id, NULL, releases, (void *)&me.odd_lock))
		die("pthread_create");
	while (pthread_spin_trylock(&me.odd_lock))
		;
	pthread_spin_unlock(&me.odd_lock);
	me.in_malloc--;
	me.busy--;
	at(UNLOCKED, w);
	in_libc(1);
	pthread_join(id, NULL);
	in_libc(-1);
}

static void irqlock(struct where w)
{
	me.busy++;
	pthread_spin_destroy(&me.odd_lock);
	pthread_spin_init(&me.odd_lock, PTHREAD_PROCESS_PRIVATE);
	me.busy--;
	odd_in_handler(w);
	expect(K_IRQLOCK, NONE);
	interrupt_by(SYNC, odd_in_handler, w);
	allocate(w);
	me.busy++;
	pthread_spin_init(&me.odd_lock, PTHREAD_PROCESS_PRIVATE);
	me.busy--;
}

/* --- what a thread does --------------------------------------------------------- */

/* Anywhere. */
static void any_op(struct where w)
{
	switch (rng_below(&me.rng, 8)) {
	case 0:
		if (w.depth < 3) {
			section(w);
			break;
		} /* fall through */
	case 1:
		if (w.depth < 3 && w.kind < 2) {
			interrupt(handler_ops, w);
			break;
		} /* fall through */
	case 2:
		calls(w);
		break;
	case 3:
		if (rng_one_in(&me.rng, 8)) {
			in_vfork(w);
			break;
		} /* fall through */
	default:
		allocate(w);
		break;
	}
}

static void ops(struct where w, unsigned int n)
{
	while (n--)
		any_op(w);
}

static void (*const task_ops[])(struct where) = {
	section,     section,	  jump_near,	   jump_far,	       jump_inner,
	jump_setcontext, swap_out, coroutine_with_lock, coroutine_in_handler, async_region,
	async_region, jump_with_lock, api_section, bad_unlock,	       irqlock,
	mutex_section, read_section,
	jump_builtin,
};
#define NR_TASK_OPS (sizeof(task_ops) / sizeof(task_ops[0]))

static void round_of_ops(void)
{
	struct where w = { .site = TASK };
	bool locked = rng_one_in(&me.rng, 8);
	unsigned int op = (unsigned int)rng_below(&me.rng, NR_TASK_OPS - weak_run);

	if (locked) {
		take(&me.locks[0][0]);
		w.lock = w.own = true;
		w.depth = 1;
	}
	if (rng_one_in(&me.rng, 200))
		in_fork(w);
	else if (rng_one_in(&me.rng, 100) && !locked)
		with_helper(w);
	else if (rng_one_in(&me.rng, 100) && !locked)
		unlock_elsewhere(w);
	else
		task_ops[op](w);
	ops(w, 3);
	if (locked)
		give(&me.locks[0][0]);
}

static timer_t start_timer(int signo)
{
	struct sigevent event = { .sigev_notify = SIGEV_THREAD_ID, .sigev_signo = signo };
	struct itimerspec ms = { { 0, 1000000 }, { 0, 1000000 } };
	timer_t timer;

	event._sigev_un._tid = (int)syscall(SYS_gettid);
	if (timer_create(CLOCK_MONOTONIC, &event, &timer) || timer_settime(timer, 0, &ms, NULL))
		die("no timer: %d", errno);
	return timer;
}

static void *map_stack(void)
{
	void *p = mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		       0);

	if (p == MAP_FAILED)
		die("no stack");
	return p;
}

static void rounds(void)
{
	while (!stop) {
		for (int i = 0; i < 8; i++) {
			round_of_ops();
			count(0);
		}
		me.busy++;
		interrupt_by(SYNC, allocate, (struct where){ .site = DONE, .handler = true });
		balanced("between rounds");
		usleep(300);
		me.busy--;
	}
}

static void *worker(void *arg)
{
	timer_t a, b;
	stack_t alt;

	thread_begin(seed * 1000 + (unsigned long)arg);
	me.busy++;
	for (int i = 0; i < 3; i++)
		me.co[i].stack = map_stack();
	me.alt = map_stack();
	alt = (stack_t){ .ss_sp = me.alt, .ss_size = STACK_BYTES };
	if (sigaltstack(&alt, NULL))
		die("sigaltstack");
	a = start_timer(TIMER_A);
	b = start_timer(TIMER_B);
	me.busy--;
	rounds();
	me.busy++;
	timer_delete(a);
	timer_delete(b);
	in_libc(1);
	return NULL;
}

/* --- main --------------------------------------------------------------------------- */

static void install(int signo, void (*handler)(int), int flags)
{
	struct sigaction act = { .sa_handler = handler, .sa_flags = SA_RESTART | flags };

	if (sigaction(signo, &act, NULL))
		die("sigaction");
}

static void install_all(void)
{
	install(TIMER_A, on_async, 0);
	install(TIMER_B, on_async, SA_ONSTACK);
	install(SIGUSR1, on_async, SA_ONSTACK);
	install(SIGALRM, on_async, 0);
	install(SYNC, on_sync, 0);
	install(SYNC_ALT, on_sync, SA_ONSTACK);
}

/* pthread_exit opens libgcc_s the first time, which allocates. */
static void *exits_once(void *unused)
{
	pthread_exit(unused);
}

static void *shared(size_t bytes)
{
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		die("no memory");
	return p;
}

static void prepare(void)
{
	pthread_t id;

	seed = env_number("KMEMU_SEED", (uint64_t)time(NULL));
	nr_threads = (unsigned int)env_number("CONTEXT_THREADS", 8);
	weak_run = env_number("CONTEXT_WEAK", 0);
	mutex_run = env_number("CONTEXT_MUTEX", 0);
	truth = shared(sizeof(*truth) * NR_KEYS);
	totals = shared(4 * sizeof(*totals));
	preempt_count = (int (*)(void))dlsym(RTLD_DEFAULT, "kmemu_preempt_count");
	preempt_disable = (void (*)(void))dlsym(RTLD_DEFAULT, "kmemu_preempt_disable");
	preempt_enable = (void (*)(void))dlsym(RTLD_DEFAULT, "kmemu_preempt_enable");
	null_fd = open("/dev/null", O_WRONLY);
	if (null_fd < 0 || pthread_key_create(&key, destructor))
		die("not prepared");
	pthread_create(&id, NULL, exits_once, NULL);
	pthread_join(id, NULL);
	install_all();
}

/* Signals to all of them, until it is time. */
static void disturb(unsigned int seconds)
{
	struct itimerval ms = { { 0, 1000 }, { 0, 1000 } };
	time_t end = time(NULL) + seconds;

	setitimer(ITIMER_REAL, &ms, NULL);
	for (unsigned int i = 0; time(NULL) < end; i++) {
		pthread_kill(threads[i % nr_threads], SIGUSR1);
		usleep(200);
	}
	stop = true;
	ms = (struct itimerval){ { 0, 0 }, { 0, 0 } };
	setitimer(ITIMER_REAL, &ms, NULL);
}

int main(void)
{
	prepare();
	thread_begin(seed);
	for (unsigned long i = 0; i < nr_threads; i++)
		if (pthread_create(&threads[i], NULL, worker, (void *)(i + 1)))
			die("pthread_create");
	disturb((unsigned int)env_number("KMEMU_STRESS_SECONDS", 15));
	for (unsigned int i = 0; i < nr_threads; i++)
		pthread_join(threads[i], NULL);
	interrupt_by(SYNC, allocate, (struct where){ .site = DONE });
	balanced("at the end");
	return verdict();
}
