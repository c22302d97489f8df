/*
 * device_link.c - devices that need others (kernel: drivers/base/core.c
 * device_link_add, device_links_check_suppliers and its kin).
 *
 * A managed link follows the two drivers: its consumer's probe is deferred until the
 * supplier is bound, and the consumer is unbound before the supplier. A stateless one
 * is counted and does nothing; who added it has to delete it. One pair has one link.
 *
 *	supplier bound		no			yes
 *	consumer not bound	DORMANT			AVAILABLE
 *	its probe runs		-			CONSUMER_PROBE
 *	consumer bound		-			ACTIVE, or SUPPLIER_UNBIND
 *
 * Different from the kernel: no power management, so DL_FLAG_PM_RUNTIME is kept and does
 * nothing; no class devlink and no links of firmware nodes; consumers are not moved behind
 * their suppliers in the list of devices. A DL_FLAG_SYNC_STATE_ONLY link holds nobody back
 * and goes when its consumer is bound.
 *
 * Locks: links_lock, below a device's mutex; under it nothing is called. Cost: a look at a
 * counter where there are no links.
 */
#include <errno.h>

#include "core/kernel/alloc.h"
#include "core/kernel/bus.h"
#include "core/kernel/task.h"
#include "core/lib/list.h"
#include "include/kmemu/locks.h"

#define EPROBE_DEFER_ 517 /* the kernel's own */

#define MANAGED_FLAGS                                                              \
	(KMEMU_DL_AUTOREMOVE_CONSUMER | KMEMU_DL_AUTOREMOVE_SUPPLIER |             \
	 KMEMU_DL_AUTOPROBE_CONSUMER | KMEMU_DL_SYNC_STATE_ONLY | 0x300u)
#define VALID_FLAGS (MANAGED_FLAGS | KMEMU_DL_STATELESS | 0xcu)

static struct kmemu_mutex links_lock __own_word;
static struct list_head links = { &links, &links }; /* the oldest first */
static u32 nr_links;

#define for_each_link(l, next)                                                         \
	for ((l) = entry_of(links.next);                                               \
	     &(l)->kmemu_entry != &links && ((next) = entry_of((l)->kmemu_entry.next), 1); \
	     (l) = (next))

static struct device_link *entry_of(struct list_head *entry)
{
	return container_of(entry, struct device_link, kmemu_entry);
}

static bool any(void)
{
	return __atomic_load_n(&nr_links, __ATOMIC_ACQUIRE);
}

static bool is_managed(const struct device_link *l)
{
	return l->flags & KMEMU_DL_MANAGED;
}

static struct device_link *find(const struct device *consumer, const struct device *supplier)
{
	struct device_link *l, *next;

	for_each_link(l, next)
		if (l->consumer == consumer && l->supplier == supplier)
			return l;
	return NULL;
}

/* Does dev need that one, itself or by what it needs, or is it above it? */
static bool needs(struct device *dev, struct device *other)
{
	struct device_link *l, *next;
	struct device *up;

	for (up = dev; up; up = up->parent)
		if (up == other)
			return true;
	for_each_link(l, next)
		if (l->consumer == dev && !(l->flags & KMEMU_DL_SYNC_STATE_ONLY) &&
		    needs(l->supplier, other))
			return true;
	return false;
}

static enum device_link_state first_state(const struct device *consumer,
					  const struct device *supplier)
{
	switch (supplier->kmemu_state) {
	case DL_DEV_PROBING:
		return consumer->kmemu_state == DL_DEV_PROBING ? DL_STATE_CONSUMER_PROBE :
								 DL_STATE_DORMANT;
	case DL_DEV_DRIVER_BOUND:
		return consumer->kmemu_state == DL_DEV_PROBING ? DL_STATE_CONSUMER_PROBE :
		       consumer->kmemu_state == DL_DEV_DRIVER_BOUND   ? DL_STATE_ACTIVE :
								 DL_STATE_AVAILABLE;
	case DL_DEV_UNBINDING:
		return DL_STATE_SUPPLIER_UNBIND;
	default:
		return DL_STATE_DORMANT;
	}
}

