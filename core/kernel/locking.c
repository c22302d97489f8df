/*
 * locking.c - locks that sleep, and completions (kernel: kernel/locking/mutex.c,
 * rwsem.c, semaphore.c, kernel/sched/completion.c).
 *
 * Each is a word that waiters sleep on (core/lib/word_lock.c), so that one that
 * lies in memory of the program needs no set-up beyond 0. All that may sleep is
 * judged first, as the kernel's might_sleep() does.
 *
 * A completion is its count: a waiter takes one, ~0 is for all. The waiter may
 * free it as soon as it has its count; complete() then still wakes an address that
 * is nothing any more, which is harmless.
 *
 * Mutexes and semaphores of readers and writers that a thread holds are kept with what
 * else it has raised (core/lib/preempt.c), so that they are listed, and missed at its end
 * and where their memory is freed.
 *
 * Different from the kernel: no handing over to the first waiter, no spinning on
 * the owner. That a mutex is taken twice by a thread is told here, other orders by
 * core/check/lock_order.c.
 *
 * Locks: none but themselves. Cost: one atomic operation without contention.
 */
#include "core/check/lock.h"
#include "core/kernel/task.h"
#include "core/lib/word_lock.h"
#include "core/os/dl.h"
#include "include/kmemu/context.h"

/* --- what is held ----------------------------------------------------------- */

/* Kernel: lock_acquire(). */
static void note_taken(enum raise_kind kind, const void *lock, unsigned int how, const void *pc,
		       unsigned long sp)
{
	struct raise r = { .kind = (u8)kind, .how = (u8)(how | LOCK_API), .what = lock, .pc = pc,
			   .sp = sp };

	if ((likely(kmemu_is_ready()) || kmemu_init()) && context_armed)
		context_raise(&r);
}

/* Before it is released. Another thread may have taken it. */
static void note_released(enum raise_kind kind, const void *lock)
{
	struct context_stack *holder;
	struct raise found;

	if (!context_armed || context_drop_lock(kind, lock))
		return;
	holder = context_holder(lock, &found);
	if (holder)
		context_release(holder, lock);
}

#define TAKEN(kind, lock, how) note_taken(kind, lock, how, CALLER, CALLER_SP)

/* --- waits that a signal ends ------------------------------------------------- */

#define INTERRUPTIBLE KMEMU_TASK_INTERRUPTIBLE
#define KILLABLE      KMEMU_TASK_WAKEKILL

struct signal_stop {
	struct word_stop stop;
	const struct task *task;
	u32 state;
};

static bool is_signalled(const struct word_stop *stop)
{
	const struct signal_stop *s = container_of(stop, struct signal_stop, stop);

	return task_signalled(s->task, s->state);
}

static struct signal_stop stop_in(u32 state)
{
	struct task *task = task_current();

	return (struct signal_stop){ { &task->signals, is_signalled }, task, state };
}

/* --- mutex ----------------------------------------------------------------- */

static bool is_mine(const struct kmemu_mutex *lock)
{
	return word_owner(&lock->word) == os_tid();
}

void lock_check_owner(const u32 *word, const char *file, int line, const char *text,
		      const void *caller)
{
	u32 owner = word_owner(word);

	if (owner && context_armed && !os_thread_exists(owner) && word_owner(word) == owner)
		kernel_warn_text(caller, file, line, "%s: 0x%x is no thread's", text,
				 READ_ONCE(*word) & ~WORD_WAITERS);
}

void __lock_not_set_up(u32 *word, const char *file, int line, const char *text,
		       const void *caller)
{
	u32 seen = 0;

	if (!context_armed)
		return;
	/* What we take is ours, or of a structure that not all programs set up whole. */
	if (__atomic_compare_exchange_n(word, &seen, WORD_SET_UP, false, __ATOMIC_RELAXED,
					__ATOMIC_RELAXED) &&
	    !os_dl_is_own_code(caller))
		kernel_warn_text(caller, file, line, "%s: nobody set this lock up", text);
}

#define MUTEX_MAGIC "DEBUG_LOCKS_WARN_ON(lock->magic != lock)"

