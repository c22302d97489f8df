/*
 * open, read and close in the resolver of an IFUNC of a library: the loader
 * runs it before we are relocated.
 */
#include "../check.h"

int calls_ask(void);

int main(void)
{
	CHECK(calls_ask() == 42);
	return 0;
}
