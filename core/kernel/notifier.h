/*
 * notifier.h - a chain of functions that are called by priority, the first one first among
 * equals, with the semaphore held for reading: they may sleep, and change nothing of the
 * chain (kernel: struct blocking_notifier_head).
 */
#pragma once

#include <errno.h>

#include "include/kmemu/locks.h"
#include "include/kmemu/notifier.h"

struct notifier_chain {
	struct kmemu_rwsem sem;
	struct notifier_block *first;
};

#define NOTIFY_STOP_MASK 0x8000

static inline int notifier_insert(struct notifier_block **at, struct notifier_block *nb)
{
	for (; *at && (*at)->priority >= nb->priority; at = &(*at)->next)
		if (*at == nb)
			return -EEXIST;
	nb->next = *at;
	*at = nb;
	return 0;
}

static inline int notifier_add(struct notifier_chain *c, struct notifier_block *nb)
{
	int err;

	kmemu_down_write(&c->sem);
	err = notifier_insert(&c->first, nb);
	kmemu_up_write(&c->sem);
	return err;
}

static inline int notifier_remove(struct notifier_chain *c, struct notifier_block *nb)
{
	struct notifier_block **at = &c->first;
	int err = -ENOENT;

	kmemu_down_write(&c->sem);
	while (*at && *at != nb)
		at = &(*at)->next;
	if (*at) {
		*at = nb->next;
		err = 0;
	}
	kmemu_up_write(&c->sem);
	return err;
}

static inline void notifier_call(struct notifier_chain *c, unsigned long action, void *data)
{
	struct notifier_block *nb, *next;

	kmemu_down_read(&c->sem);
	for (nb = c->first; nb; nb = next) {
		next = nb->next;
		if (nb->notifier_call(nb, action, data) & NOTIFY_STOP_MASK)
			break;
	}
	kmemu_up_read(&c->sem);
}