/* Kernel: print_deadlock_bug(), and then the thread hangs; here, too. */
static void prepare_take(struct kmemu_mutex *lock, unsigned int how, const char *func,
			 const void *caller)
{
	might_sleep_in(func, caller);
	lock_check_set_up(&lock->word, "kernel/locking/mutex.c", 588, MUTEX_MAGIC, caller);
	if (unlikely(is_mine(lock)))
		kernel_warn_text(caller, "kernel/locking/lockdep.c", 0,
				 "possible recursive locking detected: %s() of a mutex that this "
				 "thread has", func);
	else if (unlikely(word_owner(&lock->word)))
		lock_check_owner(&lock->word, "kernel/locking/mutex.c", 588, MUTEX_MAGIC, caller);
	lock_order(RAISE_SLEEP_MUTEX, lock, how | LOCK_API, caller);
}

static void take(struct kmemu_mutex *lock, unsigned int how, const char *func, const void *caller,
		 unsigned long sp)
{
	prepare_take(lock, how, func, caller);
	word_lock(&lock->word, os_tid());
	note_taken(RAISE_SLEEP_MUTEX, lock, how, caller, sp);
}

static int take_in(u32 state, struct kmemu_mutex *lock, unsigned int how, const char *func,
		   const void *caller, unsigned long sp)
{
	struct signal_stop s = stop_in(state);

	prepare_take(lock, how, func, caller);
	if (!word_lock_unless(&lock->word, os_tid(), &s.stop))
		return -EINTR_;
	note_taken(RAISE_SLEEP_MUTEX, lock, how, caller, sp);
	return 0;
}

void mutex_lock_for(struct kmemu_mutex *lock, const char *func, const void *caller)
{
	take(lock, 0, func, caller, CALLER_SP);
}

KMEMU_EXPORT void kmemu_mutex_lock(struct kmemu_mutex *lock)
{
	take(lock, 0, "mutex_lock", CALLER, CALLER_SP);
}

KMEMU_EXPORT void kmemu_mutex_lock_nested(struct kmemu_mutex *lock, unsigned int subclass)
{
	take(lock, lock_how_nested(subclass), "mutex_lock_nested", CALLER, CALLER_SP);
}

KMEMU_EXPORT int kmemu_mutex_lock_interruptible(struct kmemu_mutex *lock)
{
	return take_in(INTERRUPTIBLE, lock, 0, "mutex_lock_interruptible", CALLER, CALLER_SP);
}

KMEMU_EXPORT int kmemu_mutex_lock_interruptible_nested(struct kmemu_mutex *lock,
						       unsigned int subclass)
{
	return take_in(INTERRUPTIBLE, lock, lock_how_nested(subclass),
		       "mutex_lock_interruptible_nested", CALLER, CALLER_SP);
}

KMEMU_EXPORT int kmemu_mutex_lock_killable(struct kmemu_mutex *lock)
{
	return take_in(KILLABLE, lock, 0, "mutex_lock_killable", CALLER, CALLER_SP);
}

KMEMU_EXPORT int kmemu_mutex_lock_killable_nested(struct kmemu_mutex *lock, unsigned int subclass)
{
	return take_in(KILLABLE, lock, lock_how_nested(subclass), "mutex_lock_killable_nested",
		       CALLER, CALLER_SP);
}

KMEMU_EXPORT int kmemu_mutex_trylock(struct kmemu_mutex *lock)
{
	lock_check_set_up(&lock->word, "kernel/locking/mutex.c", 1098, MUTEX_MAGIC, CALLER);
	if (!word_try(&lock->word, os_tid()))
		return 0;
	TAKEN(RAISE_SLEEP_MUTEX, lock, LOCK_TRY);
	return 1;
}

/* Kernel: with CONFIG_DEBUG_MUTEXES. */
KMEMU_EXPORT void kmemu_mutex_unlock(struct kmemu_mutex *lock)
{
	if (unlikely(!is_mine(lock)))
		kernel_warn(CALLER, "kernel/locking/mutex.c", 928,
			    "DEBUG_LOCKS_WARN_ON(__owner_task(owner) != current)");
	note_released(RAISE_SLEEP_MUTEX, lock);
	word_unlock(&lock->word);
}

