/*
 * Policy `fail`: a call that must not be made answers as its row says, one of
 * each way. On plain glibc too, where none of them is judged. For calls_fail.sh.
 */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <pthread.h>
#include <pwd.h>
#include <signal.h>
#include <sys/mman.h>
#include <threads.h>
#include <time.h>
#include "check.h"

static int failing;

static void nothing(void)
{
}

static void on_signal(int signo)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct timespec bad = { 0, -1 };
	struct addrinfo *found = NULL;
	struct passwd pw, *user;
	char buf[1024];

	(void)signo;
	errno = 77;
	if (failing) {
		CHECK(nanosleep(&bad, NULL) == 0 && errno == 77);
		CHECK(puts("not shown") == -1 && errno == EAGAIN);
		errno = 77;
		CHECK(fopen("/", "r") == NULL && errno == EAGAIN);
		errno = 77;
		CHECK(fread(buf, 1, 1, stdin) == 0 && errno == EAGAIN);
		errno = 77;
		CHECK(getpwuid_r(0, &pw, buf, sizeof(buf), &user) == EAGAIN && errno == 77);
		CHECK(posix_fallocate(-1, 0, 1) == EAGAIN);
		CHECK(pthread_once(&once, nothing) == EDEADLK);
		CHECK(getaddrinfo("localhost", NULL, NULL, &found) == EAI_AGAIN && !found);
		CHECK(cnd_wait(NULL, NULL) == thrd_error && errno == 77);
		CHECK(mmap(NULL, 1, 0, 0, -1, 0) == MAP_FAILED && errno == EAGAIN);
	}
	/* Allowed in a handler. */
	errno = 77;
	CHECK(write(-1, "", 1) == -1 && errno == EBADF);
}

int main(int argc, char **argv)
{
	(void)argv;
	failing = argc > 1;
	signal(SIGUSR1, on_signal);
	raise(SIGUSR1);
	CHECK(puts("shown") >= 0);
	return 0;
}
