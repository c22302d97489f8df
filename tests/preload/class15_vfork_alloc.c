// flags: -fno-builtin
/*
 * Class 15: a vfork child allocates and frees in its parent's memory, then
 * execs or exits; the parent's heap has lost nothing and repeats nothing.
 */
#define _GNU_SOURCE
#include <sys/wait.h>
#include "check.h"

enum { BLOCKS = 2000 };

static char *block[BLOCKS];
static const size_t size_of[] = { 16, 100, 700, 4000, 20000, 150000 };
static char *volatile from_child;

static void fill_all(void)
{
	for (int i = 0; i < BLOCKS; i++) {
		block[i] = malloc(size_of[i % 6]);
		CHECK(block[i]);
		fill(block[i], size_of[i % 6], (unsigned int)i);
	}
}

static void free_all(void)
{
	for (int i = 0; i < BLOCKS; i++) {
		CHECK(filled(block[i], size_of[i % 6], (unsigned int)i));
		free(block[i]);
	}
}

int main(void)
{
	int status;
	pid_t pid;

	for (int round = 0; round < 12; round++) {
		fill_all();
		pid = vfork();
		CHECK(pid >= 0);
		if (pid == 0) {
			for (int i = 0; i < 300; i++)
				free(opaque(malloc((size_t)i * 50)));
			free(block[round]);
			block[round] = malloc(size_of[round % 6]);
			fill(block[round], size_of[round % 6], (unsigned int)round);
			from_child = strdup("written by the child");
			if (round % 2)
				execl("/bin/true", "true", (char *)NULL);
			_exit(0);
		}
		CHECK(waitpid(pid, &status, 0) == pid && status == 0);
		CHECK(!strcmp(from_child, "written by the child"));
		free(from_child);
		free_all();
	}
	return 0;
}