KMEMU_EXPORT void kmemu_mutex_destroyed(const struct kmemu_mutex *lock)
{
	(void)lock;
	kernel_warn(CALLER, "kernel/locking/mutex-debug.c", 114,
		    "DEBUG_LOCKS_WARN_ON(mutex_is_locked(lock))");
}

/* Kernel: check_deadlock(), check_wait_context(). */
KMEMU_EXPORT void kmemu_might_lock(int type, const void *lock)
{
	static const u8 kinds[] = {
		[KMEMU_LOCK_SPIN] = RAISE_SPIN,
		[KMEMU_LOCK_RW] = RAISE_RWLOCK,
		[KMEMU_LOCK_MUTEX] = RAISE_SLEEP_MUTEX,
		[KMEMU_LOCK_RWSEM] = RAISE_RWSEM,
	};

	if (unlikely(!context_is_task()) && (type == KMEMU_LOCK_MUTEX || type == KMEMU_LOCK_RWSEM))
		kernel_might_sleep("might_lock", CALLER);
	if (kmemu_lock_is_held(type, lock, -1) > 0)
		kernel_warn(CALLER, "kernel/locking/lockdep.c", 0,
			    "possible recursive locking detected: might_lock() of a lock that this "
			    "thread has");
	else if (type > KMEMU_LOCK_OTHER && type <= KMEMU_LOCK_RWSEM)
		lock_order((enum raise_kind)kinds[type], lock, LOCK_API, CALLER);
}

/* --- rw_semaphore ---------------------------------------------------------- */

/* Kernel: CONFIG_DEBUG_RWSEMS, which asks at the release; lockdep asks here. */
static void check_magic(struct kmemu_rwsem *sem, int line, const void *caller)
{
	lock_check_set_up(&sem->word, "kernel/locking/rwsem.c", line,
			  "DEBUG_RWSEMS_WARN_ON(sem->magic != sem)", caller);
}

/* A reader that comes behind a writer that waits, waits: it is no recursive one. */
static void down_read(struct kmemu_rwsem *sem, unsigned int how, const char *func,
		      const void *caller, unsigned long sp)
{
	might_sleep_in(func, caller);
	check_magic(sem, 1340, caller);
	lock_order(RAISE_RWSEM, sem, how | LOCK_READ | LOCK_API, caller);
	word_read_lock(&sem->word);
	note_taken(RAISE_RWSEM, sem, how | LOCK_READ, caller, sp);
}

static void down_write(struct kmemu_rwsem *sem, unsigned int how, const char *func,
		       const void *caller, unsigned long sp)
{
	might_sleep_in(func, caller);
	check_magic(sem, 1362, caller);
	lock_order(RAISE_RWSEM, sem, how | LOCK_API, caller);
	word_write_lock(&sem->word);
	note_taken(RAISE_RWSEM, sem, how, caller, sp);
}

static int down_read_in(u32 state, struct kmemu_rwsem *sem, unsigned int how, const char *func,
			const void *caller, unsigned long sp)
{
	struct signal_stop s = stop_in(state);

	might_sleep_in(func, caller);
	check_magic(sem, 1340, caller);
	lock_order(RAISE_RWSEM, sem, how | LOCK_READ | LOCK_API, caller);
	if (!word_read_lock_unless(&sem->word, &s.stop))
		return -EINTR_;
	note_taken(RAISE_RWSEM, sem, how | LOCK_READ, caller, sp);
	return 0;
}

static int down_write_in(u32 state, struct kmemu_rwsem *sem, unsigned int how, const char *func,
			 const void *caller, unsigned long sp)
{
	struct signal_stop s = stop_in(state);

	might_sleep_in(func, caller);
	check_magic(sem, 1362, caller);
	lock_order(RAISE_RWSEM, sem, how | LOCK_API, caller);
	if (!word_write_lock_unless(&sem->word, &s.stop))
		return -EINTR_;
	note_taken(RAISE_RWSEM, sem, how, caller, sp);
	return 0;
}

