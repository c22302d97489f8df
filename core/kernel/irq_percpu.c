/*
 * irq_percpu.c - per-CPU interrupts, and who looks for its line (kernel:
 * kernel/irq/manage.c request_percpu_irq, enable_percpu_irq; chip.c
 * handle_percpu_devid_irq; autoprobe.c).
 *
 * A per-CPU line has one handler, which gets this CPU's part of what it was requested
 * with, and runs on many CPUs at a time. It is enabled for each CPU by a thread of that
 * CPU; raised on one where it is disabled it is remembered there, once.
 *
 * A driver that looks for its line makes its device raise while nobody has it: what is
 * raised between probe_irq_on() and probe_irq_off() and has no handler is noted.
 *
 * Different from the kernel: any line that nobody has can be a per-CPU one (there, the
 * controller's driver says so: else -EINVAL); lines of CPUs from 256 on are CPU 255's.
 *
 * Locks: irq_percpu_lock, a leaf; probe_mutex from probe_irq_on() to its end, as the
 * kernel's probing_active. Memory: 26 KiB, touched by who has such a line.
 */
#include "core/kernel/softirq.h"

#include "core/lib/printk.h"
#include "core/mm/pcpu.h"
#include "include/kmemu/locks.h"

#define CPUS 256
#define WORDS (CPUS / 64)

struct percpu_line {
	int (*handler)(int irq, void *dev);
	const void *dev, *start, *stop; /* per CPU; the section of static variables */
	u64 enabled[WORDS], pending[WORDS];
};

static struct percpu_line lines[NR_IRQS];
static struct kernel_lock irq_percpu_lock __own_word;

static struct kmemu_mutex probe_mutex __own_word;
static bool probing;
static u64 probed[NR_IRQS / 64]; /* raised meanwhile, and nobody's */

static struct percpu_line *line_of(unsigned int irq)
{
	return irq < NR_IRQS && READ_ONCE(lines[irq].handler) ? &lines[irq] : NULL;
}

static u32 this_cpu(void)
{
	u32 cpu = pcpu_this_cpu();

	return cpu < CPUS ? cpu : CPUS - 1;
}

bool irq_is_percpu(u32 irq)
{
	return line_of(irq);
}

/* False: this CPU has it disabled, and remembers. */
static bool begin(struct percpu_line *line)
{
	u32 cpu = this_cpu();
	u64 bit = 1UL << (cpu % 64), mask = kernel_lock(&irq_percpu_lock);
	bool on = line->enabled[cpu / 64] & bit;

	if (!on)
		line->pending[cpu / 64] |= bit;
	kernel_unlock(&irq_percpu_lock, mask);
	return on;
}

/* Kernel: handle_percpu_devid_irq(). */
bool irq_percpu_handle(struct task *task, u32 irq)
{
	struct percpu_line *line = line_of(irq);
	struct interrupt i;

	if (!line)
		return false;
	if (!begin(line))
		return true;
	task->in_irq++;
	interrupt_enter(&i, RAISE_HARDIRQ, (const void *)line->handler);
	line->handler((int)irq,
		      pcpu_ptr(line->dev, pcpu_this_cpu(), line->start, line->stop));
	interrupt_exit(&i, (const void *)line->handler, "irq: %pS preempt leak: %08x -> %08x");
	task->in_irq--;
	return true;
}

KMEMU_EXPORT int kmemu_request_percpu_irq(unsigned int irq, int (*handler)(int irq, void *dev),
					  const void *dev, const char *start, const char *stop)
{
	struct percpu_line *line = irq < NR_IRQS ? &lines[irq] : NULL;
	bool busy;
	u64 mask;

	might_sleep_in("request_percpu_irq", CALLER);
	if (!line || !dev || !handler)
		return -EINVAL_;
	if (kmemu_irq_has_action(irq))
		return -EBUSY_;
	mask = kernel_lock(&irq_percpu_lock);
	busy = line->handler;
	if (!busy) {
		__builtin_memset(line, 0, sizeof(*line));
		line->dev = dev;
		line->start = start;
		line->stop = stop;
		__atomic_store_n(&line->handler, handler, __ATOMIC_RELEASE);
	}
	kernel_unlock(&irq_percpu_lock, mask);
	return busy ? -EBUSY_ : 0;
}

/* The first CPU that has it enabled, -1: none has. */
static int enabled_on(const struct percpu_line *line)
{
	for (int i = 0; i < WORDS; i++)
		if (line->enabled[i])
			return i * 64 + __builtin_ctzll(line->enabled[i]);
	return -1;
}