/* One that was there: stays for as long as who wants it longest says. */
static void add_to(struct device_link *l, u32 flags)
{
	if (flags & KMEMU_DL_STATELESS) {
		l->kmemu_refs++;
		l->flags |= KMEMU_DL_STATELESS;
		return;
	}
	if (flags & KMEMU_DL_AUTOREMOVE_SUPPLIER) {
		if (l->flags & KMEMU_DL_AUTOREMOVE_CONSUMER)
			l->flags ^= KMEMU_DL_AUTOREMOVE_CONSUMER | KMEMU_DL_AUTOREMOVE_SUPPLIER;
	} else if (!(flags & KMEMU_DL_AUTOREMOVE_CONSUMER)) {
		l->flags &= ~(KMEMU_DL_AUTOREMOVE_CONSUMER | KMEMU_DL_AUTOREMOVE_SUPPLIER);
	}
	if (!is_managed(l)) {
		l->kmemu_refs++;
		l->flags |= KMEMU_DL_MANAGED;
		l->status = first_state(l->consumer, l->supplier);
	}
	if (!(flags & KMEMU_DL_SYNC_STATE_ONLY))
		l->flags &= ~KMEMU_DL_SYNC_STATE_ONLY;
}

static bool may_add(struct device *consumer, struct device *supplier, u32 flags)
{
	u32 removes = KMEMU_DL_AUTOREMOVE_CONSUMER | KMEMU_DL_AUTOREMOVE_SUPPLIER;

	return consumer && supplier && consumer != supplier && !(flags & ~VALID_FLAGS) &&
	       !(flags & KMEMU_DL_STATELESS && flags & MANAGED_FLAGS) &&
	       !(flags & KMEMU_DL_AUTOPROBE_CONSUMER && flags & removes) &&
	       !(flags & KMEMU_DL_SYNC_STATE_ONLY && flags & (removes | 0x20u));
}

KMEMU_EXPORT struct device_link *kmemu_device_link_add(struct device *consumer,
						       struct device *supplier, u32 flags)
{
	struct device_link *l = NULL, *fresh;

	if (!may_add(consumer, supplier, flags))
		return NULL;
	if (!(flags & KMEMU_DL_STATELESS))
		flags |= KMEMU_DL_MANAGED;
	if (flags & KMEMU_DL_AUTOREMOVE_SUPPLIER)
		flags &= ~KMEMU_DL_AUTOREMOVE_CONSUMER;
	fresh = kmalloc_for(sizeof(*fresh), GFP_KERNEL | __GFP_ZERO, "device_link_add", CALLER);
	if (!fresh)
		return NULL;
	kmemu_mutex_lock(&links_lock);
	if (flags & KMEMU_DL_SYNC_STATE_ONLY || !needs(supplier, consumer)) {
		l = find(consumer, supplier);
		if (l)
			add_to(l, flags);
	} else {
		flags = 0;
	}
	if (!l && flags) {
		*fresh = (struct device_link){ .supplier = kmemu_get_device(supplier),
					       .consumer = kmemu_get_device(consumer),
					       .flags = flags,
					       .status = DL_STATE_NONE,
					       .kmemu_refs = 1 };
		if (is_managed(fresh))
			fresh->status = first_state(consumer, supplier);
		list_add_tail(&fresh->kmemu_entry, &links);
		__atomic_fetch_add(&nr_links, 1, __ATOMIC_RELEASE);
		l = fresh;
		fresh = NULL;
	}
	kmemu_mutex_unlock(&links_lock);
	kfree_for(fresh, CALLER);
	return l;
}

/* Off the list, onto one of those that are freed behind the lock. */
static void unlink_to(struct device_link *l, struct list_head *gone)
{
	list_del(&l->kmemu_entry);
	list_add_tail(&l->kmemu_entry, gone);
	__atomic_fetch_sub(&nr_links, 1, __ATOMIC_RELEASE);
}

static void drop_to(struct device_link *l, struct list_head *gone)
{
	l->flags &= ~KMEMU_DL_MANAGED;
	l->status = DL_STATE_NONE;
	if (!--l->kmemu_refs)
		unlink_to(l, gone);
}

static void free_all(struct list_head *gone, const void *caller)
{
	while (gone->next != gone) {
		struct device_link *l = entry_of(gone->next);

		list_del(&l->kmemu_entry);
		kmemu_put_device(l->consumer);
		kmemu_put_device(l->supplier);
		kfree_for(l, caller);
	}
}

