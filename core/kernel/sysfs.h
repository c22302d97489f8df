/*
 * sysfs.h - what kobject.c, sysfs.c and device.c have for each other.
 */
#pragma once

#include <stdarg.h>

#include "include/kmemu/kobject.h"

int kobject_set_name_vargs(struct kobject *kobj, const char *fmt, va_list ap, const char *func,
			   const void *caller) __attribute__((__format__(__printf__, 2, 0)));
/* Whether that was the last reference; then the object is for kobject_cleanup(). */
bool kobject_unref(struct kobject *kobj, const void *caller);
/* There is one of that name. */
void kobject_tell_taken(const char *name);
void kobject_init_again(struct kobject *kobj, const struct kobj_type *ktype);
struct kobject *kobject_ref(struct kobject *kobj, const void *caller);
void kobject_cleanup(struct kobject *kobj, const void *caller);
/* Its directory, in its parent's; 0 or -errno. parent: the one that it was made in. */
int sysfs_create_dir(struct kobject *kobj, const void *caller);
int sysfs_rename_dir(struct kobject *kobj, const char *name, const void *caller);
void sysfs_remove_dir(struct kobject *kobj, struct kobject *parent, const void *caller);
/* What was created for it, all of it. */
void sysfs_remove_all(struct kobject *kobj, const void *caller);
