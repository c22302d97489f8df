// flags: -fno-builtin
/*
 * Class 35: a program for class35_secure.sh, linked there with the library so
 * that it is loaded although ld.so drops a preload. The options ask for
 * things that would show: mem=, large=fail, a summary file.
 */
#include <sys/auxv.h>
#include "check.h"

int main(void)
{
	CHECK(getauxval(AT_SECURE));
	CHECK(opaque(malloc(1 << 20)));
	CHECK(opaque(malloc(100 << 20)));
	free(opaque(malloc(10)));
	return 0;
}
