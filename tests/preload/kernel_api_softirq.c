// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * Kernel code that has a softirq of its own: it runs behind the interrupt that raised it,
 * when bottom halves come on, or on ksoftirqd; once, in the order of numbers, and again
 * when it raises itself.
 */
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/kthread.h>

#include "check.h"

static int order[8], ran, again;
static struct task_struct *on;

static void note(int nr)
{
	CHECK(in_serving_softirq() && !in_hardirq());
	order[ran] = nr;
	WRITE_ONCE(on, current);
	smp_store_release(&ran, ran + 1);
}

static void receive(void)
{
	note(NET_RX_SOFTIRQ);
	if (again) {
		again--;
		raise_softirq(NET_RX_SOFTIRQ);
		CHECK(local_softirq_pending() == 1 << NET_RX_SOFTIRQ);
	}
}

static void block(void)
{
	note(BLOCK_SOFTIRQ);
}

static irqreturn_t handler(int irq, void *dev)
{
	(void)irq;
	(void)dev;
	CHECK(in_hardirq());
	__raise_softirq_irqoff(BLOCK_SOFTIRQ);
	raise_softirq_irqoff(NET_RX_SOFTIRQ);
	raise_softirq_irqoff(NET_RX_SOFTIRQ);
	CHECK(local_softirq_pending() == (1 << BLOCK_SOFTIRQ | 1 << NET_RX_SOFTIRQ));
	CHECK(!ran);
	return IRQ_HANDLED;
}

static irqreturn_t threaded(int irq, void *dev)
{
	(void)irq;
	while (!READ_ONCE(*(int *)dev))
		msleep(1);
	return IRQ_HANDLED;
}

static irqreturn_t wakes(int irq, void *dev)
{
	(void)irq;
	(void)dev;
	return IRQ_WAKE_THREAD;
}

static void synchronized(void)
{
	int go = 0;

	CHECK(synchronize_hardirq(6));
	CHECK(!request_threaded_irq(6, wakes, threaded, 0, "threaded", &go));
	CHECK(!kmemu_raise_irq(6) && !synchronize_hardirq(6));
	WRITE_ONCE(go, 1);
	synchronize_irq(6);
	CHECK(synchronize_hardirq(6));
	free_irq(6, &go);
}

static void no_tasklet(struct tasklet_struct *t)
{
	(void)t;
	ran++;
}

/* Who has the right to run a tasklet keeps it from running elsewhere. */
static void tasklet_lock(void)
{
	DECLARE_TASKLET(t, no_tasklet);

	CHECK(tasklet_trylock(&t) && !tasklet_trylock(&t));
	ran = 0;
	tasklet_schedule(&t);
	msleep(5);
	CHECK(!READ_ONCE(ran));
	tasklet_unlock(&t);
	while (!READ_ONCE(ran))
		msleep(1);
	tasklet_kill(&t);
}

int main(void)
{
	int dev;

	open_softirq(NET_RX_SOFTIRQ, receive);
	open_softirq(BLOCK_SOFTIRQ, block);
	CHECK(!request_irq(5, handler, 0, "softirq", &dev));
	again = 1;
	CHECK(!kmemu_raise_irq(5) && ran == 3 && on == current && !local_softirq_pending());
	CHECK(order[0] == NET_RX_SOFTIRQ && order[1] == BLOCK_SOFTIRQ);
	CHECK(order[2] == NET_RX_SOFTIRQ);
	ran = 0;
	local_bh_disable();
	raise_softirq(BLOCK_SOFTIRQ);
	kmemu_raise_irq(5);
	CHECK(!ran && local_softirq_pending());
	local_bh_enable();
	CHECK(ran == 2 && order[1] == BLOCK_SOFTIRQ);
	free_irq(5, &dev);

	ran = 0;
	raise_softirq(BLOCK_SOFTIRQ); /* in process context */
	while (!smp_load_acquire(&ran))
		msleep(1);
	CHECK(READ_ONCE(on) != current && !strcmp(on->comm, "ksoftirqd/0"));
	synchronized();
	tasklet_lock();
	return 0;
}
