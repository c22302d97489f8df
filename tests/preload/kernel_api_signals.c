// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * Signals of kernel threads (<linux/sched/signal.h>): which sleeps they end, before them
 * and in them, and with what; what is pending and taken; struct pid; and signals to the
 * program's own threads (kernel_api_signals.sh). What each answers is what 6.12 answers.
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/pid.h>
#include <linux/rcuwait.h>
#include <linux/rwsem.h>
#include <linux/sched/signal.h>
#include <linux/semaphore.h>
#include <linux/swait.h>
#include <linux/wait.h>
#include <linux/wait_bit.h>
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

static DECLARE_WAIT_QUEUE_HEAD(queue);
static DECLARE_SWAIT_QUEUE_HEAD(simple_queue);
static struct rcuwait rcuwait = __RCUWAIT_INITIALIZER(rcuwait);
static DECLARE_COMPLETION(never);
static DEFINE_MUTEX(mutex);
static DECLARE_RWSEM(rwsem);
static DEFINE_SEMAPHORE(semaphore, 0);
static DEFINE_SPINLOCK(lock);
static unsigned long word = 1;
static int variable;
static bool condition; /* stays false */

/* --- ways to sleep ------------------------------------------------------------ */

#define LONG_TIME (100 * HZ)

static long sleep_in(unsigned int state)
{
	set_current_state(state);
	schedule();
	return task_is_running(current);
}

static long with_lock(void)
{
	long ret;

	spin_lock(&queue.lock);
	ret = wait_event_interruptible_locked(queue, condition);
	CHECK(list_empty(&queue.head));
	spin_unlock(&queue.lock);
	return ret;
}

static long with_lock_irq(void)
{
	long ret;

	spin_lock_irq(&lock);
	ret = wait_event_interruptible_lock_irq(queue, condition, lock);
	spin_unlock_irq(&lock);
	return ret;
}

static long with_lock_irq_timeout(void)
{
	long ret;

	spin_lock_irq(&lock);
	ret = wait_event_interruptible_lock_irq_timeout(queue, condition, lock, LONG_TIME);
	spin_unlock_irq(&lock);
	return ret;
}

static long by_hand(void)
{
	DEFINE_WAIT(wait);
	long ret;

	while (!(ret = prepare_to_wait_event(&queue, &wait, TASK_INTERRUPTIBLE)))
		schedule();
	CHECK(list_empty(&wait.entry) && task_is_running(current));
	finish_wait(&queue, &wait);
	return ret;
}

static long woken(void)
{
	DEFINE_WAIT_FUNC(wait, woken_wake_function);
	long left;

	add_wait_queue(&queue, &wait);
	left = wait_woken(&wait, TASK_INTERRUPTIBLE, LONG_TIME);
	remove_wait_queue(&queue, &wait);
	return left > 0;
}

