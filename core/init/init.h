/*
 * init.h - the heap's start. Everything else works only when kmemu_ready is
 * set; every entry point tests it on its slow path.
 */
#pragma once

#include "core/os/compiler.h"

extern __hidden bool kmemu_ready;

/* Acquire: who sees it set sees what start() wrote before. */
static inline bool kmemu_is_ready(void)
{
	return __atomic_load_n(&kmemu_ready, __ATOMIC_ACQUIRE);
}

/*
 * Reads the options alone, for interposers that ask what is armed before the
 * first allocation: a start of the heap for a question would take the place that
 * MemorySanitizer wants in a program of its own. Idempotent, thread-safe.
 */
void kmemu_options_init(void);

/* Idempotent, thread-safe. False: called from inside itself, too early. */
bool kmemu_init(void);

/*
 * Around a fork, with signals blocked. hold: true: the heap is there; false: it is not, and
 * nobody brings it up until it is let go, by the parent and by the child.
 */
bool kmemu_init_hold(void);
void kmemu_init_let_go(void);

/* Called without locks when the heap has come up, maybe more than once. */
extern __hidden void (*kmemu_init_done)(void);
