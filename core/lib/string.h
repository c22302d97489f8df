/*
 * string.h - what is asked of strings at start (kernel: include/linux/string.h).
 * libc's own functions lie in places of their own, each of which would become
 * resident in every process for one short comparison.
 */
#pragma once

#include "core/os/compiler.h"

/* Kernel: str_has_prefix: the length of the prefix, or 0. */
static inline size_t str_has_prefix(const char *str, const char *prefix)
{
	size_t n;

	for (n = 0; prefix[n]; n++)
		if (str[n] != prefix[n])
			return 0;
	return n;
}
