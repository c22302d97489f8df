/* SPDX-License-Identifier: MIT */
/*
 * For the tests of the heap: each runs in a child process with a heap of its
 * own, so that it can choose the heap's options, knows exactly what is
 * allocated, and leaves nothing behind for the next one.
 *
 *	HEAP_TEST(name, "mem=64M percpu=guarded") { ... }
 *	UNIT_MAIN("suite", UNIT_TEST(name));
 *
 * The child calls the validators when the body is done. Assertions print in the
 * child; its status tells the parent. They are UNIT_EQ and OK: CU_ASSERT fails
 * the test too but prints nothing from a child.
 */
#pragma once

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/init/init.h"
#include "core/mm/slab.h"
#include "core/os/os.h"
#include "tests/unit/unit.h"

#define OK(cond) unit_eq(!!(cond), 1, #cond, __FILE__, __LINE__)

static inline void count_cached(void *n, const void *p, bool here)
{
	(void)p, (void)here;
	++*(unsigned long *)n;
}

/* Pointers now cached in class cls, all slots (racy unless stopped). */
static inline unsigned long percpu_count(unsigned int cls)
{
	unsigned long n = 0;

	percpu_peek(cls, count_cached, &n);
	return n;
}

static inline u64 rnd(u64 *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state * 0x2545f4914f6cdd1dUL >> 11;
}

/* A program's property tests share 2 s, or KMEMU_STRESS_SECONDS up to 15. */
static inline u64 property_ms(unsigned int tests)
{
	const char *s = getenv("KMEMU_STRESS_SECONDS");
	long seconds = s ? atol(s) : 2;

	return (u64)clamp(seconds, 1, 15) * 1000 / tests;
}

/* Runs fn in a child that has no heap yet. */
static inline void in_child(void (*fn)(void))
{
	unsigned int before = CU_get_number_of_failure_records();
	int status = 0;
	pid_t pid;

	unit_seed();
	fflush(stdout);
	pid = fork();
	if (!pid) {
		alarm(100);
		fn();
		fflush(stdout);
		_exit(CU_get_number_of_failure_records() > before ? 1 : 0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		status = -1;
	if (WIFSIGNALED(status))
		printf("\nthe child died of %s\n", strsignal(WTERMSIG(status)));
	CU_ASSERT_EQUAL(status, 0);
}

static void (*heap_body)(void);

static inline void heap_child_main(void)
{
	OK(kmemu_init());
	heap_body();
	UNIT_EQ(validate_all(), 0);
}

static inline void heap_child(const char *options, void (*body)(void))
{
	setenv("KMEMU_OPTIONS", options, 1);
	heap_body = body;
	in_child(heap_child_main);
	unsetenv("KMEMU_OPTIONS");
}

#define HEAP_TEST(name, options)                \
	static void name##_body(void);          \
	static void name(void)                  \
	{                                       \
		heap_child(options, name##_body); \
	}                                       \
	static void name##_body(void)
