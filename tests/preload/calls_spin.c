// flags: -pthread
/*
 * Libc calls under a spinlock, one of them by its word. For calls_spin.sh. The
 * same call without it comes first and last: never a finding.
 */
#include <pthread.h>
#include <semaphore.h>
#include <sys/wait.h>
#include <time.h>
#include "check.h"

static const char *what;
static pthread_spinlock_t spin, other;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static sem_t sem;
static int ends[2];

static int is(const char *word)
{
	return !strcmp(what, word);
}

static void call(void)
{
	struct timespec brief = { 0, 1000 }, past = { 1, 0 };
	char c;

	if (is("read"))
		CHECK(write(ends[1], "x", 1) == 1 && read(ends[0], &c, 1) == 1);
	if (is("nanosleep"))
		CHECK(nanosleep(&brief, NULL) == 0);
	if (is("fork") && fork() == 0)
		_exit(0);
	if (is("trylock"))
		CHECK(pthread_mutex_trylock(&mutex) == 0 && pthread_mutex_unlock(&mutex) == 0);
	if (is("spin"))
		CHECK(pthread_spin_lock(&other) == 0 && pthread_spin_unlock(&other) == 0);
	if (is("wake"))
		CHECK(sem_post(&sem) == 0 && pthread_cond_signal(&cond) == 0);
	if (is("sem_wait"))
		CHECK(sem_post(&sem) == 0 && sem_wait(&sem) == 0);
	if (is("pthread_cond_timedwait"))
		CHECK(pthread_cond_timedwait(&cond, &mutex, &past) != 0);
	if (is("sched_getaffinity"))
		CHECK(sched_getaffinity(0, sizeof(cpu_set_t), &(cpu_set_t){ 0 }) == 0);
}

int main(int argc, char **argv)
{
	CHECK(argc == 2);
	what = argv[1];
	CHECK(pipe(ends) == 0 && sem_init(&sem, 0, 0) == 0);
	pthread_spin_init(&spin, 0);
	pthread_spin_init(&other, 0);
	if (is("pthread_cond_timedwait"))
		pthread_mutex_lock(&mutex);
	call();
	pthread_spin_lock(&spin);
	call();
	pthread_spin_unlock(&spin);
	call();
	while (wait(NULL) > 0)
		;
	return 0;
}
