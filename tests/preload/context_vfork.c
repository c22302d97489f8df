/*
 * A vfork child that releases its parent's lock and ends with one of its own: the
 * parent holds none then. And a thread that is cancelled in a handler: it calls
 * nothing that blocks. One allocation
 * and the vfork are findings. For context_vfork.sh.
 */
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include "check.h"

static pthread_spinlock_t parents, childs;

static void allocate(void)
{
	free(opaque(malloc(40)));
}

static void in_vfork(void)
{
	pid_t pid;

	pthread_spin_lock(&parents);
	pid = vfork();
	if (!pid) {
		pthread_spin_unlock(&parents);
		pthread_spin_lock(&childs);
		allocate(); /* 1 */
		_exit(0);
	}
	allocate();
	CHECK(waitpid(pid, NULL, 0) == pid);
}

static void waits(int signo)
{
	(void)signo;
	for (;;)
		pthread_testcancel();
}

static void *thread(void *unused)
{
	raise(SIGUSR1);
	return unused;
}

int main(void)
{
	pthread_t id;

	pthread_spin_init(&parents, PTHREAD_PROCESS_PRIVATE);
	pthread_spin_init(&childs, PTHREAD_PROCESS_PRIVATE);
	in_vfork();
	signal(SIGUSR1, waits);
	CHECK(pthread_create(&id, NULL, thread, NULL) == 0);
	pthread_cancel(id);
	pthread_join(id, NULL);
	return 0;
}
