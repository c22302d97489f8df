/*
 * patience.h - a lock that is not worth waiting for without end: what it
 * guards is only for nicer words. Whoever holds another lock of ours tries once.
 */
#pragma once

#include "core/lib/lock.h"
#include "core/os/os.h"

static inline bool lock_patiently(kmemu_lock_t *lock, unsigned int ms)
{
	if (spin_held_ranks() || spin_is_mine(lock))
		return !spin_is_mine(lock) && spin_trylock(lock);
	for (unsigned int i = 0; !spin_trylock(lock); i++) {
		if (i >= ms * 4)
			return false;
		os_sleep_us(250);
	}
	return true;
}
