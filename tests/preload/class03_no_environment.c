/*
 * Class 3: environ is NULL when the program runs on, and execs with an empty
 * environment and an empty argument vector are survived.
 */
#include <sys/wait.h>
#include "check.h"

extern char **environ;

int main(void)
{
	environ = NULL;
	free(opaque(malloc(200000)));
	free(opaque(malloc(20)));
	CHECK(!getenv("HOME"));
	CHECK(setenv("ONE", "1", 1) == 0);
	CHECK(!strcmp(getenv("ONE"), "1"));
	environ = NULL;
	for (int i = 0; i < 1000; i++)
		free(opaque(malloc((size_t)i * 100)));
	return 0;
}
