// flags: -no-pie -fno-pic
/*
 * Class 8, the other way round: in a program that is not position independent
 * and takes malloc's address, that address is in the program. It is ours all
 * the same, and the summary must not call it the program's own.
 */
#include <stdlib.h>

int main(int argc, char **argv)
{
	void *(*volatile get)(size_t) = argc ? malloc : valloc;

	(void)argv;
	free(get(100));
	return 0;
}
