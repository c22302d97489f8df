// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * Character devices: a misc device that is a pipe, a cdev in a driver's structure, one
 * that is allocated; the init function opens them as a program would (kernel_api_chrdev.sh).
 */
#include <linux/cdev.h>
#include <linux/fs.h>
#include <linux/kfifo.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "check.h"

static bool mistakes;
module_param(mistakes, bool, 0444);

/* --- a misc device */

static struct pipe {
	struct miscdevice misc;
	struct mutex lock;
	DECLARE_KFIFO_PTR(bytes, char);
	int opened;
} pipe_dev;

static struct pipe *pipe_of(struct file *file)
{
	return container_of(file->private_data, struct pipe, misc);
}

static int pipe_open(struct inode *inode, struct file *file)
{
	struct pipe *p = pipe_of(file);

	if (iminor(inode) != (unsigned int)p->misc.minor)
		return -EIO;
	if (p->opened)
		return -EBUSY;
	p->opened++;
	return nonseekable_open(inode, file);
}

static int pipe_release(struct inode *inode, struct file *file)
{
	(void)inode;
	pipe_of(file)->opened--;
	return 0;
}

static ssize_t pipe_read(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
	struct pipe *p = pipe_of(file);
	unsigned int copied;
	int err;

	(void)pos;
	if (mutex_lock_interruptible(&p->lock))
		return -ERESTARTSYS;
	err = kfifo_to_user(&p->bytes, buf, count, &copied);
	mutex_unlock(&p->lock);
	return err ? err : (ssize_t)copied;
}

static ssize_t pipe_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
	struct pipe *p = pipe_of(file);
	unsigned int copied;
	int err;

	(void)pos;
	if (!(file->f_mode & FMODE_WRITE))
		return -EBADF;
	mutex_lock(&p->lock);
	err = kfifo_from_user(&p->bytes, buf, count, &copied);
	mutex_unlock(&p->lock);
	return err ? err : (ssize_t)copied;
}

static struct fasync_struct *pipe_readers;

static int pipe_fasync(int fd, struct file *file, int on)
{
	return fasync_helper(fd, file, on, &pipe_readers);
}

static ssize_t level_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct miscdevice *misc = dev_get_drvdata(dev);

	(void)attr;
	return sysfs_emit(buf, "%u\n", kfifo_len(&container_of(misc, struct pipe, misc)->bytes));
}
static DEVICE_ATTR_RO(level);
static struct attribute *pipe_attrs[] = { &dev_attr_level.attr, NULL };
ATTRIBUTE_GROUPS(pipe);

static const struct file_operations pipe_fops = {
	.owner = THIS_MODULE,
	.open = pipe_open,
	.release = pipe_release,
	.read = pipe_read,
	.write = pipe_write,
	.fasync = pipe_fasync,
};

/* A file that wants signals is in the list until it is closed. */
static void wants_signals(dev_t dev)
{
	struct inode inode;
	struct file file;

	CHECK(!kmemu_chrdev_open(dev, O_RDWR, &inode, &file));
	CHECK(pipe_fasync(5, &file, 1) == 1 && !pipe_fasync(6, &file, 1));
	CHECK(pipe_readers->fa_file == &file && pipe_readers->fa_fd == 6 &&
	      file.f_flags & FASYNC);
	kill_fasync(&pipe_readers, SIGIO, POLL_IN);
	CHECK(pipe_fasync(6, &file, 0) == 1 && !pipe_fasync(6, &file, 0));
	CHECK(!pipe_readers && !(file.f_flags & FASYNC));
	CHECK(pipe_fasync(5, &file, 1) == 1);
	kmemu_chrdev_close(&file);
	CHECK(!pipe_readers);
}

static struct pipe pipe_dev = {
	.misc = { .minor = MISC_DYNAMIC_MINOR,
		  .name = "pipe",
		  .fops = &pipe_fops,
		  .groups = pipe_groups },
	.lock = __MUTEX_INITIALIZER(pipe_dev.lock),
};

static void misc_device(void)
{
	struct miscdevice second = { .minor = MISC_DYNAMIC_MINOR, .name = "second" };
	struct miscdevice fixed = { .minor = WATCHDOG_MINOR, .name = "watchdog" }, same = fixed;
	struct inode inode, other_inode;
	struct file file, other;
	char buf[64];
	dev_t dev;
	int first;

	CHECK(!kfifo_alloc(&pipe_dev.bytes, 32, GFP_KERNEL));
	CHECK(!misc_register(&pipe_dev.misc) && pipe_dev.misc.minor > 255);
	CHECK(kmemu_chrdev_number(pipe_dev.misc.name) == pipe_dev.misc.this_device->devt);
	first = pipe_dev.misc.minor;
	CHECK(!misc_register(&second) && second.minor > 255 && second.minor != first);
	CHECK(!misc_register(&fixed) && misc_register(&same) == -EBUSY);
	dev = MKDEV(MISC_MAJOR, pipe_dev.misc.minor);
	CHECK(pipe_dev.misc.this_device->devt == dev && kmemu_chrdev_fops(dev) == &pipe_fops);
	CHECK(!strcmp(dev_name(pipe_dev.misc.this_device), "pipe"));

	CHECK(!kmemu_chrdev_open(dev, O_RDWR, &inode, &file) && pipe_dev.opened == 1);
	CHECK(kmemu_chrdev_open(dev, O_RDONLY, &other_inode, &other) == -EBUSY);
	CHECK(file.f_op->write(&file, "hello", 5, &file.f_pos) == 5);
	CHECK(kmemu_sysfs_read(&pipe_dev.misc.this_device->kobj, "level", buf, sizeof(buf)) == 2);
	CHECK(buf[0] == '5');
	CHECK(file.f_op->read(&file, buf, 3, &file.f_pos) == 3 && !memcmp(buf, "hel", 3));
	CHECK(file.f_op->read(&file, (char *)16, 3, &file.f_pos) == -EFAULT);
	CHECK(!(file.f_mode & FMODE_LSEEK) && !kmemu_chrdev_close(&file) && !pipe_dev.opened);
	CHECK(!kmemu_chrdev_open(dev, O_RDONLY, &inode, &file));
	CHECK(file.f_op->write(&file, "hello", 5, &file.f_pos) == -EBADF);
	CHECK(!kmemu_chrdev_close(&file));

	wants_signals(dev);
	misc_deregister(&pipe_dev.misc);
	CHECK(pipe_dev.misc.minor == MISC_DYNAMIC_MINOR);
	CHECK(kmemu_chrdev_open(dev, O_RDONLY, &inode, &file) == -ENODEV);
	CHECK(!misc_register(&pipe_dev.misc) && pipe_dev.misc.minor == first);
	misc_deregister(&pipe_dev.misc);
	misc_deregister(&second);
	misc_deregister(&fixed);
	CHECK(fixed.minor == WATCHDOG_MINOR);
	if (mistakes)
		misc_deregister(&fixed);
	kfifo_free(&pipe_dev.bytes);
}

