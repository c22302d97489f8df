// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * Kernel code that waits with the queue's lock held, copies where it may not fault, and
 * takes a text apart.
 */
#define KBUILD_MODNAME "waits"
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/wait.h>

#include "check.h"

static DECLARE_WAIT_QUEUE_HEAD(wq);
static int ready, passed;

static int waiter(void *data)
{
	spin_lock_irq(&wq.lock);
	CHECK(!wait_event_interruptible_locked_irq(wq, ready > 0));
	ready--;
	passed++;
	spin_unlock_irq(&wq.lock);
	(void)data;
	return 0;
}

static int sleepers(void)
{
	struct list_head *at;
	int n = 0;

	spin_lock_irq(&wq.lock);
	list_for_each(at, &wq.head)
		n++;
	spin_unlock_irq(&wq.lock);
	return n;
}

static void locked(void)
{
	struct task_struct *tasks[3];
	struct wait_queue_entry wait;
	int i;

	for (i = 0; i < 3; i++) {
		tasks[i] = kthread_run(waiter, NULL, "waiter");
		CHECK(!IS_ERR(tasks[i]));
		get_task_struct(tasks[i]);
	}
	while (sleepers() < 3)
		msleep(1);
	spin_lock_irq(&wq.lock);
	ready = 3;
	wake_up_all_locked(&wq);
	spin_unlock_irq(&wq.lock);
	for (i = 0; i < 3; i++)
		CHECK(!kthread_stop_put(tasks[i]));
	CHECK(passed == 3 && !ready && !waitqueue_active(&wq));

	init_wait_entry(&wait, WQ_FLAG_EXCLUSIVE);
	spin_lock_irq(&wq.lock);
	__add_wait_queue(&wq, &wait);
	__remove_wait_queue(&wq, &wait);
	__add_wait_queue_entry_tail(&wq, &wait);
	__set_current_state(TASK_UNINTERRUPTIBLE);
	wake_up_locked(&wq); /* which takes the entry off, and this one needs no sleep */
	CHECK(list_empty(&wait.entry) && list_empty(&wq.head));
	spin_unlock_irq(&wq.lock);
	__set_current_state(TASK_RUNNING);
}

static void faults(void)
{
	char buf[8] = "", from[8] = "abcdefg";
	unsigned long left;

	preempt_disable();
	pagefault_disable();
	CHECK(pagefault_disabled() && faulthandler_disabled());
	left = copy_from_user(buf, from, 4);
	CHECK(!left && !strcmp(buf, "abcd"));
	pagefault_enable();
	CHECK(!pagefault_disabled());
	CHECK(!copy_from_user_nofault(buf, from, 8) && !strcmp(buf, from));
	CHECK(copy_from_user_nofault(buf, (void *)8, 4) == -EFAULT);
	CHECK(copy_to_user_nofault((void *)8, buf, 4) == -EFAULT);
	CHECK(strncpy_from_user_nofault(buf, from, 8) == 8);
	CHECK(strncpy_from_user_nofault(buf, from, 4) == 4 && !strcmp(buf, "abc"));
	CHECK(strncpy_from_kernel_nofault(buf, (void *)8, 4) == -EFAULT && !*buf);
	CHECK(!strncpy_from_kernel_nofault(buf, from, 0));
	CHECK(strnlen_user_nofault(from, 100) == 8 && !strnlen_user_nofault((void *)8, 9));
	preempt_enable();
}

static void words(void)
{
	int argc = -1;
	char **argv = argv_split(GFP_KERNEL, "  one\ttwo \nthree", &argc);

	CHECK(argv && argc == 3 && !strcmp(argv[0], "one") && !strcmp(argv[2], "three"));
	CHECK(!argv[3]);
	argv_free(argv);
	argv = argv_split(GFP_KERNEL, " ", NULL);
	CHECK(argv && !argv[0]);
	argv_free(argv);
	CHECK(!strcmp(THIS_MODULE->name, "waits") && module_name(THIS_MODULE)[0] == 'w');
}

int main(void)
{
	locked();
	faults();
	words();
	return 0;
}
