/* SPDX-License-Identifier: MIT */
/* Software nodes for lib/test_printf.c, which leaves them out when they are refused. */
#ifndef _LINUX_PROPERTY_H_
#define _LINUX_PROPERTY_H_

#include <linux/errno.h>

struct software_node {
	const char *name;
	const struct software_node *parent;
};

#define software_node_register_node_group(group) ((void)(group), -ENODEV)
#define software_node_unregister_node_group(group) ((void)(group))
#define software_node_fwnode(node) ((void *)(node))

#endif /* _LINUX_PROPERTY_H_ */