/* --- cdevs */

struct counter {
	struct cdev cdev;
	struct device dev;
	int opened, released;
};

static int counter_open(struct inode *inode, struct file *file)
{
	struct counter *c = container_of(inode->i_cdev, struct counter, cdev);

	file->private_data = c;
	c->opened++;
	return 0;
}

static void counter_gone(struct device *dev)
{
	container_of(dev, struct counter, dev)->released++;
}

static const struct file_operations counter_fops = { .owner = THIS_MODULE, .open = counter_open };
static const struct file_operations other_fops = { .owner = THIS_MODULE };

static void in_a_structure(dev_t dev)
{
	static struct counter c;
	struct inode inode;
	struct file file;

	cdev_init(&c.cdev, &counter_fops);
	c.cdev.owner = THIS_MODULE;
	CHECK(kmemu_chrdev_open(dev, O_RDONLY, &inode, &file) == -ENXIO); /* numbers alone */
	CHECK(!cdev_add(&c.cdev, dev, 4) && kmemu_chrdev_fops(dev + 3) == &counter_fops);
	CHECK(!kmemu_chrdev_fops(dev + 4) && !kmemu_chrdev_fops(dev - 1));
	CHECK(!kmemu_chrdev_open(dev + 3, O_RDWR, &inode, &file) && file.private_data == &c);
	CHECK(inode.i_cdev == &c.cdev && iminor(&inode) == 3 && c.opened == 1);
	CHECK(file.f_path.dentry->d_inode == &inode && iminor(file_dentry(&file)->d_inode) == 3);
	CHECK(!strcmp((const char *)file_dentry(&file)->d_name.name, "counter"));
	cdev_del(&c.cdev);
	CHECK(kmemu_chrdev_open(dev + 3, O_RDWR, &inode, &file) == -ENXIO);
	inode.i_cdev = &c.cdev;
	file.f_op = &counter_fops;
	kmemu_chrdev_close(&file);

	cdev_init(&c.cdev, &counter_fops);
	device_initialize(&c.dev);
	c.dev.release = counter_gone;
	c.dev.devt = dev + 1;
	CHECK(!dev_set_name(&c.dev, "counter") && !cdev_device_add(&c.cdev, &c.dev));
	CHECK(!kmemu_chrdev_open(dev + 1, O_RDWR, &inode, &file) && c.opened == 2);
	cdev_device_del(&c.cdev, &c.dev);
	put_device(&c.dev);
	CHECK(!c.released); /* it is open */
	kmemu_chrdev_close(&file);
	CHECK(c.released == 1);
}

static void allocated(dev_t dev)
{
	struct cdev *all = cdev_alloc(), *one = cdev_alloc();
	struct inode inode;
	struct file file;

	CHECK(all && one);
	all->ops = &counter_fops;
	one->ops = &other_fops;
	CHECK(!cdev_add(one, dev + 2, 1) && !cdev_add(all, dev, 8));
	CHECK(kmemu_chrdev_fops(dev) == &counter_fops);
	CHECK(kmemu_chrdev_fops(dev + 2) == &other_fops); /* the fewest */
	CHECK(!kmemu_chrdev_open(dev + 2, O_WRONLY, &inode, &file));
	cdev_del(one);
	CHECK(kmemu_chrdev_fops(dev + 2) == &counter_fops && file.f_op == &other_fops);
	kmemu_chrdev_close(&file); /* frees it */
	cdev_del(all);
	one = cdev_alloc();
	CHECK(one);
	if (mistakes)
		CHECK(cdev_add(one, 0, 1) == -EBUSY);
	kobject_put(&one->kobj);
}

static int __init chrdev_init(void)
{
	dev_t dev;

	misc_device();
	CHECK(!alloc_chrdev_region(&dev, 0, 8, "counter"));
	CHECK(kmemu_chrdev_number("counter") == dev && !kmemu_chrdev_number("nobody"));
	in_a_structure(dev);
	allocated(dev);
	unregister_chrdev_region(dev, 8);
	CHECK(!kmemu_chrdev_number("counter"));
	return 0;
}
module_init(chrdev_init);

/* One that is nothing but a misc device. */
static struct miscdevice alone = { .minor = MISC_DYNAMIC_MINOR, .name = "alone" };
module_misc_device(alone);
MODULE_ALIAS_MISCDEV(WATCHDOG_MINOR);
MODULE_LICENSE("Dual MIT/GPL");
