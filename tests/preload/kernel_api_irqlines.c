// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * Kernel code whose lines are a CPU's each, are for some CPUs, are looked for, and are
 * asked of and written to as their controller has them.
 */
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/interrupt.h>
#include <linux/percpu.h>
#include <linux/slab.h>

#include "check.h"

static DEFINE_PER_CPU(int, counts);

static irqreturn_t count(int irq, void *dev)
{
	CHECK(irq == 20 && in_hardirq() && dev == this_cpu_ptr(&counts));
	++*(int *)dev;
	return IRQ_HANDLED;
}

static enum irqreturn ours(int irq, void *dev)
{
	bool on;

	CHECK(!irq_get_irqchip_state(irq, IRQCHIP_STATE_ACTIVE, &on) && on);
	++*(int *)dev;
	return IRQ_RETVAL(dev);
}

static void per_cpu_lines(void)
{
	int *mine = this_cpu_ptr(&counts), dev = 0;

	CHECK(request_percpu_irq(20, count, "counts", NULL) == -EINVAL);
	CHECK(__request_percpu_irq(20, count, IRQF_SHARED, "counts", &counts) == -EINVAL);
	CHECK(!request_percpu_irq(20, count, "counts", &counts));
	CHECK(request_percpu_irq(20, count, "counts", &counts) == -EBUSY);
	CHECK(request_irq(20, ours, 0, "ours", &dev) == -EINVAL);
	CHECK(!irq_percpu_is_enabled(20) && !kmemu_raise_irq(20) && !kmemu_raise_irq(20));
	CHECK(!*mine);
	enable_percpu_irq(20, IRQF_TRIGGER_NONE); /* what was raised comes once */
	CHECK(irq_percpu_is_enabled(20) && *mine == 1);
	kmemu_raise_irq(20);
	local_irq_disable();
	kmemu_raise_irq(20);
	CHECK(*mine == 2);
	local_irq_enable();
	CHECK(*mine == 3);
	disable_percpu_irq(20);
	free_percpu_irq(20, &counts);
	CHECK(kmemu_raise_irq(20) == -EINVAL && !request_irq(20, ours, 0, "ours", &dev));
	CHECK(request_percpu_irq(20, count, "counts", &counts) == -EBUSY);
	free_irq(20, &dev);
}

static void states(void)
{
	bool on = true;
	int dev = 0;

	CHECK(irq_get_irqchip_state(9999, IRQCHIP_STATE_PENDING, &on) == -EINVAL);
	CHECK(!request_irq(21, ours, IRQF_NO_AUTOEN, "ours", &dev));
	CHECK(!irq_get_irqchip_state(21, IRQCHIP_STATE_MASKED, &on) && on);
	CHECK(!irq_get_irqchip_state(21, IRQCHIP_STATE_PENDING, &on) && !on);
	CHECK(!irq_set_irqchip_state(21, IRQCHIP_STATE_PENDING, true) && !dev);
	CHECK(!irq_get_irqchip_state(21, IRQCHIP_STATE_PENDING, &on) && on);
	CHECK(!irq_set_irqchip_state(21, IRQCHIP_STATE_PENDING, false));
	enable_irq(21);
	CHECK(!dev && !irq_inject_interrupt(21) && dev == 1);
	local_irq_disable();
	irq_set_irqchip_state(21, IRQCHIP_STATE_PENDING, true);
	CHECK(!irq_get_irqchip_state(21, IRQCHIP_STATE_PENDING, &on) && on);
	irq_set_irqchip_state(21, IRQCHIP_STATE_PENDING, false);
	local_irq_enable();
	CHECK(dev == 1 && irq_set_irqchip_state(21, IRQCHIP_STATE_MASKED, true) == -EINVAL);
	CHECK(request_nmi(22, ours, 0, "ours", &dev) == -EINVAL);
	free_irq(21, &dev);
}

static void looked_for(void)
{
	unsigned long lines;
	int dev = 0;

	CHECK(!request_irq(5, ours, 0, "ours", &dev));
	lines = probe_irq_on();
	CHECK(lines == (0xfffffffeUL & ~(1UL << 5)));
	CHECK(!kmemu_raise_irq(5) && dev == 1 && !kmemu_raise_irq(11));
	CHECK(probe_irq_off(lines) == 11);
	lines = probe_irq_on();
	CHECK(!probe_irq_off(lines));
	lines = probe_irq_on();
	kmemu_raise_irq(12);
	kmemu_raise_irq(11);
	CHECK(probe_irq_off(lines) == -11);
	lines = probe_irq_on();
	kmemu_raise_irq(12);
	CHECK(probe_irq_mask(lines) == 1 << 12 && kmemu_raise_irq(12) == -EINVAL);
	free_irq(5, &dev);
}

static DECLARE_COMPLETION(told);
static DECLARE_COMPLETION(gone);

static void notify(struct irq_affinity_notify *n, const cpumask_t *mask)
{
	CHECK(!in_interrupt() && n->irq == 30 && cpumask_test_cpu(0, mask));
	CHECK(cpumask_weight(mask) == 1);
	complete(&told);
}

static void release(struct kref *ref)
{
	kfree(container_of(ref, struct irq_affinity_notify, kref));
	complete(&gone);
}

static void affinity(void)
{
	struct irq_affinity_notify *n = kzalloc(sizeof(*n), GFP_KERNEL);
	int dev = 0;

	CHECK(!request_irq(30, ours, 0, "ours", &dev));
	n->notify = notify;
	n->release = release;
	CHECK(!irq_set_affinity_notifier(30, n));
	CHECK(irq_set_affinity(30, cpu_none_mask) == -EINVAL);
	CHECK(!irq_set_affinity_hint(30, cpumask_of(0)));
	wait_for_completion(&told);
	CHECK(!irq_set_affinity_notifier(30, NULL));
	wait_for_completion(&gone);
	CHECK(!irq_set_affinity(30, cpu_online_mask) && !irq_set_affinity_hint(30, NULL));
	free_irq(30, &dev);
}

static void spread(void)
{
	struct irq_affinity affd = { .pre_vectors = 1, .post_vectors = 1 };
	unsigned int n = num_possible_cpus(), seen = 0;
	struct irq_affinity_desc *masks;

	CHECK(!irq_calc_affinity_vectors(1, 8, &affd));
	CHECK(irq_calc_affinity_vectors(2, n + 100, &affd) == n + 2);
	CHECK(irq_calc_affinity_vectors(2, 3, &affd) == 3);
	CHECK(!irq_create_affinity_masks(2, &affd) && affd.nr_sets == 1 && !affd.set_size[0]);
	masks = irq_create_affinity_masks(n + 2, &affd);
	CHECK(masks && affd.set_size[0] == n);
	for (unsigned int i = 0; i < n + 2; i++) {
		bool queue = i && i <= n;

		CHECK(masks[i].is_managed == queue);
		CHECK(cpumask_weight(&masks[i].mask) == (queue ? 1 : n));
		seen += queue && cpumask_test_cpu(i - 1, &masks[i].mask);
	}
	CHECK(seen == n);
	kfree(masks);
	masks = irq_create_affinity_masks(3, &affd);
	CHECK(masks && cpumask_weight(&masks[1].mask) == n);
	kfree(masks);
}

int main(void)
{
	per_cpu_lines();
	states();
	looked_for();
	affinity();
	spread();
	return 0;
}
