/*
 * bus_notify.c - who is told of devices that come, go, are bound and unbound (kernel:
 * drivers/base/bus.c bus_notify, bus_register_notifier).
 *
 * A bus that somebody listens to has a chain, from its first listener until it is
 * unregistered. Listeners are called by priority, the first one first among equals, with
 * the chain's semaphore held for reading, so they may sleep, and change nothing of the
 * chain (kernel: a blocking notifier chain).
 *
 * Locks: chains_lock over the list of chains, for a look; then a chain's semaphore. Cost:
 * a look at a counter where nobody listens.
 */
#include <errno.h>

#include "core/kernel/alloc.h"
#include "core/kernel/bus.h"
#include "core/lib/list.h"

struct chain {
	struct list_head entry;
	const struct bus_type *type;
	struct kmemu_rwsem sem;
	struct notifier_block *first;
};

#define NOTIFY_STOP_MASK 0x8000

static struct kmemu_mutex chains_lock __own_lock;
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
	struct notifier_block *nb, *next;

	if (!c)
		return;
	kmemu_down_read(&c->sem);
	for (nb = c->first; nb; nb = next) {
		next = nb->next;
		if (nb->notifier_call(nb, event, dev) & NOTIFY_STOP_MASK)
			break;
	}
	kmemu_up_read(&c->sem);
}

static int insert(struct chain *c, struct notifier_block *nb)
{
	struct notifier_block **at = &c->first;

	for (; *at && (*at)->priority >= nb->priority; at = &(*at)->next)
		if (*at == nb)
			return -EEXIST;
	nb->next = *at;
	*at = nb;
	return 0;
}

KMEMU_EXPORT int kmemu_bus_register_notifier(const struct bus_type *type,
					     struct notifier_block *nb)
{
	struct chain *c;
	int err;

	if (!bus_is_registered(type))
		return -EINVAL;
	c = chain_of(type);
	if (!c)
		c = new_chain(type, CALLER);
	if (!c)
		return -ENOMEM;
	kmemu_down_write(&c->sem);
	err = insert(c, nb);
	kmemu_up_write(&c->sem);
	return err;
}

KMEMU_EXPORT int kmemu_bus_unregister_notifier(const struct bus_type *type,
					       struct notifier_block *nb)
{
	struct chain *c = chain_of(type);
	struct notifier_block **at;
	int err = -ENOENT;

	if (!bus_is_registered(type))
		return -EINVAL;
	if (!c)
		return -ENOENT;
	kmemu_down_write(&c->sem);
	for (at = &c->first; *at && *at != nb; at = &(*at)->next)
		;
	if (*at) {
		*at = nb->next;
		err = 0;
	}
	kmemu_up_write(&c->sem);
	return err;
}
