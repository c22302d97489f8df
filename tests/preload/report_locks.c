// flags: -rdynamic -ldl
/*
 * One misuse of a lock, named by the argument, or with a second argument its
 * twin: the same program with the mistake mended, about which nothing is said.
 * For report_kinds.sh.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "check.h"

static pthread_spinlock_t spinlock;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static int mended;

static pthread_t thread;
static volatile int go, gone;

static void start(void *(*f)(void *))
{
	CHECK(!pthread_create(&thread, NULL, f, NULL));
}

/* To wait with a lock held would be another finding. */
static void let_it(void)
{
	for (go = 1; !gone;)
		;
}

static void spinlock_unlock(void)
{
	pthread_spin_lock(&spinlock);
	pthread_spin_unlock(&spinlock);
	if (!mended)
		pthread_spin_unlock(&spinlock);
}

static void *releases(void *arg)
{
	while (!go)
		;
	if (!mended)
		pthread_spin_unlock(&spinlock);
	gone = 1;
	return arg;
}

/* The taker is not atomic any more: its malloc is no finding. */
static void wrong_owner(void)
{
	start(releases);
	pthread_spin_lock(&spinlock);
	let_it();
	if (mended)
		pthread_spin_unlock(&spinlock);
	free(opaque(malloc(100)));
	pthread_spin_lock(&spinlock);
	pthread_spin_unlock(&spinlock);
	pthread_join(thread, NULL);
}

static void *releases_mutex(void *arg)
{
	while (!go)
		;
	if (!mended)
		pthread_mutex_unlock(&mutex);
	gone = 1;
	return arg;
}

static void mutex_wrong_owner(void)
{
	start(releases_mutex);
	pthread_mutex_lock(&mutex);
	let_it();
	if (mended)
		pthread_mutex_unlock(&mutex);
	free(opaque(malloc(100)));
	pthread_join(thread, NULL);
}

static void recursion(void)
{
	pthread_spin_lock(&spinlock);
	if (!mended)
		CHECK(pthread_spin_lock(&spinlock) == EDEADLK);
	pthread_spin_unlock(&spinlock);
}

static void rwlock_recursion(void)
{
	pthread_rwlock_rdlock(&rwlock);
	pthread_rwlock_rdlock(&rwlock); /* readers may */
	pthread_rwlock_unlock(&rwlock);
	if (!mended)
		CHECK(pthread_rwlock_wrlock(&rwlock) == EDEADLK);
	pthread_rwlock_unlock(&rwlock);
}

static void held_lock_freed(void)
{
	pthread_spin_lock(&spinlock);
	if (mended)
		pthread_spin_unlock(&spinlock);
	pthread_spin_destroy(&spinlock);
}

static void lock_in_freed(void)
{
	struct counted {
		char name[24];
		pthread_spinlock_t lock;
	} *p = malloc(sizeof(*p));
	pthread_spinlock_t *volatile lock = &p->lock;

	CHECK(p && pthread_spin_init(lock, 0) == 0);
	pthread_spin_lock(lock);
	if (mended)
		pthread_spin_unlock(lock);
	free(p);
	if (!mended)
		pthread_spin_unlock(lock); /* as such programs do: nothing new */
}

static void *leaves(void *arg)
{
	pthread_spin_lock(&spinlock);
	if (mended)
		pthread_spin_unlock(&spinlock);
	return arg;
}

static void held_at_exit(void)
{
	start(leaves);
	pthread_join(thread, NULL);
}

static void counts(int signo)
{
	(void)signo;
	pthread_spin_lock(&spinlock);
	pthread_spin_unlock(&spinlock);
}

static void counts_with(int how)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGALRM);
	if (mended)
		pthread_sigmask(how, &set, NULL);
}

static void counts_outside(void)
{
	counts_with(SIG_BLOCK);
	pthread_spin_lock(&spinlock);
	pthread_spin_unlock(&spinlock);
	counts_with(SIG_UNBLOCK);
}

/* The handler was there before, and the other way round. */
static void inconsistent(void)
{
	signal(SIGALRM, counts);
	raise(SIGALRM);
	counts_outside();
}

static void inconsistent_in_handler(void)
{
	signal(SIGALRM, counts);
	counts_outside();
	raise(SIGALRM);
}

