/*
 * devres_irq.c - interrupts that a device manages (kernel: kernel/irq/devres.c).
 *
 * Locks: those of devres.c and irq.c.
 */
#include <errno.h>
#include <string.h>

#include "core/kernel/alloc.h"
#include "core/kernel/devres.h"
#include "include/kmemu/device.h"
#include "include/kmemu/irq.h"

struct irq_devres {
	unsigned int irq;
	void *dev_id;
};

static void devm_irq_release(struct device *dev, void *res)
{
	struct irq_devres *r = res;

	(void)dev;
	kmemu_free_irq(r->irq, r->dev_id);
}

static int devm_irq_match(struct device *dev, void *res, void *data)
{
	struct irq_devres *a = res, *b = data;

	(void)dev;
	return a->irq == b->irq && a->dev_id == b->dev_id;
}

KMEMU_EXPORT int kmemu_devm_request_threaded_irq(struct device *dev, unsigned int irq,
						 int (*handler)(int irq, void *dev_id),
						 int (*thread_fn)(int irq, void *dev_id),
						 unsigned long flags, const char *name,
						 void *dev_id)
{
	struct irq_devres *r = kmemu_devres_alloc(devm_irq_release, sizeof(*r), GFP_KERNEL);
	int err;

	if (!r)
		return -ENOMEM;
	err = kmemu_request_threaded_irq(irq, handler, thread_fn, flags,
					 name ? name : kmemu_dev_name(dev), dev_id);
	if (err) {
		kmemu_devres_free(r);
		return err;
	}
	*r = (struct irq_devres){ irq, dev_id };
	kmemu_devres_add(dev, r);
	return 0;
}

KMEMU_EXPORT void kmemu_devm_free_irq(struct device *dev, unsigned int irq, void *dev_id)
{
	struct irq_devres r = { irq, dev_id };

	if (kmemu_devres_destroy(dev, devm_irq_release, devm_irq_match, &r))
		devres_not_managed(dev_id, "devm_free_irq", CALLER);
	kmemu_free_irq(irq, dev_id);
}
