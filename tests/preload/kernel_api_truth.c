// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * What in_*() answer in each context, as Linux 6.12 does: true with bottom halves
 * disabled are in_softirq() and in_interrupt(), while in_task() is; in_atomic() does
 * not see that interrupts are off; an NMI counts as a hard interrupt; RCU counts
 * nowhere.
 */
#include <linux/interrupt.h>
#include <linux/rcupdate.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <stdio.h>
#include <string.h>

static DEFINE_SPINLOCK(lock);
static spinlock_t other;
static DEFINE_RWLOCK(rw);
static int bad;

/* A letter for each that is true, by the order below. */
static void expect(const char *where, const char *want, int count)
{
	char is[16], *p = is;

	*p++ = in_nmi() ? 'N' : '-';
	*p++ = in_hardirq() ? 'H' : '-';
	*p++ = in_serving_softirq() ? 'S' : '-';
	*p++ = in_softirq() ? 's' : '-';
	*p++ = in_interrupt() ? 'I' : '-';
	*p++ = in_task() ? 'T' : '-';
	*p++ = in_atomic() ? 'A' : '-';
	*p++ = irqs_disabled() ? 'D' : '-';
	*p++ = preemptible() ? 'P' : '-';
	*p = '\0';
	if (strcmp(is, want) || preempt_count() != count) {
		printf("%s: %s %x, should be %s %x\n", where, is, preempt_count(), want, count);
		bad = 1;
	}
}

#define IN(enter, want, count, leave)         \
	do {                                  \
		enter;                        \
		expect(#enter, want, count);  \
		leave;                        \
		expect(#leave, task, 0);      \
	} while (0)

static const char task[] = "-----T--P";

/* Kernel code stores the addresses of these. */
struct ops {
	void *(*alloc)(size_t size, gfp_t flags);
	void (*free)(const void *p);
};
static const struct ops ops[] = { { kmalloc, kfree }, { kvmalloc, kvfree } };

static void scopes(void)
{
	unsigned int outer = memalloc_noio_save(), inner = memalloc_nofs_save();

	bad |= current_gfp_context(GFP_KERNEL) != GFP_NOIO;
	memalloc_nofs_restore(inner);
	bad |= current_gfp_context(GFP_KERNEL) != GFP_NOIO;
	memalloc_noio_restore(outer);
	inner = memalloc_nofs_save();
	bad |= current_gfp_context(GFP_KERNEL | __GFP_ZERO) != (GFP_NOFS | __GFP_ZERO);
	memalloc_nofs_restore(inner);
	inner = memalloc_pin_save();
	bad |= current_gfp_context(GFP_HIGHUSER_MOVABLE) != GFP_HIGHUSER;
	memalloc_pin_restore(inner);
	inner = memalloc_noreclaim_save();
	bad |= kmemu_current_flags() != PF_MEMALLOC;
	memalloc_noreclaim_restore(inner);
	bad |= current_gfp_context(GFP_KERNEL) != GFP_KERNEL;
}

int main(void)
{
	unsigned long flags;

	expect("task", task, 0);
	IN(preempt_disable(), "-----TA--", 1, preempt_enable());
	IN(local_bh_disable(), "---sITA--", 0x200, local_bh_enable());
	IN(kmemu_softirq_enter(), "--SsI-A--", 0x100, kmemu_softirq_exit());
	IN(irq_enter(), "-H--I-AD-", 0x10000, irq_exit());
	IN(__irq_enter(), "-H--I-AD-", 0x10000, __irq_exit());
	IN(nmi_enter(), "NH--I-AD-", 0x110000, nmi_exit());
	IN(local_irq_disable(), "-----T-D-", 0, local_irq_enable());
	IN(local_irq_save(flags), "-----T-D-", 0, local_irq_restore(flags));
	IN(raw_local_irq_save(flags), "-----T-D-", 0, raw_local_irq_restore(flags));
	IN(rcu_read_lock(), "-----T--P", 0, rcu_read_unlock());
	IN(rcu_read_lock_bh(), "---sITA--", 0x200, rcu_read_unlock_bh());
	IN(rcu_read_lock_sched(), "-----TA--", 1, rcu_read_unlock_sched());
	IN(non_block_start(), "-----T--P", 0, non_block_end());
	IN(spin_lock(&lock), "-----TA--", 1, spin_unlock(&lock));
	IN(spin_lock_irq(&lock), "-----TAD-", 1, spin_unlock_irq(&lock));
	IN(spin_lock_irqsave(&lock, flags), "-----TAD-", 1, spin_unlock_irqrestore(&lock, flags));
	IN(spin_lock_bh(&lock), "---sITA--", 0x201, spin_unlock_bh(&lock));
	IN(read_lock(&rw), "-----TA--", 1, read_unlock(&rw));
	IN(read_lock_bh(&rw), "---sITA--", 0x201, read_unlock_bh(&rw));
	IN(write_lock_irqsave(&rw, flags), "-----TAD-", 1, write_unlock_irqrestore(&rw, flags));
	IN(spin_trylock_bh(&lock), "---sITA--", 0x201, spin_unlock_bh(&lock));
	IN((void)spin_trylock_irqsave(&lock, flags), "-----TAD-", 1,
	   spin_unlock_irqrestore(&lock, flags));
	spin_lock_init(&other);
	spin_lock(&lock);
	bad |= in_atomic_preempt_off() || !spin_is_locked(&lock) || spin_is_locked(&other);
	bad |= spin_trylock(&lock) || spin_trylock_irq(&lock);
	assert_spin_locked(&lock);
	IN(spin_lock_bh(&other); expect("two", "---sITA--", 0x202); spin_unlock_bh(&other),
	   "-----TA--", 1, spin_unlock(&lock));
	scopes();
	for (int i = 0; i < 2; i++)
		ops[i].free(ops[i].alloc(100, GFP_KERNEL));
	return bad;
}
