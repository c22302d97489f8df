// flags: -O0 -Iinclude -l:libkmemu.a -pthread
/*
 * Kernel code in each context, with flags that the context takes and with others:
 * the table of contexts, row by row. (kernel_api_table.sh counts the findings; not
 * optimized, since a compiler makes one call of two that differ in flags alone.)
 */
#include <linux/interrupt.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <stdio.h>
#include <string.h>

static DEFINE_SPINLOCK(lock);
static DEFINE_RAW_SPINLOCK(raw);
static DEFINE_RWLOCK(rw);
static unsigned long irq;

/* Runs all of `what` in the context; an unknown name does nothing and is 2. */
#define IN(name, enter, leave)                      \
	do {                                        \
		if (!strcmp(context, name)) {       \
			enter;                      \
			ok = all(what);             \
			leave;                      \
			return ok;                  \
		}                                   \
	} while (0)

static void *area;

static int used(void *p)
{
	kfree(p);
	return p ? 0 : 1;
}

static int pages(gfp_t flags)
{
	unsigned long addr = __get_free_pages(flags, 1);

	free_pages(addr, 1);
	return addr ? 0 : 1;
}

static int cached(gfp_t flags)
{
	static struct kmem_cache *cache;
	void *p;

	if (!cache) {
		cache = kmem_cache_create("table", 48, 0, 0, NULL);
		return 0;
	}
	p = kmem_cache_alloc(cache, flags);
	kmem_cache_free(cache, p);
	return p ? 0 : 1;
}

static int freed(void (*fn)(const void *))
{
	fn(area);
	return 0;
}

static int act(const char *what)
{
	if (!strcmp(what, "kernel"))
		return used(kmalloc(100, GFP_KERNEL));
	if (!strcmp(what, "atomic"))
		return used(kmalloc(100, GFP_ATOMIC));
	if (!strcmp(what, "nowait"))
		return used(kcalloc(10, 10, GFP_NOWAIT));
	if (!strcmp(what, "nofs"))
		return used(kzalloc(100, GFP_NOFS));
	if (!strcmp(what, "dma-kernel"))
		return used(kmalloc(100, GFP_DMA | GFP_KERNEL));
	if (!strcmp(what, "dma-atomic"))
		return used(kmalloc(100, GFP_DMA | GFP_ATOMIC));
	if (!strcmp(what, "pages-kernel"))
		return pages(GFP_KERNEL);
	if (!strcmp(what, "pages-atomic"))
		return pages(GFP_ATOMIC);
	if (!strcmp(what, "cache-kernel"))
		return cached(GFP_KERNEL);
	if (!strcmp(what, "cache-atomic"))
		return cached(GFP_ATOMIC);
	if (!strcmp(what, "vmalloc"))
		return (area = vmalloc(9000)) ? 0 : 1;
	if (!strcmp(what, "kvmalloc-large"))
		return (area = kvmalloc(300000, GFP_KERNEL)) ? 0 : 1;
	if (!strcmp(what, "vfree"))
		return freed(vfree);
	if (!strcmp(what, "kvfree"))
		return freed(kvfree);
	if (!strcmp(what, "vfree-atomic"))
		return freed(vfree_atomic);
	if (!strcmp(what, "might-sleep")) {
		might_sleep();
		return 0;
	}
	if (!strcmp(what, "cant-sleep")) {
		cant_sleep();
		return 0;
	}
	return 2;
}

static int all(char **what)
{
	int ok = 0;

	for (; *what; what++)
		ok |= act(*what);
	return ok;
}

static int run(const char *context, char **what)
{
	int ok;

	IN("task", (void)0, (void)0);
	IN("spin", spin_lock(&lock), spin_unlock(&lock));
	IN("spin-bh", spin_lock_bh(&lock), spin_unlock_bh(&lock));
	IN("spin-irq", spin_lock_irqsave(&lock, irq), spin_unlock_irqrestore(&lock, irq));
	IN("raw", raw_spin_lock(&raw), raw_spin_unlock(&raw));
	IN("read", read_lock(&rw), read_unlock(&rw));
	IN("write", write_lock_irq(&rw), write_unlock_irq(&rw));
	IN("preempt", preempt_disable(), preempt_enable());
	IN("bh", local_bh_disable(), local_bh_enable());
	IN("irqs-off", local_irq_save(irq), local_irq_restore(irq));
	IN("hardirq", irq_enter(), irq_exit());
	IN("softirq", kmemu_softirq_enter(), kmemu_softirq_exit());
	IN("nmi", nmi_enter(), nmi_exit());
	IN("rcu", rcu_read_lock(), rcu_read_unlock());
	IN("non-block", non_block_start(), non_block_end());
	return 2;
}

int main(int argc, char **argv)
{
	int ok = argc >= 3 ? 0 : 2;

	area = vmalloc(9000);
	cached(GFP_KERNEL);
	ok |= argc >= 3 ? run(argv[1], argv + 2) : 0;
	if (!in_task() || in_atomic() || irqs_disabled() || kmemu_rcu_preempt_depth())
		return 3;
	return ok;
}
