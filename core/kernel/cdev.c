/*
 * cdev.c - character devices by their numbers (kernel: fs/char_dev.c, drivers/base/map.c).
 *
 * One list of all that was added, the fewest numbers first, so that the first that has a
 * number is the one. A cdev is a counted object; who has it open has a reference, and so
 * its functions stay after cdev_del().
 *
 * Different from the kernel: there are no inodes that stay, a test's open makes one. What
 * register_chrdev() has is not a cdev: i_cdev is NULL then.
 *
 * Locks: map_lock, over the list; nothing is called under it. Memory: a kmalloc for each
 * cdev that is added, for the caller.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "core/kernel/alloc.h"
#include "core/kernel/char_dev.h"
#include "core/kernel/read_write.h"
#include "core/kernel/sysfs.h"
#include "core/lib/list.h"
#include "include/kmemu/locks.h"
#include "include/kmemu/printk.h"

static struct kmemu_mutex map_lock __own_mutex;
static struct list_head maps = { &maps, &maps };

static struct chrdev_map *map_of(struct list_head *at)
{
	return container_of(at, struct chrdev_map, entry);
}

void chrdev_map_add(struct chrdev_map *m)
{
	struct list_head *at;

	kmemu_mutex_lock(&map_lock);
	at = maps.next;
	while (at != &maps && map_of(at)->n < m->n)
		at = at->next;
	list_add_tail(&m->entry, at);
	kmemu_mutex_unlock(&map_lock);
}

struct chrdev_map *chrdev_map_remove(unsigned long long start, unsigned long long n,
				     const struct cdev *cdev)
{
	struct chrdev_map *m = NULL;
	struct list_head *at;

	kmemu_mutex_lock(&map_lock);
	for (at = maps.next; at != &maps && !m; at = at->next)
		if (map_of(at)->start == start && map_of(at)->n == n && map_of(at)->cdev == cdev)
			m = map_of(at);
	if (m)
		list_del(&m->entry);
	kmemu_mutex_unlock(&map_lock);
	return m;
}

/* What has the number, its cdev with a reference; fops NULL: nobody. */
static struct chrdev_map look_up(unsigned int dev)
{
	struct chrdev_map found = { 0 };
	struct list_head *at;

	kmemu_mutex_lock(&map_lock);
	for (at = maps.next; at != &maps && !found.n; at = at->next)
		if (dev >= map_of(at)->start && dev - map_of(at)->start < map_of(at)->n)
			found = *map_of(at);
	if (found.cdev && kmemu_kobject_get_unless_zero(&found.cdev->kobj))
		found.fops = found.cdev->ops;
	else
		found.cdev = NULL;
	kmemu_mutex_unlock(&map_lock);
	if (!found.n)
		found.fops = chrdev_range_fops(dev);
	return found;
}

static void put(struct cdev *cdev)
{
	if (cdev)
		kmemu_kobject_put(&cdev->kobj);
}

KMEMU_EXPORT const struct file_operations *kmemu_chrdev_fops(unsigned int dev)
{
	struct chrdev_map found = look_up(dev);

	put(found.cdev);
	return found.fops;
}

/* --- a cdev's life --------------------------------------------------------- */

static void release_static(struct kobject *kobj)
{
	kmemu_kobject_put(kobj->parent);
}

static void release_allocated(struct kobject *kobj)
{
	struct kobject *parent = kobj->parent;

	kfree_for(container_of(kobj, struct cdev, kobj), CALLER);
	kmemu_kobject_put(parent);
}

static const struct kobj_type ktype_static = { .release = release_static };
static const struct kobj_type ktype_allocated = { .release = release_allocated };

KMEMU_EXPORT void kmemu_cdev_init(struct cdev *cdev, const struct file_operations *fops)
{
	*cdev = (struct cdev){ .ops = fops };
	INIT_LIST_HEAD(&cdev->list);
	kmemu_kobject_init(&cdev->kobj, &ktype_static);
}

KMEMU_EXPORT struct cdev *kmemu_cdev_alloc(void)
{
	struct cdev *cdev = kmalloc_for(sizeof(*cdev), GFP_KERNEL | __GFP_ZERO, "cdev_alloc",
					CALLER);

	if (cdev) {
		INIT_LIST_HEAD(&cdev->list);
		kmemu_kobject_init(&cdev->kobj, &ktype_allocated);
	}
	return cdev;
}