/* #define WAY(name, killable, result, expression) */
#define WAYS                                                                              \
	WAY(schedule, 0, 1, sleep_in(TASK_INTERRUPTIBLE))                                 \
	WAY(schedule_killable, 1, 1, sleep_in(TASK_KILLABLE))                             \
	WAY(timeout, 0, 1, schedule_timeout_interruptible(LONG_TIME) > 0)                 \
	WAY(timeout_killable, 1, 1, schedule_timeout_killable(LONG_TIME) > 0)             \
	WAY(timeout_none, 0, 1, schedule_timeout_interruptible(MAX_SCHEDULE_TIMEOUT) > 0) \
	WAY(msleep, 0, 1, msleep_interruptible(100000) > 1000)                            \
	WAY(event, 0, -ERESTARTSYS, wait_event_interruptible(queue, condition))           \
	WAY(event_timeout, 0, -ERESTARTSYS,                                               \
	    wait_event_interruptible_timeout(queue, condition, LONG_TIME))                \
	WAY(event_ns, 0, -ERESTARTSYS,                                                    \
	    wait_event_interruptible_hrtimeout(queue, condition, ktime_set(100, 0)))      \
	WAY(event_exclusive, 0, -ERESTARTSYS,                                             \
	    wait_event_interruptible_exclusive(queue, condition))                         \
	WAY(event_killable, 1, -ERESTARTSYS, wait_event_killable(queue, condition))       \
	WAY(event_killable_timeout, 1, -ERESTARTSYS,                                      \
	    wait_event_killable_timeout(queue, condition, LONG_TIME))                     \
	WAY(event_killable_exclusive, 1, -ERESTARTSYS,                                    \
	    wait_event_killable_exclusive(queue, condition))                              \
	WAY(event_freezable, 0, -ERESTARTSYS, wait_event_freezable(queue, condition))     \
	WAY(event_state, 0, -ERESTARTSYS,                                                 \
	    wait_event_state(queue, condition, TASK_INTERRUPTIBLE))                       \
	WAY(event_inner, 0, -ERESTARTSYS, __wait_event_interruptible(queue, condition))   \
	WAY(event_locked, 0, -ERESTARTSYS, with_lock())                                   \
	WAY(event_lock_irq, 0, -ERESTARTSYS, with_lock_irq())                             \
	WAY(event_lock_irq_timeout, 0, -ERESTARTSYS, with_lock_irq_timeout())             \
	WAY(prepare, 0, -ERESTARTSYS, by_hand())                                          \
	WAY(woken, 0, 1, woken())                                                         \
	WAY(swait, 0, -ERESTARTSYS,                                                       \
	    swait_event_interruptible_exclusive(simple_queue, condition))                 \
	WAY(swait_timeout, 0, -ERESTARTSYS,                                               \
	    swait_event_interruptible_timeout_exclusive(simple_queue, condition, LONG_TIME)) \
	WAY(rcuwait, 0, -EINTR, rcuwait_wait_event(&rcuwait, condition, TASK_INTERRUPTIBLE)) \
	WAY(completion, 0, -ERESTARTSYS, wait_for_completion_interruptible(&never))       \
	WAY(completion_killable, 1, -ERESTARTSYS, wait_for_completion_killable(&never))   \
	WAY(completion_state, 1, -ERESTARTSYS,                                            \
	    wait_for_completion_state(&never, TASK_KILLABLE))                             \
	WAY(completion_timeout, 0, -ERESTARTSYS,                                          \
	    wait_for_completion_interruptible_timeout(&never, LONG_TIME))                 \
	WAY(completion_killable_timeout, 1, -ERESTARTSYS,                                 \
	    wait_for_completion_killable_timeout(&never, LONG_TIME))                      \
	WAY(mutex, 0, -EINTR, mutex_lock_interruptible(&mutex))                           \
	WAY(mutex_killable, 1, -EINTR, mutex_lock_killable(&mutex))                       \
	WAY(semaphore, 0, -EINTR, down_interruptible(&semaphore))                         \
	WAY(semaphore_killable, 1, -EINTR, down_killable(&semaphore))                     \
	WAY(rwsem_read, 0, -EINTR, down_read_interruptible(&rwsem))                       \
	WAY(rwsem_read_killable, 1, -EINTR, down_read_killable(&rwsem))                   \
	WAY(rwsem_write_killable, 1, -EINTR, down_write_killable(&rwsem))                 \
	WAY(bit, 0, -EINTR, wait_on_bit(&word, 0, TASK_INTERRUPTIBLE))                    \
	WAY(bit_killable, 1, -EINTR, wait_on_bit(&word, 0, TASK_KILLABLE))                \
	WAY(bit_lock, 0, -EINTR, wait_on_bit_lock(&word, 0, TASK_INTERRUPTIBLE))          \
	WAY(bit_timeout, 0, -EINTR,                                                       \
	    wait_on_bit_timeout(&word, 0, TASK_INTERRUPTIBLE, LONG_TIME))                 \
	WAY(var, 0, -ERESTARTSYS, wait_var_event_interruptible(&variable, condition))     \
	WAY(var_killable, 1, -ERESTARTSYS, wait_var_event_killable(&variable, condition))

#define WAY(name, killable, result, expression)  \
	static long way_##name(void)              \
	{                                         \
		return (long)(expression);        \
	}
WAYS
#undef WAY

#define WAY(name, killable, result, expression) { #name, way_##name, killable, result },
static const struct way {
	const char *name;
	long (*sleep)(void);
	bool killable;
	long result;
} ways[] = { WAYS };
#undef WAY

