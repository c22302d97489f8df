/*
 * kunit_hooks.h - what code under test asks of the test that runs (kernel:
 * lib/kunit/hooks.c). core/kunit fills it in when the first suite is run.
 */
#pragma once

#include "core/os/compiler.h"

/* Adds 1 to the int that is the named resource of this thread's test; false: there is none. */
extern bool (*kunit_count_hook)(const char *resource);

/*
 * Kernel: slab_add_kunit_errors(): true when a test counts this error, which is
 * not printed then.
 */
static inline bool kunit_counts(const char *resource)
{
	bool (*hook)(const char *) = __atomic_load_n(&kunit_count_hook, __ATOMIC_ACQUIRE);

	return unlikely(hook) && hook(resource);
}
