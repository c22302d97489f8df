/*
 * char_dev.h - what char_dev.c, cdev.c and misc.c have for each other.
 */
#pragma once

#include "include/kmemu/chrdev.h"

#define MINORBITS  20
#define MINORS	   (1U << MINORBITS)
#define MISC_MAJOR 10U

/* Of register_chrdev(); NULL: nobody, or numbers alone. */
const struct file_operations *chrdev_range_fops(unsigned int dev);

/* The name that has the number, at most size - 1 bytes. */
void chrdev_range_name(unsigned int dev, unsigned char *name, size_t size);
/* Of a misc device; 0: none has the name. */
unsigned int misc_number(const char *name);

/* Who is opened by numbers. */
struct chrdev_map {
	struct list_head entry;
	unsigned long long start, n;
	const struct file_operations *fops;
	struct cdev *cdev; /* NULL: a misc device, */
	void *private_data; /* which its file gets */
};
void chrdev_map_add(struct chrdev_map *m);
/* What was added, by its first number, how many, and the cdev; NULL: it is not there. */
struct chrdev_map *chrdev_map_remove(unsigned long long start, unsigned long long n,
				     const struct cdev *cdev);

/* fcntl.c: whom it has a signal for is forgotten. */
void file_owner_release(struct file *file);
/* Who opened it: with a reference, until put. */
void file_set_cred(struct file *file);
void file_put_cred(struct file *file);