/* Kernel: device_link_put_kref(). */
static void del(struct device_link *l, const void *caller)
{
	struct list_head gone = { &gone, &gone };
	bool kept = false;

	if (l->flags & KMEMU_DL_STATELESS) {
		if (!--l->kmemu_refs)
			unlink_to(l, &gone);
	} else if (!l->consumer->kmemu_entry.next) {
		unlink_to(l, &gone);
	} else {
		kept = true;
	}
	kmemu_mutex_unlock(&links_lock);
	if (kept)
		kernel_warn(caller, "drivers/base/core.c", 1020,
			    "Unable to drop a managed device link reference");
	free_all(&gone, caller);
}

KMEMU_EXPORT void kmemu_device_link_del(struct device_link *link)
{
	kmemu_mutex_lock(&links_lock);
	del(link, CALLER);
}

KMEMU_EXPORT void kmemu_device_link_remove(void *consumer, struct device *supplier)
{
	struct device_link *l;

	if (consumer == supplier) {
		kernel_warn(CALLER, "drivers/base/core.c", 1052, NULL);
		return;
	}
	kmemu_mutex_lock(&links_lock);
	l = find(consumer, supplier);
	if (l)
		del(l, CALLER);
	else
		kmemu_mutex_unlock(&links_lock);
}

/* --- what drivers do -------------------------------------------------------------- */

/* Kernel: device_links_check_suppliers(). */
int device_links_check(struct device *dev)
{
	const struct device *missing = NULL;
	struct device_link *l, *next;

	WRITE_ONCE(dev->kmemu_state, DL_DEV_PROBING);
	if (!any())
		return 0;
	kmemu_mutex_lock(&links_lock);
	for_each_link(l, next)
		if (l->consumer == dev && is_managed(l) && l->status != DL_STATE_AVAILABLE &&
		    !(l->flags & KMEMU_DL_SYNC_STATE_ONLY))
			missing = l->supplier;
	for_each_link(l, next)
		if (l->consumer == dev && is_managed(l) && !missing)
			l->status = DL_STATE_CONSUMER_PROBE;
	kmemu_mutex_unlock(&links_lock);
	return missing ? -EPROBE_DEFER_ : 0;
}

/* --- sync_state(): all that need the device are bound (kernel: dev_sync_state()) ----- */

static bool has_sync_state(const struct device *dev)
{
	return (dev->bus && dev->bus->sync_state) || (dev->driver && dev->driver->sync_state);
}

/* Under the lock. True: it is now this caller's to call. */
static bool take_sync_state(struct device *dev)
{
	struct device_link *l, *next;

	if (dev->kmemu_state != DL_DEV_DRIVER_BOUND || !has_sync_state(dev) || dev->state_synced)
		return false;
	for_each_link(l, next)
		if (l->supplier == dev && is_managed(l) && l->status != DL_STATE_ACTIVE)
			return false;
	dev->state_synced = true;
	return true;
}

static void call_sync_state(struct device *dev)
{
	if (dev->bus && dev->bus->sync_state)
		dev->bus->sync_state(dev);
	else if (dev->driver && dev->driver->sync_state)
		dev->driver->sync_state(dev);
}

/* One that dev was the last to need, with a reference; gone: links that were. */
static struct device *supplier_to_sync(const struct device *dev, struct list_head *gone)
{
	struct device *found = NULL;
	struct device_link *l, *next;

	kmemu_mutex_lock(&links_lock);
	for_each_link(l, next)
		if (!found && l->consumer == dev && take_sync_state(l->supplier))
			found = kmemu_get_device(l->supplier);
	for (struct list_head *e = gone->next; e != gone && !found; e = e->next)
		if (take_sync_state(entry_of(e)->supplier))
			found = kmemu_get_device(entry_of(e)->supplier);
	kmemu_mutex_unlock(&links_lock);
	return found;
}

/* dev is locked; its suppliers are not. */
static void sync_states(struct device *dev, struct list_head *gone)
{
	struct device *supplier;
	bool mine;

	while ((supplier = supplier_to_sync(dev, gone))) {
		kmemu_mutex_lock_nested(&supplier->mutex.lock, 1);
		call_sync_state(supplier);
		kmemu_mutex_unlock(&supplier->mutex.lock);
		kmemu_put_device(supplier);
	}
	if (!has_sync_state(dev))
		return;
	kmemu_mutex_lock(&links_lock);
	mine = take_sync_state(dev);
	kmemu_mutex_unlock(&links_lock);
	if (mine)
		call_sync_state(dev);
}

