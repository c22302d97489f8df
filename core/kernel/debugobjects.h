/*
 * debugobjects.h - timers and works that are active, by where they lie (kernel:
 * lib/debugobjects.c). debugobjects.c has the theory.
 */
#pragma once

#include "core/os/compiler.h"
#include "include/kmemu/rbtree.h"

/* Looks for them from now on, if somebody would be told. Before an owner's lock is taken. */
void debug_objects_arm(void);
/* All three: under the lock of the tree's owner. The object is active, and is no longer. */
void debug_object_activate(struct rb_node *node, struct rb_root *active);
void debug_object_deactivate(struct rb_node *node, struct rb_root *active);
/* One whose node lies in these bytes; NULL: none. */
struct rb_node *debug_object_in(const struct rb_root *active, const void *p, size_t bytes);

/* Armed or asked about, and never initialized. */
void debug_object_unknown(const char *type, const void *object, const void *caller);
/* The program's own variables, behind its exit functions. */
void debug_check_module_freed(const void *caller);

/* timer.c, workqueue.c. One that is active there, which is now inactive; false: none. */
struct debug_object {
	const void *object, *hint;
	const char *type;
};
bool timer_obj_freed(const void *p, size_t bytes, struct debug_object *found);
bool work_obj_freed(const void *p, size_t bytes, struct debug_object *found);
