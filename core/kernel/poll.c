/*
 * poll.c - poll(2) of one file, for tests (kernel: fs/select.c __pollwait, pollwake,
 * do_poll).
 *
 * The first call of the file's poll() puts an entry on each queue that it waits on; all
 * have one flag, which a wake-up sets before it wakes. It is asked for between the task's
 * state and its sleep, so that no wake-up is lost.
 *
 * Locks: the queues' own. Memory: a kmalloc for each queue, while it waits.
 */
#include <errno.h>

#include "core/kernel/alloc.h"
#include "core/kernel/task.h"
#include "include/kmemu/poll.h"

#define IN_OUT	       0x145u /* EPOLLIN, OUT, RDNORM, WRNORM: kernel's DEFAULT_POLLMASK */
#define ERROR_OR_HUNG_UP 0x18u

struct poll_entry {
	struct kmemu_wait_entry wait;
	struct kmemu_wait_queue *q;
	struct poller *poller;
	struct poll_entry *next;
};

struct poller {
	poll_table table;
	struct poll_entry *entries;
	u32 triggered;
	bool no_memory;
};

/* Kernel: pollwake(). */
static int wake(struct kmemu_wait_entry *wait, unsigned int mode, int flags, void *key)
{
	struct poller *p = container_of(wait, struct poll_entry, wait)->poller;

	if (key && !((uintptr_t)key & p->table._key))
		return 0;
	__atomic_store_n(&p->triggered, 1, __ATOMIC_SEQ_CST);
	return kmemu_default_wake_function(wait, mode, flags, key);
}

static void add_entry(struct file *file, struct wait_queue_head *q, poll_table *table)
{
	struct poller *p = container_of(table, struct poller, table);
	struct poll_entry *e = kmalloc_for(sizeof(*e), GFP_KERNEL | __GFP_ZERO, "poll", CALLER);

	(void)file;
	if (!e) {
		p->no_memory = true;
		return;
	}
	e->q = (struct kmemu_wait_queue *)q;
	e->poller = p;
	e->wait.private_data = kmemu_current();
	e->wait.func = wake;
	e->next = p->entries;
	p->entries = e;
	kmemu_add_wait_queue(e->q, &e->wait);
}

static void remove_entries(struct poller *p)
{
	struct poll_entry *e, *next;

	for (e = p->entries; e; e = next) {
		next = e->next;
		kmemu_remove_wait_queue(e->q, &e->wait);
		kfree_for(e, CALLER);
	}
}

/* Jiffies that are left. */
static long sleep_unless_triggered(struct poller *p, long timeout)
{
	kmemu_set_current_state(KMEMU_TASK_INTERRUPTIBLE);
	if (!__atomic_load_n(&p->triggered, __ATOMIC_SEQ_CST))
		timeout = kmemu_wait_schedule(timeout);
	kmemu_set_current_state(KMEMU_TASK_RUNNING);
	__atomic_store_n(&p->triggered, 0, __ATOMIC_SEQ_CST);
	return timeout;
}

KMEMU_EXPORT int kmemu_poll(struct file *file, unsigned int events, long timeout)
{
	struct poller p = { .table = { timeout ? add_entry : NULL, events | ERROR_OR_HUNG_UP } };
	unsigned int mask;

	might_sleep_in("poll", CALLER);
	for (;;) {
		mask = file->f_op->poll ? file->f_op->poll(file, &p.table) : IN_OUT;
		mask &= p.table._key;
		p.table._qproc = NULL;
		if (mask || !timeout || p.no_memory)
			break;
		timeout = sleep_unless_triggered(&p, timeout);
	}
	remove_entries(&p);
	return !mask && p.no_memory ? -ENOMEM : (int)mask;
}