struct run {
	const struct way *way;
	bool early; /* the signal is there before it sleeps */
	struct completion begun;
	bool ended;
	long result;
	int signal;
};

static int sleeper(void *arg)
{
	struct run *run = arg;

	allow_signal(SIGUSR1);
	allow_signal(SIGKILL);
	complete(&run->begun);
	while (run->early && !signal_pending(current))
		cpu_relax();
	run->result = run->way->sleep();
	run->signal = signal_pending(current) ? kernel_dequeue_signal() : 0;
	CHECK(task_is_running(current));
	WRITE_ONCE(run->ended, true);
	flush_signals(current);
	while (!kthread_should_stop())
		schedule_timeout_interruptible(HZ);
	return 0;
}

static void wait_until_ended(struct run *run)
{
	while (!READ_ONCE(run->ended))
		msleep(1);
}

static void sleep_and_send(const struct way *way, bool early, int sig)
{
	struct run run = { .way = way, .early = early };
	struct task_struct *t;

	init_completion(&run.begun);
	t = kthread_run(sleeper, &run, "sleeper");
	CHECK(!IS_ERR(t));
	wait_for_completion(&run.begun);
	if (!early) {
		CHECK(send_sig(SIGUSR2, t, 1) == 0);
		msleep(2); /* time to sleep, and to be woken by what is ignored */
		CHECK(!READ_ONCE(run.ended));
	}
	CHECK(send_sig(sig, t, 0) == 0);
	if (way->killable && sig != SIGKILL) {
		msleep(2);
		CHECK(!READ_ONCE(run.ended));
		CHECK(send_sig(SIGKILL, t, 1) == 0);
	}
	wait_until_ended(&run);
	if (run.result != way->result)
		pr_err("%s: early %d, signal %d: %ld\n", way->name, early, sig, run.result);
	CHECK(run.result == way->result);
	CHECK(run.signal == (way->killable ? SIGKILL : sig)); /* the lowest */
	CHECK(kthread_stop(t) == 0);
}

static void test_sleeps(void)
{
	size_t i;

	mutex_lock(&mutex);
	down_write(&rwsem);
	for (i = 0; i < ARRAY_SIZE(ways); i++) {
		sleep_and_send(&ways[i], false, SIGUSR1);
		sleep_and_send(&ways[i], false, SIGKILL);
		sleep_and_send(&ways[i], true, SIGUSR1);
		sleep_and_send(&ways[i], true, SIGKILL);
	}
	up_write(&rwsem);
	mutex_unlock(&mutex);
}

static DECLARE_COMPLETION(finished);

/* What is true or free by then is had, whatever is pending. */
static int lucky(void *unused)
{
	static DECLARE_COMPLETION(done);
	static DEFINE_SEMAPHORE(one, 1);
	static DEFINE_MUTEX(m);
	static DECLARE_RWSEM(rw);

	(void)unused;
	allow_signal(SIGUSR1);
	CHECK(send_sig(SIGUSR1, current, 0) == 0 && signal_pending(current));
	complete(&done);
	CHECK(wait_for_completion_interruptible(&done) == 0);
	CHECK(down_interruptible(&one) == 0);
	CHECK(mutex_lock_interruptible(&m) == 0);
	CHECK(down_read_interruptible(&rw) == 0);
	CHECK(wait_event_interruptible(queue, !condition) == 0);
	CHECK(wait_event_interruptible_timeout(queue, !condition, 5) == 5);
	CHECK(wait_event_interruptible_timeout(queue, condition, 0) == 0);
	up_read(&rw);
	mutex_unlock(&m);
	/* none of these looks at signals */
	CHECK(schedule_timeout_uninterruptible(1) == 0);
	CHECK(wait_event_timeout(queue, condition, 1) == 0);
	CHECK(wait_for_completion_timeout(&done, 1) == 0);
	CHECK(down_timeout(&one, 1) == -ETIME);
	CHECK(signal_pending(current));
	complete(&finished);
	while (!kthread_should_stop())
		schedule_timeout_uninterruptible(1);
	return 0;
}

/* A waiter that a signal ends passes on the wake-up that was meant for it. */
static DEFINE_MUTEX(passed);
static atomic_t had;