void device_links_bound(struct device *dev)
{
	struct list_head gone = { &gone, &gone };
	struct device_link *l, *next;

	WRITE_ONCE(dev->kmemu_state, DL_DEV_DRIVER_BOUND);
	if (!any()) {
		sync_states(dev, &gone);
		return;
	}
	kmemu_mutex_lock(&links_lock);
	for_each_link(l, next) {
		if (!is_managed(l))
			continue;
		if (l->supplier == dev && l->status == DL_STATE_DORMANT) {
			l->status = DL_STATE_AVAILABLE;
			if (l->flags & KMEMU_DL_AUTOPROBE_CONSUMER)
				WRITE_ONCE(l->consumer->kmemu_deferred, true);
		}
		if (l->consumer != dev)
			continue;
		if (l->flags & KMEMU_DL_SYNC_STATE_ONLY)
			drop_to(l, &gone);
		else
			l->status = DL_STATE_ACTIVE;
	}
	kmemu_mutex_unlock(&links_lock);
	sync_states(dev, &gone);
	free_all(&gone, CALLER);
}

/* One that has to go before its supplier, with a reference. */
static struct device *bound_consumer(const struct device *dev)
{
	struct device *found = NULL;
	struct device_link *l, *next;

	kmemu_mutex_lock(&links_lock);
	for_each_link(l, next) {
		if (l->supplier != dev || !is_managed(l))
			continue;
		if (l->status == DL_STATE_ACTIVE && !found)
			found = kmemu_get_device(l->consumer);
		l->status = DL_STATE_SUPPLIER_UNBIND;
		if (found)
			break;
	}
	kmemu_mutex_unlock(&links_lock);
	return found;
}

/* Kernel: device_links_unbind_consumers(). The device's mutex is let go meanwhile. */
void device_links_unbind_consumers(struct device *dev)
{
	struct device *consumer;

	if (dev->driver)
		WRITE_ONCE(dev->kmemu_state, DL_DEV_UNBINDING);
	while (any() && (consumer = bound_consumer(dev))) {
		kmemu_mutex_unlock(&dev->mutex.lock);
		kmemu_device_release_driver(consumer);
		kmemu_put_device(consumer);
		kmemu_mutex_lock(&dev->mutex.lock);
	}
}

/* Kernel: device_links_driver_cleanup(), device_links_no_driver(). */
void device_links_unbound(struct device *dev)
{
	struct list_head gone = { &gone, &gone };
	struct device_link *l, *next;

	WRITE_ONCE(dev->kmemu_state, DL_DEV_NO_DRIVER);
	if (!any())
		return;
	kmemu_mutex_lock(&links_lock);
	for_each_link(l, next) {
		bool supplies = l->supplier == dev, consumes = l->consumer == dev;

		if (!is_managed(l) || !(supplies || consumes))
			continue;
		if (l->flags & (supplies ? KMEMU_DL_AUTOREMOVE_SUPPLIER :
					   KMEMU_DL_AUTOREMOVE_CONSUMER) &&
		    (consumes || l->status == DL_STATE_SUPPLIER_UNBIND))
			drop_to(l, &gone);
		else if (supplies)
			l->status = DL_STATE_DORMANT;
		else if (l->status == DL_STATE_CONSUMER_PROBE || l->status == DL_STATE_ACTIVE)
			l->status = l->supplier->kmemu_state == DL_DEV_DRIVER_BOUND ?
					    DL_STATE_AVAILABLE :
					    DL_STATE_DORMANT;
	}
	kmemu_mutex_unlock(&links_lock);
	free_all(&gone, CALLER);
}

/* Kernel: device_links_purge(): the device is deleted. */
void device_links_purge(struct device *dev)
{
	struct list_head gone = { &gone, &gone };
	struct device_link *l, *next;

	if (!any())
		return;
	kmemu_mutex_lock(&links_lock);
	for_each_link(l, next)
		if (l->supplier == dev || l->consumer == dev)
			unlink_to(l, &gone);
	kmemu_mutex_unlock(&links_lock);
	free_all(&gone, CALLER);
}
