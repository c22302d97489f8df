/*
 * Threads that end in each way with a lock held or with none, and many that end:
 * `left` prints how many the program left, `mutexes` uses every kind of mutex,
 * rwlock and condition rightly, `many` prints how many pages more are resident
 * after NUMBER threads. For context_locks.sh.
 */
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <sys/wait.h>
#include <threads.h>
#include <unistd.h>

#include "check.h"

#define WAYS 4
static pthread_spinlock_t locks[WAYS + 1];
static int keep;

static void *leave(void *arg)
{
	long way = (long)arg;

	pthread_spin_lock(&locks[way]);
	if (!keep)
		pthread_spin_unlock(&locks[way]);
	if (way == 1)
		pthread_exit(NULL);
	if (way == 2)
		thrd_exit(0);
	while (way == 3)
		pthread_testcancel();
	return NULL;
}

static int left(void)
{
	pthread_t thread;

	for (long way = 0; way < WAYS; way++) {
		pthread_create(&thread, NULL, leave, (void *)way);
		if (way == 3)
			pthread_cancel(thread);
		pthread_join(thread, NULL);
	}
	printf("%d\n", keep ? WAYS + 1 : 0);
	fflush(stdout);
	pthread_spin_lock(&locks[WAYS]);
	if (!keep)
		pthread_spin_unlock(&locks[WAYS]);
	return 0;
}

static void mutex_of(int type, int robust)
{
	pthread_mutexattr_t attr;
	pthread_mutex_t m;

	pthread_mutexattr_init(&attr);
	pthread_mutexattr_settype(&attr, type);
	pthread_mutexattr_setrobust(&attr, robust);
	pthread_mutex_init(&m, &attr);
	CHECK(!pthread_mutex_lock(&m));
	CHECK(!pthread_mutex_trylock(&m) == (type == PTHREAD_MUTEX_RECURSIVE));
	if (type == PTHREAD_MUTEX_ERRORCHECK)
		CHECK(pthread_mutex_lock(&m) == EDEADLK);
	if (type == PTHREAD_MUTEX_RECURSIVE)
		CHECK(!pthread_mutex_unlock(&m));
	CHECK(!pthread_mutex_unlock(&m));
	if (type != PTHREAD_MUTEX_NORMAL)
		CHECK(pthread_mutex_unlock(&m) == EPERM);
	free(opaque(malloc(100))); /* nothing is raised */
	CHECK(!pthread_mutex_destroy(&m));
}

static void *waits(void *arg)
{
	static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
	static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
	static int there;

	pthread_mutex_lock(&m);
	there++;
	pthread_cond_broadcast(&cond);
	while (there < 2)
		pthread_cond_wait(&cond, &m);
	pthread_mutex_unlock(&m);
	return arg;
}

static void *reads(void *rwlock)
{
	for (int i = 0; i < 1000; i++) {
		pthread_rwlock_rdlock(rwlock);
		pthread_rwlock_unlock(rwlock);
		if (!pthread_rwlock_trywrlock(rwlock))
			pthread_rwlock_unlock(rwlock);
	}
	return NULL;
}

static void two(void *(*f)(void *), void *arg)
{
	pthread_t thread[2];

	for (int i = 0; i < 2; i++)
		pthread_create(&thread[i], NULL, f, arg);
	for (int i = 0; i < 2; i++)
		pthread_join(thread[i], NULL);
}

/* Nothing of what the library locks over a fork is held in the child. */
static void forks(void)
{
	int (*preempt_count)(void) = (int (*)(void))dlsym(RTLD_DEFAULT, "kmemu_preempt_count");
	int status;
	pid_t pid = fork();

	if (!pid)
		_exit(preempt_count ? preempt_count() : 0);
	CHECK(waitpid(pid, &status, 0) == pid && !status);
}

static int mutexes(void)
{
	static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
	struct timespec past = { 0, 0 };
	mtx_t mtx;

	mutex_of(PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_STALLED);
	mutex_of(PTHREAD_MUTEX_RECURSIVE, PTHREAD_MUTEX_STALLED);
	mutex_of(PTHREAD_MUTEX_ERRORCHECK, PTHREAD_MUTEX_STALLED);
	mutex_of(PTHREAD_MUTEX_ERRORCHECK, PTHREAD_MUTEX_ROBUST);
	CHECK(mtx_init(&mtx, mtx_timed) == thrd_success);
	CHECK(mtx_lock(&mtx) == thrd_success && mtx_trylock(&mtx) == thrd_busy);
	CHECK(mtx_unlock(&mtx) == thrd_success);
	CHECK(mtx_timedlock(&mtx, &past) == thrd_success);
	CHECK(mtx_unlock(&mtx) == thrd_success);
	mtx_destroy(&mtx);
	two(waits, NULL);
	two(reads, &rwlock);
	forks();
	free(opaque(malloc(100)));
	return 0;
}

static long resident(void)
{
	FILE *f = fopen("/proc/self/statm", "r");
	long size, pages = 0;

	CHECK(f && fscanf(f, "%ld %ld", &size, &pages) == 2);
	fclose(f);
	return pages;
}

static int many(int nr)
{
	pthread_t thread;
	long before = 0;

	for (int i = 0; i < nr; i++) {
		pthread_create(&thread, NULL, leave, NULL);
		pthread_join(thread, NULL);
		if (i == 1000)
			before = resident();
	}
	printf("%ld\n", resident() - before);
	return 0;
}

int main(int argc, char **argv)
{
	for (int i = 0; i <= WAYS; i++)
		pthread_spin_init(&locks[i], PTHREAD_PROCESS_PRIVATE);
	keep = argc > 2 && !strcmp(argv[2], "keep");
	if (argc > 1 && !strcmp(argv[1], "many"))
		return many(atoi(argv[2]));
	if (argc > 1 && !strcmp(argv[1], "mutexes"))
		return mutexes();
	return left();
}