static void reads(int signo)
{
	(void)signo;
	pthread_rwlock_rdlock(&rwlock);
	pthread_rwlock_unlock(&rwlock);
}

static void locks(int signo)
{
	(void)signo;
	pthread_mutex_lock(&mutex);
	pthread_mutex_unlock(&mutex);
}

/* Readers of a handler and elsewhere go together: no finding before there is a writer. */
static void inconsistent_rwlock(void)
{
	signal(SIGALRM, reads);
	raise(SIGALRM);
	reads(0);
	counts_with(SIG_BLOCK);
	pthread_rwlock_wrlock(&rwlock);
	pthread_rwlock_unlock(&rwlock);
	counts_with(SIG_UNBLOCK);
}

static void inconsistent_mutex(void)
{
	signal(SIGALRM, locks);
	raise(SIGALRM);
	counts_with(SIG_BLOCK);
	locks(0);
	counts_with(SIG_UNBLOCK);
}

/* usleep() waits, printf() may. */
static void waits(void)
{
	pthread_spin_lock(&spinlock);
	if (mended)
		pthread_spin_unlock(&spinlock);
	usleep(1);
	if (!mended)
		pthread_spin_unlock(&spinlock);
}

static void prints(int signo)
{
	printf("%d\n", signo);
}

/* Both are told, and where preemption went off. */
static void two_locks(void)
{
	static pthread_spinlock_t inner;

	pthread_spin_init(&inner, PTHREAD_PROCESS_PRIVATE);
	pthread_spin_lock(&spinlock);
	pthread_spin_lock(&inner);
	if (mended)
		pthread_spin_unlock(&inner);
	if (mended)
		pthread_spin_unlock(&spinlock);
	free(opaque(malloc(100)));
	if (!mended)
		pthread_spin_unlock(&inner);
	if (!mended)
		pthread_spin_unlock(&spinlock);
}

static void allocates(int signo)
{
	free(opaque(malloc(100 + (size_t)signo * 0)));
}

static void interrupted_lock(void)
{
	if (mended) {
		allocates(0);
		return;
	}
	signal(SIGUSR1, allocates);
	pthread_spin_lock(&spinlock);
	raise(SIGUSR1);
	pthread_spin_unlock(&spinlock);
}

static void blocking_call(void)
{
	if (mended) {
		prints(SIGALRM);
		return;
	}
	signal(SIGALRM, prints);
	raise(SIGALRM);
}

static void both(pthread_spinlock_t *first, pthread_spinlock_t *second)
{
	pthread_spin_lock(first);
	pthread_spin_lock(second);
	pthread_spin_unlock(second);
	pthread_spin_unlock(first);
}

/* Of two that one line sets up: each is its own. */
static void circular_spinlocks(void)
{
	pthread_spinlock_t *two = malloc(2 * sizeof(*two));

	CHECK(two);
	for (int i = 0; i < 2; i++)
		pthread_spin_init((pthread_spinlock_t *)&two[i], PTHREAD_PROCESS_PRIVATE);
	both(&two[0], &spinlock);
	both(&spinlock, &two[1]);
	both(&two[0], &two[1]);
	if (!mended)
		both(&two[1], &two[0]);
}

static void circular_mutexes(void)
{
	pthread_rwlock_rdlock(&rwlock);
	pthread_mutex_lock(&mutex);
	pthread_mutex_unlock(&mutex);
	pthread_rwlock_unlock(&rwlock);
	pthread_mutex_lock(&mutex);
	if (mended)
		CHECK(!pthread_rwlock_trywrlock(&rwlock));
	else
		pthread_rwlock_wrlock(&rwlock);
	pthread_rwlock_unlock(&rwlock);
	pthread_mutex_unlock(&mutex);
}

