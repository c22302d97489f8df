/*
 * irq_affinity.c - which CPUs a line is for (kernel: kernel/irq/manage.c
 * irq_set_affinity, irq_set_affinity_notifier; affinity.c; lib/group_cpus.c).
 *
 * The set is kept and told to who listens, on a work of its own. It chooses no CPU: a
 * line is handled where it is raised. A hint or a listener that is there when the line is
 * freed is the kernel's warning.
 *
 * Different from the kernel: of a machine's CPUs the first 256 are kept; the CPUs are
 * spread in the order of their numbers, as on one node.
 *
 * Locks: affinity_lock, a leaf; get() is called under it. Memory: 14 KiB, touched by who
 * sets one.
 */
#include "core/kernel/softirq.h"

#include "core/mm/pcpu.h"

#define WORDS 4

struct affinity {
	u64 cpus[WORDS]; /* none: all */
	const void *hint;
	void *listener;
	void (*get)(void *listener), (*changed)(void *listener);
};

static struct affinity affinities[NR_IRQS];
static struct kernel_lock affinity_lock __own_word;
static bool used; /* free_irq() looks at nothing until then */

static bool has_cpu(const unsigned long *mask)
{
	u32 n = pcpu_nr_cpus();

	for (u32 cpu = 0; cpu < n; cpu++)
		if (mask[cpu / 64] >> (cpu % 64) & 1)
			return true;
	return false;
}

KMEMU_EXPORT int kmemu_irq_set_affinity(unsigned int irq, const unsigned long *cpus)
{
	struct affinity *a = &affinities[irq % NR_IRQS];
	void (*changed)(void *listener);
	void *listener;
	u64 mask;

	if (irq >= NR_IRQS || !has_cpu(cpus))
		return -EINVAL_;
	mask = kernel_lock(&affinity_lock);
	WRITE_ONCE(used, true);
	for (u32 i = 0; i < WORDS; i++)
		a->cpus[i] = i * 64 < pcpu_nr_cpus() ? cpus[i] : 0;
	listener = a->listener;
	changed = a->changed;
	if (listener)
		a->get(listener);
	kernel_unlock(&affinity_lock, mask);
	if (listener)
		changed(listener);
	return 0;
}

KMEMU_EXPORT void kmemu_irq_get_affinity(unsigned int irq, unsigned long *cpus)
{
	u64 mask = kernel_lock(&affinity_lock), any = 0;
	const u64 *kept = affinities[irq % NR_IRQS].cpus;
	u32 n = pcpu_nr_cpus();

	for (u32 i = 0; i < WORDS; i++)
		any |= kept[i];
	for (u32 cpu = 0; cpu < n; cpu++)
		if (!any || (cpu < WORDS * 64 && kept[cpu / 64] >> (cpu % 64) & 1))
			cpus[cpu / 64] |= 1UL << (cpu % 64);
	kernel_unlock(&affinity_lock, mask);
}

KMEMU_EXPORT int kmemu_irq_set_hint(unsigned int irq, const void *hint)
{
	if (irq >= NR_IRQS)
		return -EINVAL_;
	WRITE_ONCE(used, true);
	WRITE_ONCE(affinities[irq].hint, hint);
	return 0;
}

KMEMU_EXPORT void *kmemu_irq_set_listener(unsigned int irq, void *listener,
					  void (*get)(void *listener),
					  void (*changed)(void *listener))
{
	struct affinity *a = &affinities[irq % NR_IRQS];
	u64 mask = kernel_lock(&affinity_lock);
	void *old = a->listener;

	WRITE_ONCE(used, true);
	a->listener = listener;
	a->get = get;
	a->changed = changed;
	kernel_unlock(&affinity_lock, mask);
	return old;
}

void irq_affinity_freed(u32 irq, const void *caller)
{
	struct affinity *a = &affinities[irq];
	bool hint, listener;
	u64 mask;

	if (likely(!READ_ONCE(used)))
		return;
	mask = kernel_lock(&affinity_lock);
	hint = a->hint;
	listener = a->listener;
	a->hint = NULL;
	a->listener = NULL;
	kernel_unlock(&affinity_lock, mask);
	if (listener)
		kernel_warn(caller, "kernel/irq/manage.c", 2051, NULL);
	if (hint)
		kernel_warn(caller, "kernel/irq/manage.c", 1939, NULL);
}
