// flags: -pthread
/*
 * Libc calls in a signal handler, one of them by its word. For calls_handler.sh.
 * The same call outside of a handler comes first and last: never a finding.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <pwd.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <syslog.h>
#include <time.h>
#include "check.h"

static const char *what;
static sem_t sem;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_spinlock_t spin;

static int is(const char *word)
{
	return !strcmp(what, word);
}

static void *ends(void *unused)
{
	pthread_exit(unused);
}

static void thread(void)
{
	pthread_t t;

	CHECK(pthread_create(&t, NULL, ends, NULL) == 0 && pthread_join(t, NULL) == 0);
}

static void on_end(int signo)
{
	(void)signo;
	pthread_exit(NULL);
}

static void *ends_in_handler(void *unused)
{
	signal(SIGUSR2, on_end);
	raise(SIGUSR2);
	return unused;
}

static void exits(void)
{
	pthread_t t;

	CHECK(pthread_create(&t, NULL, ends_in_handler, NULL) == 0);
	CHECK(pthread_join(t, NULL) == 0);
	exit(0);
}

static void call(void)
{
	struct timespec brief = { 0, 1000 };
	struct stat st;

	if (is("thread"))
		thread();
	if (is("exits"))
		exits();
	if (is("printf"))
		printf("%s %.1f\n", what, 1.5);
	if (is("write") || strstr(what, "spin"))
		CHECK(write(STDOUT_FILENO, "write 1.5\n", 10) == 10);
	if (is("nanosleep"))
		CHECK(nanosleep(&brief, NULL) == 0);
	if (is("sleep"))
		CHECK(sleep(0) == 0);
	if (is("stat"))
		CHECK(stat("/", &st) == 0);
	if (is("fork") && fork() == 0)
		_exit(0);
	if (is("fork"))
		CHECK(wait(NULL) > 0);
	if (is("sem_post"))
		CHECK(sem_post(&sem) == 0 && sem_trywait(&sem) == 0);
	if (is("trylock"))
		CHECK(pthread_mutex_trylock(&mutex) == 0 && pthread_mutex_unlock(&mutex) == 0);
	if (is("getpwnam"))
		CHECK(getpwnam("no such user") == NULL);
	if (is("gmtime"))
		CHECK(gmtime(&(time_t){ 86400 }) != NULL);
	if (is("dlsym"))
		CHECK(dlsym(RTLD_DEFAULT, "printf") != NULL);
	if (is("dlvsym"))
		CHECK(dlvsym(RTLD_DEFAULT, "printf", "none") == NULL);
	if (is("localtime"))
		CHECK(localtime(&(time_t){ 86400 }) != NULL);
}

static void on_signal(int signo)
{
	(void)signo;
	if (is("exit"))
		exit(0);
	if (is("spin"))
		pthread_spin_lock(&spin);
	call();
	if (is("spin"))
		pthread_spin_unlock(&spin);
}

int main(int argc, char **argv)
{
	CHECK(argc == 2);
	what = argv[1];
	CHECK(sem_init(&sem, 0, 0) == 0);
	call();
	CHECK(pthread_spin_init(&spin, PTHREAD_PROCESS_PRIVATE) == 0);
	signal(SIGUSR1, on_signal);
	if (is("in spin"))
		pthread_spin_lock(&spin);
	raise(SIGUSR1);
	if (is("in spin"))
		pthread_spin_unlock(&spin);
	call();
	return 0;
}
