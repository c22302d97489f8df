// flags: -ldl
/*
 * Class 3: a preloaded library's first constructor has allocated, called
 * setenv and clearenv; what it left can be used and freed.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include "check.h"

int main(void)
{
	char **text = dlsym(RTLD_DEFAULT, "early_text");

	CHECK(text && !strcmp(*text, "kept from the first constructor"));
	free(*text);
	CHECK(getenv("AFTER") && !strcmp(getenv("AFTER"), "clear"));
	CHECK(!getenv("LD_PRELOAD"));
	CHECK(setenv("MORE", "text", 1) == 0 && clearenv() == 0);
	free(opaque(malloc(1000)));
	return 0;
}
