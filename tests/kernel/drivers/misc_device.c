// SPDX-License-Identifier: MIT
/*
 * A misc device with read, write, poll, ioctl and mmap; the init function is its user.
 */
#include <linux/module.h>
#include <linux/miscdevice.h>
#include <linux/fs.h>
#include <linux/uaccess.h>
#include <linux/mm.h>
#include <linux/vmalloc.h>
#include <linux/mutex.h>
#include <linux/poll.h>
#include <linux/ioctl.h>
#include <linux/compat.h>
#include <linux/kfifo.h>
#include <linux/nospec.h>

#define MY_MAGIC 'k'
struct my_info {
	__u32 index, flags;
	__u64 value;
};
#define MY_GET _IOWR(MY_MAGIC, 1, struct my_info)
#define MY_SET _IOW(MY_MAGIC, 2, struct my_info)
#define MY_RESET _IO(MY_MAGIC, 3)

struct my_dev {
	struct miscdevice misc;
	struct mutex lock;
	u64 table[64];
	void *shared;
	DECLARE_KFIFO(events, u32, 64);
	wait_queue_head_t wait;
	atomic_t opens;
};

struct my_file {
	struct my_dev *dev;
	u64 reads;
};

static int my_open(struct inode *inode, struct file *file)
{
	struct my_dev *dev = container_of(file->private_data, struct my_dev, misc);
	struct my_file *f = kzalloc(sizeof(*f), GFP_KERNEL_ACCOUNT);

	if (!f)
		return -ENOMEM;
	f->dev = dev;
	file->private_data = f;
	atomic_inc(&dev->opens);
	return stream_open(inode, file);
}

static int my_release(struct inode *inode, struct file *file)
{
	struct my_file *f = file->private_data;

	atomic_dec(&f->dev->opens);
	kfree(f);
	return 0;
}

static ssize_t my_read(struct file *file, char __user *buf, size_t count, loff_t *ppos)
{
	struct my_file *f = file->private_data;
	struct my_dev *dev = f->dev;
	unsigned int copied;
	int ret;

	if (count < sizeof(u32))
		return -EINVAL;
	do {
		if (kfifo_is_empty(&dev->events)) {
			if (file->f_flags & O_NONBLOCK)
				return -EAGAIN;
			ret = wait_event_interruptible(dev->wait, !kfifo_is_empty(&dev->events));
			if (ret)
				return ret;
		}
		if (mutex_lock_interruptible(&dev->lock))
			return -ERESTARTSYS;
		ret = kfifo_to_user(&dev->events, buf, count, &copied);
		mutex_unlock(&dev->lock);
		if (ret)
			return ret;
	} while (!copied);
	f->reads++;
	return copied;
}

static ssize_t my_write(struct file *file, const char __user *buf, size_t count, loff_t *ppos)
{
	struct my_file *f = file->private_data;
	u32 *tmp;
	unsigned int n;

	if (!count || count % sizeof(u32))
		return -EINVAL;
	tmp = memdup_user(buf, count);
	if (IS_ERR(tmp))
		return PTR_ERR(tmp);
	scoped_guard(mutex, &f->dev->lock)
		n = kfifo_in(&f->dev->events, tmp, count / sizeof(u32));
	kfree(tmp);
	wake_up_interruptible_poll(&f->dev->wait, EPOLLIN | EPOLLRDNORM);
	return n * sizeof(u32);
}

static __poll_t my_poll(struct file *file, poll_table *wait)
{
	struct my_file *f = file->private_data;
	__poll_t mask = EPOLLOUT | EPOLLWRNORM;

	poll_wait(file, &f->dev->wait, wait);
	if (!kfifo_is_empty(&f->dev->events))
		mask |= EPOLLIN | EPOLLRDNORM;
	return mask;
}