static int passer(void *unused)
{
	(void)unused;
	allow_signal(SIGUSR1);
	if (!mutex_lock_interruptible(&passed)) {
		atomic_inc(&had);
		mutex_unlock(&passed);
	}
	while (!kthread_should_stop())
		schedule_timeout_uninterruptible(1);
	return 0;
}

static int last_one(void *unused)
{
	(void)unused;
	mutex_lock(&passed);
	mutex_unlock(&passed);
	return 0;
}

static void test_wake_up_is_passed_on(void)
{
	int i;

	for (i = 0; i < 50; i++) {
		struct task_struct *t[2];

		mutex_lock(&passed);
		t[0] = kthread_run(passer, NULL, "passer");
		t[1] = kthread_create(last_one, NULL, "last");
		get_task_struct(t[1]);
		wake_up_process(t[1]);
		if (i & 1)
			msleep(1);
		send_sig(SIGUSR1, t[0], 0);
		mutex_unlock(&passed);
		kthread_stop(t[0]); /* -EINTR: it had not begun */
		kthread_stop_put(t[1]);
	}
}

/* kthread_stop() ends sleeps that a signal would; it is none, and stays. */
static int waits_for_ever(void *unused)
{
	(void)unused;
	complete(&finished);
	CHECK(wait_event_interruptible(queue, condition) == -ERESTARTSYS);
	CHECK(kthread_should_stop() && signal_pending(current) && !kernel_dequeue_signal());
	flush_signals(current);
	CHECK(signal_pending(current) && !fatal_signal_pending(current));
	CHECK(wait_for_completion_interruptible(&never) == -ERESTARTSYS);
	CHECK(mutex_lock_interruptible(&mutex) == -EINTR && msleep_interruptible(10000) > 0);
	return 7;
}

static void test_stop(void)
{
	struct task_struct *t;

	mutex_lock(&mutex);
	reinit_completion(&finished);
	t = kthread_run(waits_for_ever, NULL, "for_ever");
	wait_for_completion(&finished);
	CHECK(kthread_stop(t) == 7);
	mutex_unlock(&mutex);
}

/* --- what is pending ------------------------------------------------------------ */

static void take(int sig)
{
	CHECK(signal_pending(current));
	CHECK(kernel_dequeue_signal() == sig);
}

static void take_none(void)
{
	CHECK(!signal_pending(current));
	CHECK(kernel_dequeue_signal() == 0);
}

static void test_order(struct task_struct *t)
{
	CHECK(send_sig(SIGUSR1, t, 0) == 0 && !signal_pending(t));
	CHECK(send_sig(SIGKILL, t, 1) == 0 && !signal_pending(t));
	allow_signal(SIGUSR1);
	allow_signal(SIGTERM);
	allow_signal(SIGSEGV);
	allow_signal(SIGKILL);
	allow_signal(40);
	send_sig(SIGUSR1, t, 0);
	send_sig(SIGUSR1, t, 0);
	send_sig(SIGTERM, t, 0);
	send_sig(SIGSEGV, t, 0);
	send_sig(40, t, 0);
	send_sig(40, t, 0);
	CHECK(kill_pid(task_pid(t), SIGTERM, 1) == 0); /* one more: it is the process's */
	take(SIGSEGV);
	take(SIGUSR1);
	take(SIGTERM);
	take(40);
	take(SIGTERM);
	take_none();
}

static void test_forgetting(struct task_struct *t)
{
	send_sig(SIGUSR1, t, 0);
	disallow_signal(SIGUSR1);
	CHECK(!signal_pending(t));
	send_sig(SIGUSR1, t, 0);
	take_none();
	send_sig(SIGTERM, t, 0);
	send_sig(40, t, 0);
	disallow_signal(SIGTERM);
	CHECK(signal_pending(t));
	flush_signals(t);
	take_none();
	send_sig(40, t, 0);
	clear_thread_flag(TIF_SIGPENDING);
	CHECK(!signal_pending(t));
	recalc_sigpending();
	take(40);
	/* what stops and what continues are not pending together */
	allow_signal(SIGCONT);
	allow_signal(SIGSTOP);
	allow_signal(SIGTSTP);
	send_sig(SIGTSTP, t, 0);
	send_sig(SIGSTOP, t, 0);
	send_sig(SIGCONT, t, 0);
	take(SIGCONT);
	send_sig(SIGCONT, t, 0);
	send_sig(SIGTSTP, t, 0);
	take(SIGTSTP);
	take_none();
}

