/* SPDX-License-Identifier: MIT */
/*
 * What the programs of tests/preload share. Each program is an ordinary
 * one: it must pass on plain glibc as well (except where its head says that
 * it asks for kmemu itself), so that a failure under the preload is ours.
 *
 * CHECK() names the line and ends the program with status 1. opaque() hides
 * a pointer from the optimizer, which otherwise removes malloc/free pairs
 * and refuses to compile the deliberate misuses.
 */
#ifndef KMEMU_TESTS_PRELOAD_CHECK_H
#define KMEMU_TESTS_PRELOAD_CHECK_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHECK(cond) \
	do { \
		if (!(cond)) \
			check_failed(__FILE__, __LINE__, #cond); \
	} while (0)

/* write() and _exit() only: also called in signal handlers and vfork children. */
__attribute__((noreturn, unused)) static void check_failed(const char *file, int line,
							   const char *what)
{
	char text[400];
	int n = snprintf(text, sizeof(text), "%s:%d: not so: %s\n", file, line, what);

	if (write(STDERR_FILENO, text, (size_t)n) != n)
		_exit(2);
	_exit(1);
}

static inline void *opaque(void *p)
{
	__asm__ volatile("" : "+r"(p) : : "memory");
	return p;
}

/* Fill a block with a pattern made from its tag, and look at it later. */
static inline void fill(void *p, size_t size, unsigned int tag)
{
	unsigned char *byte = (unsigned char *)p;

	for (size_t i = 0; i < size; i++)
		byte[i] = (unsigned char)(tag + i * 7);
}

static inline int filled(const void *p, size_t size, unsigned int tag)
{
	const unsigned char *byte = (const unsigned char *)p;

	for (size_t i = 0; i < size; i++)
		if (byte[i] != (unsigned char)(tag + i * 7))
			return 0;
	return 1;
}

/* A small generator with a seed of its own, so that runs repeat. */
static inline unsigned int next_random(unsigned int *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 8;
}

#endif