static long my_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct my_file *f = file->private_data;
	struct my_dev *dev = f->dev;
	void __user *argp = (void __user *)arg;
	struct my_info info;

	if (_IOC_TYPE(cmd) != MY_MAGIC)
		return -ENOTTY;
	if (cmd == MY_RESET) {
		if (!capable(CAP_SYS_ADMIN))
			return -EPERM;
		guard(mutex)(&dev->lock);
		memset(dev->table, 0, sizeof(dev->table));
		return 0;
	}
	if (copy_from_user(&info, argp, sizeof(info)))
		return -EFAULT;
	if (info.index >= ARRAY_SIZE(dev->table))
		return -ERANGE;
	info.index = array_index_nospec(info.index, ARRAY_SIZE(dev->table));
	guard(mutex)(&dev->lock);
	switch (cmd) {
	case MY_GET:
		info.value = dev->table[info.index];
		if (copy_to_user(argp, &info, sizeof(info)))
			return -EFAULT;
		return 0;
	case MY_SET:
		dev->table[info.index] = info.value;
		return put_user(1, &((struct my_info __user *)argp)->flags);
	default:
		return -ENOIOCTLCMD;
	}
}

static int my_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct my_file *f = file->private_data;
	unsigned long size = vma->vm_end - vma->vm_start;

	if (size > SZ_64K || vma->vm_pgoff)
		return -EINVAL;
	vm_flags_set(vma, VM_DONTEXPAND | VM_DONTDUMP);
	vma->vm_page_prot = pgprot_noncached(vma->vm_page_prot);
	return remap_vmalloc_range(vma, f->dev->shared, 0);
}

static const struct file_operations my_fops = {
	.owner = THIS_MODULE,
	.open = my_open,
	.release = my_release,
	.read = my_read,
	.write = my_write,
	.poll = my_poll,
	.unlocked_ioctl = my_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.mmap = my_mmap,
	.llseek = noop_llseek,
};

static struct my_dev my = {
	.misc = { .minor = MISC_DYNAMIC_MINOR, .name = "mydev", .fops = &my_fops, .mode = 0600 },
};

#include <kmemu/chrdev.h>
#include <sys/mman.h>
/* What a program does that maps the device. */
static int map(struct file *file)
{
	u8 *user = mmap(NULL, SZ_64K, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct vm_area_struct vma = {
		.vm_start = (unsigned long)user,
		.vm_end = (unsigned long)user + SZ_64K,
		.vm_flags = VM_READ | VM_WRITE | VM_SHARED,
		.vm_file = file,
	};

	if (my_mmap(file, &vma))
		return -EINVAL;
	user[SZ_32K] = 9;
	if (((u8 *)my.shared)[SZ_32K] != 9)
		return -EINVAL;
	return munmap(user, SZ_64K);
}

static int __init my_init(void)
{
	struct my_info info = { .index = 5, .value = 77 };
	struct inode inode = {};
	struct file filp = {}, *file = &filp;
	u32 ev[3] = { 1, 2, 3 }, in[4] = {};
	loff_t pos = 0;
	int ret;

	mutex_init(&my.lock);
	INIT_KFIFO(my.events);
	init_waitqueue_head(&my.wait);
	my.shared = vmalloc_user(SZ_64K);
	if (!my.shared)
		return -ENOMEM;
	ret = misc_register(&my.misc);
	if (ret)
		return ret;
	ret = kmemu_chrdev_open(MKDEV(MISC_MAJOR, my.misc.minor), O_RDWR | O_NONBLOCK, &inode,
				file);
	if (ret)
		return ret;
	if (my_ioctl(file, MY_SET, (unsigned long)&info) || info.flags != 1)
		return -EINVAL;
	info.value = 0;
	if (my_ioctl(file, MY_GET, (unsigned long)&info) || info.value != 77)
		return -EINVAL;
	if (my_ioctl(file, MY_GET, 8) != -EFAULT || my_ioctl(file, 0x1234, 0) != -ENOTTY)
		return -EINVAL;
	if (my_read(file, (char *)in, 16, &pos) != -EAGAIN)
		return -EINVAL;
	if (my_write(file, (char *)ev, 12, &pos) != 12)
		return -EINVAL;
	if (my_read(file, (char *)in, 16, &pos) != 12 || in[2] != 3)
		return -EINVAL;
	if (map(file))
		return -EINVAL;
	kmemu_chrdev_close(file);
	return atomic_read(&my.opens);
}

static void __exit my_exit(void)
{
	misc_deregister(&my.misc);
	vfree(my.shared);
}
module_init(my_init);
module_exit(my_exit);
MODULE_LICENSE("GPL v2");
MODULE_ALIAS_MISCDEV(240);
