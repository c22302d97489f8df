/* SPDX-License-Identifier: MIT */
/* <linux/rbtree_types.h> of Linux 6.12. */
#ifndef _LINUX_RBTREE_TYPES_H
#define _LINUX_RBTREE_TYPES_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <kmemu/rbtree.h>
#include <linux/types.h>

/* With the least node at hand. */
struct rb_root_cached {
	struct rb_root rb_root;
	struct rb_node *rb_leftmost;
};

#define RB_ROOT (struct rb_root) { NULL, }
#define RB_ROOT_CACHED (struct rb_root_cached) { { NULL, }, NULL }

#endif /* __cplusplus */

#endif /* _LINUX_RBTREE_TYPES_H */
