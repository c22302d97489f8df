/* SPDX-License-Identifier: MIT */
/* <linux/fwnode.h> of Linux 6.12: what a device has of its firmware; nobody here reads it. */
#ifndef _LINUX_FWNODE_H_
#define _LINUX_FWNODE_H_

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <linux/bitops.h>
#include <linux/err.h>
#include <linux/list.h>
#include <linux/types.h>

#define FWNODE_FLAG_LINKS_ADDED 0
#define FWNODE_FLAG_NOT_DEVICE 1
#define FWNODE_FLAG_INITIALIZED 2
#define FWNODE_FLAG_NEEDS_CHILD_BOUND_ON_ADD 3
#define FWNODE_FLAG_BEST_EFFORT 4
#define FWNODE_FLAG_VISITED 5

struct fwnode_operations;
struct device;

/* secondary: -ENODEV as a pointer in one that is a secondary itself. */
struct fwnode_handle {
	struct fwnode_handle *secondary;
	const struct fwnode_operations *ops;
	struct device *dev;
	struct list_head suppliers, consumers;
	unsigned long flags;
};

static inline void fwnode_init(struct fwnode_handle *fwnode, const struct fwnode_operations *ops)
{
	fwnode->secondary = NULL;
	fwnode->ops = ops;
	fwnode->dev = NULL;
	INIT_LIST_HEAD(&fwnode->suppliers);
	INIT_LIST_HEAD(&fwnode->consumers);
	fwnode->flags = 0;
}

#endif /* __cplusplus */

#endif /* _LINUX_FWNODE_H_ */