/* Not held in that way, so there is nothing to release: the kernel's count would be wrong. */
static bool is_released(const struct kmemu_rwsem *sem, bool write, const char *what, int line,
			const void *caller)
{
	u32 word = word_owner(&sem->word);

	if (likely(word && (word == WORD_WRITER) == write))
		return false;
	kernel_warn_text(caller, "kernel/locking/rwsem.c", line,
			 "DEBUG_RWSEMS_WARN_ON(%s): count = 0x%x, curr 0x%px", what, word,
			 &task_current()->t);
	return true;
}

KMEMU_EXPORT void kmemu_down_read(struct kmemu_rwsem *sem)
{
	down_read(sem, 0, "down_read", CALLER, CALLER_SP);
}

KMEMU_EXPORT void kmemu_down_read_nested(struct kmemu_rwsem *sem, unsigned int subclass)
{
	down_read(sem, lock_how_nested(subclass), "down_read_nested", CALLER, CALLER_SP);
}

KMEMU_EXPORT int kmemu_down_read_interruptible(struct kmemu_rwsem *sem)
{
	return down_read_in(INTERRUPTIBLE, sem, 0, "down_read_interruptible", CALLER, CALLER_SP);
}

KMEMU_EXPORT int kmemu_down_read_killable(struct kmemu_rwsem *sem)
{
	return down_read_in(KILLABLE, sem, 0, "down_read_killable", CALLER, CALLER_SP);
}

KMEMU_EXPORT int kmemu_down_read_killable_nested(struct kmemu_rwsem *sem, unsigned int subclass)
{
	return down_read_in(KILLABLE, sem, lock_how_nested(subclass), "down_read_killable_nested",
			    CALLER, CALLER_SP);
}

KMEMU_EXPORT int kmemu_down_read_trylock(struct kmemu_rwsem *sem)
{
	check_magic(sem, 1279, CALLER);
	if (!word_read_trylock(&sem->word))
		return 0;
	TAKEN(RAISE_RWSEM, sem, LOCK_READ | LOCK_TRY);
	return 1;
}

KMEMU_EXPORT void kmemu_up_read(struct kmemu_rwsem *sem)
{
	if (unlikely(is_released(sem, false, "!is_rwsem_reader_owned(sem)", 1341, CALLER)))
		return;
	note_released(RAISE_RWSEM, sem);
	word_read_unlock(&sem->word);
}

/* Nobody's, so whoever may release it. */
KMEMU_EXPORT void kmemu_down_read_non_owner(struct kmemu_rwsem *sem)
{
	might_sleep_in("down_read_non_owner", CALLER);
	word_read_lock(&sem->word);
}

KMEMU_EXPORT void kmemu_up_read_non_owner(struct kmemu_rwsem *sem)
{
	word_read_unlock(&sem->word);
}

KMEMU_EXPORT void kmemu_down_write(struct kmemu_rwsem *sem)
{
	down_write(sem, 0, "down_write", CALLER, CALLER_SP);
}

KMEMU_EXPORT void kmemu_down_write_nested(struct kmemu_rwsem *sem, unsigned int subclass)
{
	down_write(sem, lock_how_nested(subclass), "down_write_nested", CALLER, CALLER_SP);
}

KMEMU_EXPORT int kmemu_down_write_killable(struct kmemu_rwsem *sem)
{
	return down_write_in(KILLABLE, sem, 0, "down_write_killable", CALLER, CALLER_SP);
}

KMEMU_EXPORT int kmemu_down_write_killable_nested(struct kmemu_rwsem *sem, unsigned int subclass)
{
	return down_write_in(KILLABLE, sem, lock_how_nested(subclass),
			     "down_write_killable_nested", CALLER, CALLER_SP);
}

KMEMU_EXPORT int kmemu_down_write_trylock(struct kmemu_rwsem *sem)
{
	check_magic(sem, 1326, CALLER);
	if (!word_write_trylock(&sem->word))
		return 0;
	TAKEN(RAISE_RWSEM, sem, LOCK_TRY);
	return 1;
}

KMEMU_EXPORT void kmemu_up_write(struct kmemu_rwsem *sem)
{
	if (unlikely(is_released(sem, true, "rwsem_owner(sem) != current", 1367, CALLER)))
		return;
	note_released(RAISE_RWSEM, sem);
	word_write_unlock(&sem->word);
}