static void test_kills(struct task_struct *t)
{
	CHECK(send_sig(65, t, 0) == -EINVAL && send_sig(-1, t, 0) == -EINVAL);
	CHECK(kill_pid(task_pid(t), 0, 1) == 0 && kill_pid(task_pid(t), 65, 1) == -EINVAL);
	/* of the process: not the thread's own end, as in the kernel */
	CHECK(kill_pid(task_pid(t), SIGKILL, 1) == 0);
	CHECK(signal_pending(t) && !fatal_signal_pending(t));
	CHECK(signal_pending_state(TASK_INTERRUPTIBLE, t));
	CHECK(!signal_pending_state(TASK_KILLABLE, t));
	take(SIGKILL);
	send_sig(SIGKILL, t, 0);
	CHECK(fatal_signal_pending(t) && signal_pending_state(TASK_KILLABLE, t));
	CHECK(!signal_pending_state(TASK_UNINTERRUPTIBLE, t));
	flush_signals(t);
	CHECK(!fatal_signal_pending(t));
	allow_kernel_signal(SIGUSR2);
	send_sig(SIGUSR2, t, 0);
	CHECK(!signal_pending(t));
	send_sig(SIGUSR2, t, 1);
	take(SIGUSR2);
	disallow_signal(SIGSEGV);
	force_sig(SIGSEGV);
	CHECK(!fatal_signal_pending(t));
	take(SIGSEGV);
	send_sig(SIGSEGV, t, 0); /* no longer ignored */
	take(SIGSEGV);
}

static void test_own_pid(struct task_struct *t)
{
	struct pid *pid = task_pid(t);

	CHECK(pid_nr(pid) == t->pid && pid_vnr(pid) == t->pid && find_vpid(t->pid) == pid);
	CHECK(t->tgid == t->pid && task_tgid(t) == pid && thread_group_leader(t));
	rcu_read_lock();
	CHECK(pid_task(pid, PIDTYPE_PID) == t && pid_task(pid, PIDTYPE_TGID) == t);
	rcu_read_unlock();
	CHECK(pid_alive(t) && thread_group_empty(t));
	CHECK(!find_vpid(0) && !find_vpid(-1) && !find_get_pid(1 << 30));
	CHECK(pid_nr(NULL) == 0 && !pid_task(NULL, PIDTYPE_PID) && !get_pid(NULL));
	CHECK(!get_pid_task(NULL, PIDTYPE_PID));
	put_pid(NULL);
}

static int pending(void *unused)
{
	(void)unused;
	test_order(current);
	test_forgetting(current);
	test_kills(current);
	test_own_pid(current);
	complete(&finished);
	while (!kthread_should_stop())
		schedule_timeout_uninterruptible(1);
	return 0;
}

static void test_pid_outlives_the_task(void)
{
	struct task_struct *t = kthread_run(pending, NULL, "pending"), *same;
	struct pid *pid;
	int nr;

	get_task_struct(t);
	pid = find_get_pid(t->pid);
	CHECK(pid == task_pid(t));
	wait_for_completion(&finished);
	same = get_pid_task(pid, PIDTYPE_PID);
	CHECK(same == t);
	put_task_struct(same);
	CHECK(kthread_stop(t) == 0);
	CHECK(!pid_has_task(pid, PIDTYPE_PID) && !get_pid_task(pid, PIDTYPE_PID) && !pid_alive(t));
	CHECK(kill_pid(pid, SIGTERM, 1) == -ESRCH && send_sig(SIGTERM, t, 1) == -ESRCH);
	nr = pid_nr(pid);
	CHECK(nr == t->pid && !find_vpid(nr));
	put_task_struct(t);
	CHECK(pid_nr(pid) == nr);
	put_pid(pid);
}

/* --- the program's threads --------------------------------------------------------- */

static int os_thread(void)
{
	return (int)syscall(SYS_gettid);
}

static volatile sig_atomic_t came, value, came_to;

static void handler(int sig, siginfo_t *info, void *context)
{
	(void)context;
	came = sig;
	value = info->si_code == SI_QUEUE ? info->si_int : -1;
	came_to = os_thread();
}

