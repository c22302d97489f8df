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

/* Idempotent, thread-safe. False: called from inside itself, too early. */
bool kmemu_init(void);
