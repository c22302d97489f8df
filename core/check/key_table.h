/*
 * key_table.h - a few things by a key, found and taken without a lock (kernel: no
 * counterpart; it looks them up in an xarray). Who has a table has an array of as many
 * things beside it.
 */
#pragma once

#include "core/os/compiler.h"

struct key_table {
	u64 *keys; /* 0: free */
	u32 max;
	u32 used; /* those behind it were never taken */
};

/* The key's place; -1: none, as it is of key 0. */
static inline int key_find(const struct key_table *t, u64 key)
{
	for (u32 i = 0; key && i < READ_ONCE(t->used); i++)
		if (__atomic_load_n(&t->keys[i], __ATOMIC_ACQUIRE) == key)
			return (int)i;
	return -1;
}

/* -1: the table is full. One thread at a time asks for the same key. */
static inline int key_find_or_take(struct key_table *t, u64 key)
{
	int found = key_find(t, key);

	for (u32 i = 0; key && found < 0 && i < t->max; i++) {
		u64 none = 0;

		if (!__atomic_compare_exchange_n(&t->keys[i], &none, key, false, __ATOMIC_ACQ_REL,
						 __ATOMIC_RELAXED))
			continue;
		found = (int)i;
		for (u32 used = READ_ONCE(t->used); used <= i;)
			__atomic_compare_exchange_n(&t->used, &used, i + 1, false, __ATOMIC_RELAXED,
						    __ATOMIC_RELAXED);
	}
	return found;
}

/* The thing is as new again: others may take its place. */
static inline void key_release(struct key_table *t, int i)
{
	__atomic_store_n(&t->keys[i], 0, __ATOMIC_RELEASE);
}
