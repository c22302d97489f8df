/* kunit_hooks.c - see kunit_hooks.h. NULL: no test has run. */
#include "core/lib/kunit_hooks.h"

bool (*kunit_count_hook)(const char *resource);
