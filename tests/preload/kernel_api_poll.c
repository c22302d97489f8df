// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * A misc device that is waited for: its interrupt brings bytes and wakes who reads or
 * polls; a test polls as a program does (kernel_api_poll.sh).
 */
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/jiffies.h>
#include <linux/kfifo.h>
#include <linux/kthread.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <poll.h>

#include "check.h"

#define LINE 5

static DEFINE_KFIFO(bytes, u8, 16);
static DECLARE_WAIT_QUEUE_HEAD(readers);
static DECLARE_WAIT_QUEUE_HEAD(others);
static bool gone;
static int polled;

static irqreturn_t arrived(int irq, void *data)
{
	(void)irq;
	(void)data;
	if (!kfifo_put(&bytes, 'x'))
		return IRQ_NONE;
	wake_up_interruptible_poll(&readers, EPOLLIN | EPOLLRDNORM);
	return IRQ_HANDLED;
}

static ssize_t line_read(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
	unsigned int copied;
	int err;

	(void)pos;
	if (kfifo_is_empty(&bytes) && file->f_flags & O_NONBLOCK)
		return -EAGAIN;
	if (wait_event_interruptible(readers, !kfifo_is_empty(&bytes)))
		return -ERESTARTSYS;
	err = kfifo_to_user(&bytes, buf, count, &copied);
	return err ? err : (ssize_t)copied;
}

static __poll_t line_poll(struct file *file, poll_table *wait)
{
	__poll_t mask = 0;

	polled++;
	poll_wait(file, &readers, wait);
	poll_wait(file, &others, wait);
	if (!kfifo_is_empty(&bytes))
		mask |= EPOLLIN | EPOLLRDNORM;
	if (READ_ONCE(gone))
		mask |= EPOLLHUP;
	return mask;
}

static const struct file_operations line_fops = {
	.owner = THIS_MODULE,
	.read = line_read,
	.poll = line_poll,
};
static const struct file_operations always_fops = { .owner = THIS_MODULE };
static struct miscdevice line = { .minor = MISC_DYNAMIC_MINOR, .name = "line", .fops = &line_fops };
static struct miscdevice always = { .minor = MISC_DYNAMIC_MINOR,
				    .name = "always",
				    .fops = &always_fops };

/* What another thread does once somebody sleeps on the queue. */
static int do_behind(void *what)
{
	int n = polled;

	while (!wq_has_sleeper(&readers))
		msleep(1);
	switch ((long)what) {
	case 1:
		kmemu_raise_irq(LINE);
		break;
	case 2: /* of other events: nobody wakes */
		while (READ_ONCE(polled) == n - 1)
			msleep(1);
		wake_up_interruptible_poll(&readers, EPOLLOUT);
		msleep(8);
		kmemu_raise_irq(LINE);
		break;
	case 3:
		WRITE_ONCE(gone, true);
		wake_up_all(&others);
		break;
	}
	return 0;
}

static struct task_struct *behind(long what)
{
	struct task_struct *t = kthread_create(do_behind, (void *)what, "behind");

	CHECK(!IS_ERR(t));
	get_task_struct(t);
	wake_up_process(t);
	return t;
}

static void join(struct task_struct *t)
{
	kthread_stop(t);
	put_task_struct(t);
}

static int __init poll_init(void)
{
	struct task_struct *t;
	struct inode inode, inode2;
	struct file file, file2;
	unsigned long start;
	char buf[4];

	CHECK(!request_irq(LINE, arrived, 0, "line", &line));
	CHECK(!misc_register(&line) && !misc_register(&always));
	CHECK(!kmemu_chrdev_open(MKDEV(MISC_MAJOR, line.minor), O_RDONLY | O_NONBLOCK, &inode,
				 &file));
	CHECK(!kmemu_chrdev_open(MKDEV(MISC_MAJOR, always.minor), O_RDWR, &inode2, &file2));
	CHECK(kmemu_poll(&file2, POLLIN | POLLOUT, MAX_SCHEDULE_TIMEOUT) == (POLLIN | POLLOUT));
	CHECK(!file_can_poll(&file2) && vfs_poll(&file2, NULL) == DEFAULT_POLLMASK);

	CHECK(file.f_op->read(&file, buf, 4, &file.f_pos) == -EAGAIN);
	CHECK(!kmemu_poll(&file, POLLIN, 0) && polled == 1 && !vfs_poll(&file, NULL));
	CHECK(!waitqueue_active(&readers));
	start = jiffies;
	CHECK(!kmemu_poll(&file, POLLIN, 2) && time_after_eq(jiffies, start + 2));
	CHECK(!waitqueue_active(&readers) && !waitqueue_active(&others));

	t = behind(1);
	CHECK(kmemu_poll(&file, POLLIN, MAX_SCHEDULE_TIMEOUT) == POLLIN);
	join(t);
	CHECK(kmemu_poll(&file, POLLIN | POLLRDNORM, 0) == (POLLIN | POLLRDNORM));
	CHECK(!kmemu_poll(&file, POLLOUT, 0));
	CHECK(file.f_op->read(&file, buf, 4, &file.f_pos) == 1 && buf[0] == 'x');
	file.f_flags &= ~(unsigned int)O_NONBLOCK;
	t = behind(1);
	CHECK(file.f_op->read(&file, buf, 4, &file.f_pos) == 1);
	join(t);

	polled = 0;
	t = behind(2);
	CHECK(kmemu_poll(&file, POLLIN, MAX_SCHEDULE_TIMEOUT) == POLLIN && polled == 2);
	join(t);
	CHECK(file.f_op->read(&file, buf, 4, &file.f_pos) == 1);
	t = behind(3);
	CHECK(kmemu_poll(&file, POLLIN, MAX_SCHEDULE_TIMEOUT) == POLLHUP);
	join(t);

	kmemu_chrdev_close(&file2);
	kmemu_chrdev_close(&file);
	misc_deregister(&always);
	misc_deregister(&line);
	free_irq(LINE, &line);
	return 0;
}
module_init(poll_init);
MODULE_LICENSE("Dual MIT/GPL");
