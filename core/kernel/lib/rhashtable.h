/*
 * rhashtable.h - the lock of a table, for the two files that take it (kernel:
 * rht_lock() locks a bucket; here a table has one lock).
 */
#pragma once

#include "include/kmemu/rhashtable.h"

static inline unsigned long rht_lock(struct rhashtable *ht)
{
	unsigned long flags = kmemu_spin_irq_save();

	kmemu_spin_lock(&ht->lock);
	return flags;
}

static inline void rht_unlock(struct rhashtable *ht, unsigned long flags)
{
	kmemu_spin_unlock(&ht->lock);
	kmemu_spin_irq_restore(flags);
}