/* Kernel: __free_percpu_irq(). */
KMEMU_EXPORT void kmemu_free_percpu_irq(unsigned int irq, const void *dev)
{
	struct percpu_line *line = line_of(irq);
	int cpu = -1;
	u64 mask;

	if (context_has(1U << RAISE_HARDIRQ | 1U << RAISE_SOFTIRQ | 1U << RAISE_NMI))
		kernel_warn_text(CALLER, "kernel/irq/manage.c", 2481,
				 "Trying to free IRQ %d from IRQ context!", irq);
	if (!line || line->dev != dev) {
		kernel_warn_text(CALLER, "kernel/irq/manage.c", 2490,
				 "Trying to free already-free IRQ %d", irq);
		return;
	}
	mask = kernel_lock(&irq_percpu_lock);
	cpu = enabled_on(line);
	if (cpu < 0)
		WRITE_ONCE(line->handler, NULL);
	kernel_unlock(&irq_percpu_lock, mask);
	if (cpu >= 0)
		kernel_warn_text(CALLER, "kernel/irq/manage.c", 2495,
				 "percpu IRQ %d still enabled on CPU%d!", irq, cpu);
}

/* Is it on now, was something remembered? */
static bool set_enabled(struct percpu_line *line, bool on)
{
	u32 cpu = this_cpu();
	u64 bit = 1UL << (cpu % 64), mask = kernel_lock(&irq_percpu_lock);
	bool due = on && line->pending[cpu / 64] & bit;

	if (on)
		line->enabled[cpu / 64] |= bit;
	else
		line->enabled[cpu / 64] &= ~bit;
	if (due)
		line->pending[cpu / 64] &= ~bit;
	kernel_unlock(&irq_percpu_lock, mask);
	return due;
}

KMEMU_EXPORT void kmemu_enable_percpu_irq(unsigned int irq)
{
	struct percpu_line *line = line_of(irq);

	if (line && set_enabled(line, true))
		kmemu_raise_irq(irq);
}

KMEMU_EXPORT void kmemu_disable_percpu_irq(unsigned int irq)
{
	struct percpu_line *line = line_of(irq);

	if (line)
		set_enabled(line, false);
}

KMEMU_EXPORT bool kmemu_irq_percpu_is_enabled(unsigned int irq)
{
	struct percpu_line *line = line_of(irq);
	u32 cpu = this_cpu();

	return line && READ_ONCE(line->enabled[cpu / 64]) >> (cpu % 64) & 1;
}

/* --- looking for a line ---------------------------------------------------------- */

bool irq_probe_note(u32 irq)
{
	if (!READ_ONCE(probing))
		return false;
	__atomic_fetch_or(&probed[irq / 64], 1UL << (irq % 64), __ATOMIC_RELAXED);
	return true;
}

/* Of the first 32 lines, as bits, those that nobody has; 0 is never one. */
KMEMU_EXPORT unsigned long kmemu_probe_irq_on(void)
{
	unsigned long nobodys = 0;

	might_sleep_in("probe_irq_on", CALLER);
	kmemu_mutex_lock(&probe_mutex);
	for (u32 i = 0; i < ARRAY_SIZE(probed); i++)
		WRITE_ONCE(probed[i], 0);
	WRITE_ONCE(probing, true);
	for (u32 irq = 1; irq < 32; irq++)
		if (!kmemu_irq_has_action(irq) && !line_of(irq))
			nobodys |= 1UL << irq;
	return nobodys;
}

KMEMU_EXPORT int kmemu_probe_irq_off(unsigned long val)
{
	int n = 0, found = 0;

	(void)val;
	WRITE_ONCE(probing, false);
	for (u32 i = 0; i < ARRAY_SIZE(probed); i++) {
		u64 bits = READ_ONCE(probed[i]);

		if (bits && !n)
			found = (int)i * 64 + __builtin_ctzll(bits);
		n += __builtin_popcountll(bits);
	}
	kmemu_mutex_unlock(&probe_mutex);
	return n > 1 ? -found : found;
}

KMEMU_EXPORT unsigned int kmemu_probe_irq_mask(unsigned long val)
{
	unsigned int mask = (unsigned int)READ_ONCE(probed[0]) & 0xffff;

	WRITE_ONCE(probing, false);
	kmemu_mutex_unlock(&probe_mutex);
	return mask & (unsigned int)val;
}