static int add_for(struct cdev *cdev, unsigned int dev, unsigned int count, const void *caller)
{
	struct chrdev_map *m;

	cdev->dev = dev;
	cdev->count = count;
	if (!dev) {
		kmemu_warn("fs/char_dev.c", 0, 0, "cdev_add: number 0:0 is for whiteouts");
		return -EBUSY;
	}
	m = kmalloc_for(sizeof(*m), GFP_KERNEL | __GFP_ZERO, "cdev_add", caller);
	if (!m)
		return -ENOMEM;
	m->start = dev;
	m->n = count;
	m->cdev = cdev;
	chrdev_map_add(m);
	kmemu_kobject_get(cdev->kobj.parent);
	return 0;
}

KMEMU_EXPORT int kmemu_cdev_add(struct cdev *cdev, unsigned int dev, unsigned int count)
{
	return add_for(cdev, dev, count, CALLER);
}

static void del_for(struct cdev *cdev, const void *caller)
{
	kfree_for(chrdev_map_remove(cdev->dev, cdev->count, cdev), caller);
	put(cdev);
}

KMEMU_EXPORT void kmemu_cdev_del(struct cdev *cdev)
{
	del_for(cdev, CALLER);
}

KMEMU_EXPORT int kmemu_cdev_device_add(struct cdev *cdev, struct device *dev)
{
	int err;

	if (dev->devt) {
		cdev->kobj.parent = &dev->kobj;
		err = add_for(cdev, dev->devt, 1, CALLER);
		if (err)
			return err;
	}
	err = kmemu_device_add(dev);
	if (err && dev->devt)
		del_for(cdev, CALLER);
	return err;
}

KMEMU_EXPORT void kmemu_cdev_device_del(struct cdev *cdev, struct device *dev)
{
	kmemu_device_del(dev);
	if (dev->devt)
		del_for(cdev, CALLER);
}

/* --- opening --------------------------------------------------------------- */

static unsigned int mode_of(unsigned int flags)
{
	unsigned int mode = KMEMU_FMODE_LSEEK | KMEMU_FMODE_PREAD | KMEMU_FMODE_PWRITE;

	if ((flags & O_ACCMODE) != O_WRONLY)
		mode |= KMEMU_FMODE_READ;
	if ((flags & O_ACCMODE) != O_RDONLY)
		mode |= KMEMU_FMODE_WRITE;
	return mode;
}

/* The file's in /dev: its name is the one that the number was registered by. */
static void init_dentry(struct inode *inode, const struct chrdev_map *m)
{
	struct dentry *dentry = &inode->kmemu_dentry;
	const struct miscdevice *misc = m->cdev ? NULL : m->private_data;

	if (misc)
		kmemu_snprintf((char *)dentry->d_iname, DNAME_INLINE_LEN, "%s", misc->name);
	else
		chrdev_range_name(inode->i_rdev, dentry->d_iname, DNAME_INLINE_LEN);
	dentry->d_name.name = dentry->d_iname;
	dentry->d_name.len = (unsigned int)strlen((char *)dentry->d_iname);
	dentry->d_inode = inode;
	dentry->d_parent = dentry;
}

KMEMU_EXPORT int kmemu_chrdev_open(unsigned int dev, unsigned int flags, struct inode *inode,
				   struct file *file)
{
	struct chrdev_map found = look_up(dev);
	int err = 0;

	*inode = (struct inode){ .i_mode = S_IFCHR | 0600,
				 .i_rdev = dev,
				 .i_cdev = found.cdev,
				 .i_mapping = &inode->i_data,
				 .i_data.host = inode };
	init_dentry(inode, &found);
	*file = (struct file){ .f_path = { &inode->kmemu_dentry },
			       .f_inode = inode,
			       .f_mapping = &inode->i_data,
			       .f_op = found.fops,
			       .f_lock.rlock.word = KMEMU_LOCK_SET_UP,
			       .private_data = found.private_data,
			       .f_flags = flags,
			       .f_mode = mode_of(flags) };
	file->f_iocb_flags = file_iocb_flags(file);
	file_set_cred(file);
	if (!found.fops)
		err = dev >> MINORBITS == MISC_MAJOR ? -ENODEV : -ENXIO;
	else if (found.fops->open)
		err = found.fops->open(inode, file);
	if (err) {
		put(found.cdev);
		file_owner_release(file);
		file_put_cred(file);
	}
	return err;
}

KMEMU_EXPORT int kmemu_chrdev_close(struct file *file)
{
	struct cdev *cdev = file->f_inode->i_cdev;
	int err = file->f_op->flush ? file->f_op->flush(file, NULL) : 0;

	if (file->f_flags & KMEMU_FASYNC && file->f_op->fasync)
		file->f_op->fasync(-1, file, 0);
	if (file->f_op->release)
		file->f_op->release(file->f_inode, file);
	put(cdev);
	file_owner_release(file);
	file_put_cred(file);
	return err;
}