KMEMU_EXPORT void kmemu_downgrade_write(struct kmemu_rwsem *sem)
{
	word_downgrade(&sem->word);
}

/* --- what is counted ------------------------------------------------------- */

/* ~0 stays: there is one for everybody. */
static bool take_one(u32 *count)
{
	u32 seen = __atomic_load_n(count, __ATOMIC_ACQUIRE);

	while (seen && seen != ~0U)
		if (__atomic_compare_exchange_n(count, &seen, seen - 1, true, __ATOMIC_ACQUIRE,
						__ATOMIC_ACQUIRE))
			return true;
	return seen;
}

/* 0; -ETIME; -EINTR: a signal that ends a sleep in that state. */
static int __wait_for_one(u32 *count, u64 ns, u32 state, struct task *task)
{
	u64 end = ns == SLEEP_FOREVER ? 0 : os_monotonic_ns() + ns;

	while (!take_one(count)) {
		u64 now = end ? os_monotonic_ns() : 0;
		u32 signals = __atomic_load_n(&task->signals, __ATOMIC_SEQ_CST);

		if (task_signalled(task, state))
			return -EINTR_;
		if (end && now >= end)
			return take_one(count) ? 0 : -ETIME_;
		if (state)
			os_futex_wait_either(count, 0, &task->signals, signals,
					     end ? end - now : SLEEP_FOREVER);
		else if (end)
			os_futex_wait_ns(count, 0, end - now);
		else
			os_futex_wait(count, 0);
	}
	return 0;
}

static int wait_for_one(u32 *count, u64 ns, u32 state)
{
	struct task *task = task_current();
	int got;

	context_rests(true);
	task->nvcsw++;
	__atomic_store_n(&task->asleep, 2, __ATOMIC_RELEASE);
	got = __wait_for_one(count, ns, state, task);
	__atomic_store_n(&task->asleep, 0, __ATOMIC_RELEASE);
	context_rests(false);
	jiffies_catch_up();
	return got;
}

static void give_one(u32 *count)
{
	u32 seen = READ_ONCE(*count);

	while (seen < ~0U - 1 && !__atomic_compare_exchange_n(count, &seen, seen + 1, true,
							      __ATOMIC_RELEASE, __ATOMIC_RELAXED))
		;
	os_futex_wake(count, 1);
}

/* Kernel: of the lock in it. */
static void check_spin_magic(u32 *set_up, const void *caller)
{
	lock_check_set_up(set_up, "kernel/locking/spinlock_debug.c", 112,
			  "BUG: spinlock bad magic", caller);
}

/* --- semaphore ------------------------------------------------------------- */

KMEMU_EXPORT void kmemu_down(struct kmemu_semaphore *sem)
{
	check_spin_magic(&sem->set_up, CALLER);
	might_sleep_in("down", CALLER);
	wait_for_one(&sem->count, SLEEP_FOREVER, 0);
}

KMEMU_EXPORT int kmemu_down_interruptible(struct kmemu_semaphore *sem)
{
	check_spin_magic(&sem->set_up, CALLER);
	might_sleep_in("down_interruptible", CALLER);
	return wait_for_one(&sem->count, SLEEP_FOREVER, INTERRUPTIBLE);
}

KMEMU_EXPORT int kmemu_down_killable(struct kmemu_semaphore *sem)
{
	check_spin_magic(&sem->set_up, CALLER);
	might_sleep_in("down_killable", CALLER);
	return wait_for_one(&sem->count, SLEEP_FOREVER, KILLABLE);
}

KMEMU_EXPORT int kmemu_down_trylock(struct kmemu_semaphore *sem)
{
	check_spin_magic(&sem->set_up, CALLER);
	return !take_one(&sem->count);
}

KMEMU_EXPORT int kmemu_down_timeout(struct kmemu_semaphore *sem, long timeout)
{
	check_spin_magic(&sem->set_up, CALLER);
	might_sleep_in("down_timeout", CALLER);
	return wait_for_one(&sem->count, jiffies_to_ns((u64)timeout), 0);
}

