/*
 * devres.h - what devres.c and devres_group.c have for each other.
 */
#pragma once

#include "core/os/os.h"
#include "include/kmemu/device.h"

struct devres {
	struct devres *next; /* older */
	kmemu_dr_release_t release;
	size_t size;
	void *unused;
	u8 data[] __aligned_to(16);
};

static inline struct devres *devres_of(const void *res)
{
	return container_of((u8 *)res, struct devres, data[0]);
}

/* Kernel: spin_lock_irqsave() of all devices' lists. Returns what unlock wants. */
u64 devres_lock(void);
void devres_unlock(u64 mask);

/* A header and its data, zeroed with __GFP_ZERO, in no list; NULL: no memory. */
void *devres_new(kmemu_dr_release_t release, size_t size, unsigned int flags, const char *func,
		 const void *caller);

/* Kernel: WARN_ON(devres_destroy()), WARN_ON(devres_release()): p is none of the device's. */
void devres_not_managed(const void *p, const char *func, const void *caller);
/* One of the two ends of a group, which is no resource. */
bool devres_is_marker(const struct devres *dr);
/* Under no lock, of a marker that was taken off with all others of its device. */
void devres_free_marker(struct devres *dr, const void *caller);
