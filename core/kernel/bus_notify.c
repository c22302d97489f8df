/*
 * bus_notify.c - who is told of devices that come, go, are bound and unbound (kernel:
 * drivers/base/bus.c bus_notify, bus_register_notifier).
 *
 * A bus that somebody listens to has a chain, from its first listener until it is
 * unregistered (notifier.h).
 *
 * Locks: chains_lock over the list of chains, for a look; then a chain's semaphore. Cost:
 * a look at a counter where nobody listens.
 */
#include <errno.h>

#include "core/kernel/alloc.h"
#include "core/kernel/bus.h"
#include "core/kernel/notifier.h"
#include "core/lib/list.h"

struct chain {
	struct list_head entry;
	const struct bus_type *type;
	struct notifier_chain listeners;
};

static struct kmemu_mutex chains_lock __own_mutex;
static struct list_head chains = { &chains, &chains };
static u32 nr_chains;

static struct chain *chain_of(const struct bus_type *type)
{
	struct chain *found = NULL;
	struct list_head *at;

	kmemu_mutex_lock(&chains_lock);
	for (at = chains.next; at != &chains && !found; at = at->next)
		if (container_of(at, struct chain, entry)->type == type)
			found = container_of(at, struct chain, entry);
	kmemu_mutex_unlock(&chains_lock);
	return found;
}

/* Two that are first at once leave one chain. */
static struct chain *new_chain(const struct bus_type *type, const void *caller)
{
	struct chain *c = kmalloc_for(sizeof(*c), GFP_KERNEL | __GFP_ZERO,
				      "bus_register_notifier", caller);
	struct list_head *at;

	if (!c)
		return NULL;
	c->type = type;
	kmemu_mutex_lock(&chains_lock);
	for (at = chains.next; at != &chains; at = at->next)
		if (container_of(at, struct chain, entry)->type == type)
			break;
	if (at == &chains) {
		list_add_tail(&c->entry, &chains);
		WRITE_ONCE(nr_chains, nr_chains + 1);
	}
	kmemu_mutex_unlock(&chains_lock);
	if (at == &chains)
		return c;
	kfree_for(c, caller);
	return container_of(at, struct chain, entry);
}

void bus_notify_forget(const struct bus_type *type, const void *caller)
{
	struct chain *c = chain_of(type);

	if (!c)
		return;
	kmemu_mutex_lock(&chains_lock);
	list_del(&c->entry);
	WRITE_ONCE(nr_chains, nr_chains - 1);
	kmemu_mutex_unlock(&chains_lock);
	kfree_for(c, caller);
}

void bus_notify(struct device *dev, enum bus_notifier_event event)
{
	struct chain *c = READ_ONCE(nr_chains) && dev->bus ? chain_of(dev->bus) : NULL;

	if (c)
		notifier_call(&c->listeners, event, dev);
}

KMEMU_EXPORT int kmemu_bus_register_notifier(const struct bus_type *type,
					     struct notifier_block *nb)
{
	struct chain *c;

	if (!bus_is_registered(type))
		return -EINVAL;
	c = chain_of(type);
	if (!c)
		c = new_chain(type, CALLER);
	if (!c)
		return -ENOMEM;
	return notifier_add(&c->listeners, nb);
}

KMEMU_EXPORT int kmemu_bus_unregister_notifier(const struct bus_type *type,
					       struct notifier_block *nb)
{
	struct chain *c = chain_of(type);

	if (!bus_is_registered(type))
		return -EINVAL;
	return c ? notifier_remove(&c->listeners, nb) : -ENOENT;
}