KMEMU_EXPORT void kmemu_up(struct kmemu_semaphore *sem)
{
	check_spin_magic(&sem->set_up, CALLER);
	give_one(&sem->count);
}

/* --- completion ------------------------------------------------------------ */

bool completion_wait(struct kmemu_completion *x, u64 ns)
{
	return !wait_for_one(&x->done, ns, 0);
}

static int completion_wait_in(u32 state, struct kmemu_completion *x)
{
	return wait_for_one(&x->done, SLEEP_FOREVER, state) ? -ERESTARTSYS_ : 0;
}

KMEMU_EXPORT void kmemu_complete(struct kmemu_completion *x)
{
	check_spin_magic(&x->set_up, CALLER);
	give_one(&x->done);
}

KMEMU_EXPORT void kmemu_complete_all(struct kmemu_completion *x)
{
	check_spin_magic(&x->set_up, CALLER);
	__atomic_store_n(&x->done, ~0U, __ATOMIC_RELEASE);
	os_futex_wake(&x->done, INT32_MAX);
}

KMEMU_EXPORT void kmemu_wait_for_completion(struct kmemu_completion *x)
{
	check_spin_magic(&x->set_up, CALLER);
	might_sleep_in("wait_for_completion", CALLER);
	completion_wait(x, SLEEP_FOREVER);
}

KMEMU_EXPORT int kmemu_wait_for_completion_interruptible(struct kmemu_completion *x)
{
	check_spin_magic(&x->set_up, CALLER);
	might_sleep_in("wait_for_completion_interruptible", CALLER);
	return completion_wait_in(INTERRUPTIBLE, x);
}

KMEMU_EXPORT int kmemu_wait_for_completion_killable(struct kmemu_completion *x)
{
	check_spin_magic(&x->set_up, CALLER);
	might_sleep_in("wait_for_completion_killable", CALLER);
	return completion_wait_in(KILLABLE, x);
}

/* Kernel: do_wait_for_common(); at least 1 when it is done. */
static long wait_timeout(struct kmemu_completion *x, unsigned long timeout, u32 state)
{
	u64 begin = os_monotonic_ns(), ns = jiffies_to_ns(timeout), spent;
	u64 most = timeout >= KMEMU_MAX_SCHEDULE_TIMEOUT ? SLEEP_FOREVER : ns;
	int err = wait_for_one(&x->done, most, state);

	if (err)
		return err == -EINTR_ ? -ERESTARTSYS_ : 0;
	spent = os_monotonic_ns() - begin;
	return spent >= ns ? 1 : (long)max(ns_to_jiffies(ns - spent), 1UL);
}

KMEMU_EXPORT unsigned long kmemu_wait_for_completion_timeout(struct kmemu_completion *x,
							     unsigned long timeout)
{
	check_spin_magic(&x->set_up, CALLER);
	might_sleep_in("wait_for_completion_timeout", CALLER);
	return (unsigned long)wait_timeout(x, timeout, 0);
}

KMEMU_EXPORT long kmemu_wait_for_completion_interruptible_timeout(struct kmemu_completion *x,
								  unsigned long timeout)
{
	check_spin_magic(&x->set_up, CALLER);
	might_sleep_in("wait_for_completion_interruptible_timeout", CALLER);
	return wait_timeout(x, timeout, INTERRUPTIBLE);
}

KMEMU_EXPORT long kmemu_wait_for_completion_killable_timeout(struct kmemu_completion *x,
							     unsigned long timeout)
{
	check_spin_magic(&x->set_up, CALLER);
	might_sleep_in("wait_for_completion_killable_timeout", CALLER);
	return wait_timeout(x, timeout, KILLABLE);
}

KMEMU_EXPORT int kmemu_try_wait_for_completion(struct kmemu_completion *x)
{
	check_spin_magic(&x->set_up, CALLER);
	return take_one(&x->done);
}

KMEMU_EXPORT int kmemu_completion_done(struct kmemu_completion *x)
{
	return __atomic_load_n(&x->done, __ATOMIC_ACQUIRE) != 0;
}
