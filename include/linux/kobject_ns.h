/* SPDX-License-Identifier: MIT */
/*
 * <linux/kobject_ns.h> of Linux 6.12: name spaces of objects. Of two in different ones
 * each may have the other's name; nobody mounts one of them.
 */
#ifndef _LINUX_KOBJECT_NS_H
#define _LINUX_KOBJECT_NS_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <kmemu/kobject.h>

static inline const struct kobj_ns_type_operations *kobj_child_ns_ops(const struct kobject *parent)
{
	return parent && parent->ktype && parent->ktype->child_ns_type ?
		       parent->ktype->child_ns_type(parent) :
		       NULL;
}

static inline const struct kobj_ns_type_operations *kobj_ns_ops(const struct kobject *kobj)
{
	return kobj_child_ns_ops(kobj->parent);
}

#endif /* __cplusplus */

#endif /* _LINUX_KOBJECT_NS_H */
