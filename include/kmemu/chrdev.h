/* SPDX-License-Identifier: MIT */
/*
 * chrdev.h - character devices (kernel: include/linux/cdev.h, miscdevice.h; fs/char_dev.c,
 * drivers/char/misc.c), and how a test opens one. All may sleep.
 */
#ifndef KMEMU_CHRDEV_H
#define KMEMU_CHRDEV_H

#include "device.h"
#include "fs.h"
#include "kobject.h"

#ifdef __cplusplus
extern "C" {
#endif

struct cdev {
	struct kobject kobj;
	struct module *owner;
	const struct file_operations *ops;
	struct list_head list;
	unsigned int dev, count;
};

/*
 * alloc: kmalloc memory, freed with the last reference; NULL: none. add: numbers from dev
 * on; of those that several have, the fewest, of as many the newest. 0, -EBUSY (dev is 0)
 * or -ENOMEM. Numbers need not be registered. del: who has it open goes on with it.
 * device_add: of device_add() as well, and the device is the parent.
 */
void kmemu_cdev_init(struct cdev *cdev, const struct file_operations *fops);
struct cdev *kmemu_cdev_alloc(void);
int kmemu_cdev_add(struct cdev *cdev, unsigned int dev, unsigned int count);
void kmemu_cdev_del(struct cdev *cdev);
int kmemu_cdev_device_add(struct cdev *cdev, struct device *dev);
void kmemu_cdev_device_del(struct cdev *cdev, struct device *dev);

struct miscdevice {
	int minor; /* 255: any */
	const char *name;
	const struct file_operations *fops;
	struct list_head list;
	struct device *parent;
	struct device *this_device;
	const struct attribute_group **groups;
	const char *nodename;
	unsigned short mode;
};

/* 0, -EBUSY (somebody has the minor), or what device_create() says. */
int kmemu_misc_register(struct miscdevice *misc);
void kmemu_misc_deregister(struct miscdevice *misc);

/*
 * What open(2) and close(2) of a device's file do; inode and file are the caller's and
 * filled in, as open() of the device's functions finds them: i_cdev, of a misc device
 * private_data. flags: O_RDWR and so on. 0, -ENXIO (nobody has the number), or what the
 * function says; then there is nothing to close. The test calls file->f_op's functions.
 */
int kmemu_chrdev_open(unsigned int dev, unsigned int flags, struct inode *inode,
		      struct file *file);
int kmemu_chrdev_close(struct file *file);
/*
 * fcntl(2) of such a file: F_GETFL, F_SETFL (with FASYNC the driver's fasync() is called),
 * F_SETOWN, F_SETSIG and their like; -EINVAL: others. fd is what a siginfo says as si_fd.
 */
long kmemu_chrdev_fcntl(int fd, struct file *file, unsigned int cmd, unsigned long arg);
/*
 * The first number that was registered by the name (register_chrdev(), a region's, a misc
 * device's), as /proc/devices and /proc/misc tell; 0: none was.
 */
unsigned int kmemu_chrdev_number(const char *name);

#ifdef __cplusplus
}
#endif

#endif /* KMEMU_CHRDEV_H */