/* Nothing of these is a mistake. */
static void orders(void)
{
	static pthread_mutex_t recursive = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP, other;
	static pthread_spinlock_t inner;
	static pthread_rwlock_t rw = PTHREAD_RWLOCK_INITIALIZER;
	struct timespec soon = { 1, 0 };
	pthread_mutex_t *m;

	/* A lock that the thread has does not wait. */
	pthread_mutex_lock(&recursive);
	pthread_mutex_lock(&other);
	pthread_mutex_lock(&recursive);
	pthread_mutex_unlock(&recursive);
	pthread_mutex_unlock(&other);
	pthread_mutex_unlock(&recursive);
	pthread_rwlock_rdlock(&rw);
	pthread_mutex_lock(&mutex);
	pthread_rwlock_rdlock(&rw);
	pthread_rwlock_unlock(&rw);
	pthread_mutex_unlock(&mutex);
	pthread_rwlock_unlock(&rw);
	/* Nor one that gives up. */
	pthread_mutex_lock(&other);
	CHECK(pthread_mutex_timedlock(&recursive, &soon) == 0);
	pthread_mutex_unlock(&recursive);
	pthread_mutex_unlock(&other);
	/* A lock that is set up anew is another. */
	pthread_spin_init(&inner, PTHREAD_PROCESS_PRIVATE);
	both(&spinlock, &inner);
	pthread_spin_destroy(&inner);
	pthread_spin_init(&inner, PTHREAD_PROCESS_PRIVATE);
	both(&inner, &spinlock);
	/* One in the heap that nobody set up is not known. */
	for (int i = 0; i < 3; i++) {
		m = calloc(2, sizeof(*m));
		CHECK(m);
		for (int j = 0; j < 2; j++) {
			pthread_mutex_lock(&m[j]);
			pthread_mutex_lock(&m[!j]);
			pthread_mutex_unlock(&m[!j]);
			pthread_mutex_unlock(&m[j]);
		}
		free(m);
	}
}

/* The API, in what this program is run with. */
static void imbalance(void)
{
	void (*disable)(void) = (void (*)(void))dlsym(RTLD_DEFAULT, "kmemu_preempt_disable");
	void (*enable)(void) = (void (*)(void))dlsym(RTLD_DEFAULT, "kmemu_preempt_enable");

	disable();
	enable();
	if (!mended)
		enable();
}

static void suspicious(void)
{
	void (*lock)(void) = (void (*)(void))dlsym(RTLD_DEFAULT, "kmemu_rcu_read_lock");
	void (*unlock)(void) = (void (*)(void))dlsym(RTLD_DEFAULT, "kmemu_rcu_read_unlock");
	int (*held)(int) = (int (*)(int))dlsym(RTLD_DEFAULT, "kmemu_rcu_held");
	void (*tell)(const char *, int, const char *) =
		(void (*)(const char *, int, const char *))dlsym(RTLD_DEFAULT,
								 "kmemu_rcu_suspicious");

	pthread_spin_lock(&spinlock);
	if (mended)
		lock();
	if (!held(0 /* KMEMU_RCU_READER */))
		tell("driver.c", 7, "suspicious rcu_dereference_check() usage");
	if (mended)
		unlock();
	pthread_spin_unlock(&spinlock);
}

static const struct {
	const char *name;
	void (*run)(void);
} cases[] = {
	{ "spinlock-unlock", spinlock_unlock },
	{ "spinlock-wrong-owner", wrong_owner },
	{ "mutex-wrong-owner", mutex_wrong_owner },
	{ "spinlock-recursion", recursion },
	{ "rwlock-recursion", rwlock_recursion },
	{ "held-lock-freed", held_lock_freed },
	{ "lock-in-freed", lock_in_freed },
	{ "lock-held-at-exit", held_at_exit },
	{ "inconsistent-lock-state", inconsistent },
	{ "inconsistent-in-handler", inconsistent_in_handler },
	{ "inconsistent-rwlock", inconsistent_rwlock },
	{ "inconsistent-mutex", inconsistent_mutex },
	{ "scheduling-while-atomic", waits },
	{ "two-locks", two_locks },
	{ "interrupted-lock", interrupted_lock },
	{ "blocking-call", blocking_call },
	{ "context-imbalance", imbalance },
	{ "suspicious-rcu-usage", suspicious },
	{ "circular-spinlocks", circular_spinlocks },
	{ "circular-mutexes", circular_mutexes },
	{ "orders", orders },
};

int main(int argc, char **argv)
{
	mended = argc > 2;
	pthread_spin_init(&spinlock, PTHREAD_PROCESS_PRIVATE);
	for (unsigned int i = 0; argc > 1 && i < sizeof(cases) / sizeof(cases[0]); i++)
		if (!strcmp(cases[i].name, argv[1]))
			cases[i].run();
	puts("went on");
	return 0;
}
