// flags: -pthread
/*
 * Class 15: posix_spawn, system and popen (clone with CLONE_VM inside libc)
 * from several threads that allocate meanwhile.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <spawn.h>
#include <sys/wait.h>
#include "check.h"

extern char **environ;

static void *worker(void *unused)
{
	char *argv[] = { "true", NULL };
	int status;
	pid_t pid;

	for (int i = 0; i < 50; i++) {
		void *p = malloc((size_t)i * 5000);

		CHECK(posix_spawn(&pid, "/bin/true", NULL, NULL, argv, environ) == 0);
		CHECK(waitpid(pid, &status, 0) == pid && status == 0);
		free(p);
	}
	return unused;
}

int main(void)
{
	pthread_t thread[4];
	char text[20] = "";
	FILE *f;

	for (int t = 0; t < 4; t++)
		CHECK(pthread_create(&thread[t], NULL, worker, NULL) == 0);
	for (int i = 0; i < 20; i++) {
		CHECK(system("true") == 0);
		f = popen("echo text", "r");
		CHECK(f && fgets(text, sizeof(text), f) && !strcmp(text, "text\n"));
		CHECK(pclose(f) == 0);
	}
	for (int t = 0; t < 4; t++)
		pthread_join(thread[t], NULL);
	return 0;
}
