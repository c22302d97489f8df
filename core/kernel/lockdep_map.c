/*
 * lockdep_map.c - locks that are known to lockdep alone: those of the caller's own make, and
 * what is waited for (kernel: kernel/locking/lockdep.c lock_acquire, lock_release,
 * lock_is_held_type).
 *
 * A map has an address, and by that a class (core/check/lock_class.c), and is kept with what
 * else the thread has raised while it is held. It forbids nothing. One that is not checked
 * lacks LOCK_API: no order is kept of it.
 *
 * Different from the kernel: wait types are not looked at; who gives an address of its own
 * (ip) is named by the call.
 *
 * Locks: none. Cost: an entry, with context= only.
 */
#include "core/check/lock.h"
#include "core/kernel/task.h"
#include "include/kmemu/context.h"

static unsigned int how_of(unsigned int how)
{
	return (how & KMEMU_MAP_UNCHECKED ? 0 : LOCK_API) |
	       (how & KMEMU_LOCK_NEST ? LOCK_NEST : LOCK_NESTED(how)) |
	       (how & KMEMU_MAP_TRY ? LOCK_TRY : 0) | (how & KMEMU_MAP_READ ? LOCK_READ : 0) |
	       (how & KMEMU_MAP_RECURSIVE ? LOCK_RECURSIVE : 0);
}

void lock_map_acquire(const void *map, unsigned int how, const void *caller, unsigned long sp)
{
	if ((how & (LOCK_TRY | LOCK_API)) == LOCK_API)
		lock_order(RAISE_MAP, map, how, caller);
	context_raise(&(struct raise){ .kind = RAISE_MAP, .how = (u8)how, .what = map, .pc = caller,
				       .sp = sp });
}

KMEMU_EXPORT void kmemu_lock_map_acquire(const void *map, unsigned int how)
{
	if ((likely(kmemu_is_ready()) || kmemu_init()) && context_armed)
		lock_map_acquire(map, how_of(how), CALLER, CALLER_SP);
}

KMEMU_EXPORT void kmemu_lock_map_release(const void *map)
{
	if (context_armed)
		context_lower(RAISE_MAP, map, "lock_release", CALLER);
}

/* A lock's dep_map is the lock. */
KMEMU_EXPORT int kmemu_lock_map_is_held(const void *map, int read)
{
	const struct raise *r;

	if (!context_armed)
		return -1;
	r = context_find_lock(map);
	return r && (read < 0 || read == !!(r->how & LOCK_READ));
}
