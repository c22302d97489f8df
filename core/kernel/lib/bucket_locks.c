/*
 * bucket_locks.c - what lib/bucket_locks.c has, and no more: a program may bring that
 * file instead. As there, one lock for each CPU and cpu_mult, at most 64 CPUs, or as
 * many as asked for; the number is taken for a power of two by its users.
 */
#include "core/kernel/task.h"
#include "include/kmemu/kmemu.h"
#include "include/kmemu/locks.h"

static size_t how_many(size_t max_size, unsigned int cpu_mult)
{
	size_t n = min(os_nr_cpus(), 64U) * (size_t)cpu_mult;

	return cpu_mult ? min(n, max_size) : max_size;
}

KMEMU_EXPORT_WEAK int kmemu_alloc_bucket_spinlocks(struct kmemu_spinlock **locks,
						   unsigned int *lock_mask, size_t max_size,
						   unsigned int cpu_mult, unsigned int gfp,
						   const char *name, const void *key)
{
	size_t n = how_many(max_size, cpu_mult);
	struct kmemu_spinlock *all = kmemu_kvmalloc(n * sizeof(*all), gfp);

	if (!all)
		return -ENOMEM_;
	for (size_t i = 0; i < n; i++) {
		all[i].word = KMEMU_LOCK_SET_UP;
		kmemu_lock_init_class(&all[i], name, key);
	}
	*locks = all;
	*lock_mask = (unsigned int)n - 1;
	return 0;
}

KMEMU_EXPORT_WEAK void kmemu_free_bucket_spinlocks(struct kmemu_spinlock *locks)
{
	kmemu_kvfree(locks);
}