static volatile int other_tid;
static volatile bool other_ends;

static void *other_thread(void *unused)
{
	other_tid = os_thread();
	while (!other_ends)
		usleep(1000);
	return unused;
}

static void test_program(void)
{
	struct sigaction act = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO };
	struct kernel_siginfo info;
	struct task_struct *t;
	struct pid *pid;
	pthread_t other;

	sigaction(SIGUSR1, &act, NULL);
	sigaction(44, &act, NULL);
	CHECK(send_sig(SIGUSR1, current, 0) == 0);
	CHECK(came == SIGUSR1 && came_to == current->pid && !signal_pending(current));
	came = 0;
	CHECK(kill_pid(task_tgid(current), SIGUSR1, 1) == 0 && came == SIGUSR1);

	CHECK(pthread_create(&other, NULL, other_thread, NULL) == 0);
	while (!other_tid)
		usleep(1000);
	pid = find_get_pid(other_tid); /* which has never asked for its task */
	rcu_read_lock();
	t = pid_task(pid, PIDTYPE_PID);
	CHECK(t && t->pid == other_tid && t->tgid == getpid() && t->mm == current->mm);
	CHECK(find_vpid(other_tid) == pid && !pid_task(pid, PIDTYPE_TGID));
	rcu_read_unlock();
	CHECK(!strcmp(t->comm, current->comm));
	clear_siginfo(&info);
	info.si_signo = 44;
	info.si_code = SI_QUEUE;
	info.si_int = 1234;
	CHECK(send_sig_info(44, &info, t) == 0);
	while (came != 44)
		usleep(1000);
	CHECK(value == 1234 && came_to == other_tid);
	other_ends = true;
	pthread_join(other, NULL);
	while (pid_has_task(pid, PIDTYPE_PID))
		usleep(1000);
	CHECK(send_sig(44, t, 0) == -ESRCH);
	put_pid(pid);

	/* What it allows is pending, as in a kernel thread. */
	came = 0;
	allow_signal(SIGUSR1);
	send_sig(SIGUSR1, current, 1);
	CHECK(!came && signal_pending(current));
	CHECK(wait_event_interruptible(queue, condition) == -ERESTARTSYS);
	CHECK(kernel_dequeue_signal() == SIGUSR1);
	disallow_signal(SIGUSR1);
	send_sig(SIGUSR1, current, 1);
	CHECK(came == SIGUSR1);
}

/* A forced one is neither blocked nor ignored. */
static void test_force(int sig, void (*ignore)(int))
{
	int status = 0;
	pid_t child = fork();
	sigset_t all;

	if (!child) {
		signal(sig, ignore);
		sigfillset(&all);
		if (ignore == SIG_DFL)
			sigprocmask(SIG_BLOCK, &all, NULL);
		force_sig(sig);
		_exit(0);
	}
	CHECK(waitpid(child, &status, 0) == child);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == sig);
}

/* A thread that is looked up before it asks has one task. */
static struct task_struct *found_self;

static void *late_thread(void *unused)
{
	other_tid = os_thread();
	while (!READ_ONCE(found_self))
		usleep(1000);
	CHECK(current == found_self && task_pid(current) == find_vpid(os_thread()));
	return unused;
}

static void test_one_task(void)
{
	pthread_t other;

	other_tid = 0;
	CHECK(pthread_create(&other, NULL, late_thread, NULL) == 0);
	while (!other_tid)
		usleep(1000);
	rcu_read_lock();
	WRITE_ONCE(found_self, find_task_by_vpid(other_tid));
	rcu_read_unlock();
	pthread_join(other, NULL);
}

int main(void)
{
	struct task_struct *t;

	test_sleeps();
	t = kthread_run(lucky, NULL, "lucky");
	wait_for_completion(&finished);
	CHECK(kthread_stop(t) == 0);
	test_stop();
	test_wake_up_is_passed_on();
	test_pid_outlives_the_task();
	test_program();
	test_one_task();
	CHECK(find_vpid(getpid()) == task_pid(current));
	test_force(SIGTERM, SIG_DFL);
	test_force(SIGTERM, SIG_IGN);
	return 0;
}
